"""Serving a stand-in over HTTP, a thread for each request."""

import socketserver
import threading
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer
from wsgiref.types import WSGIApplication


class ThreadingServer(ThreadingMixIn, WSGIServer):
    """Answers several requests at once, and asks no name server about its own name."""

    daemon_threads = True

    def server_bind(self) -> None:
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])
        self.setup_environ()


class QuietHandler(WSGIRequestHandler):
    """Logs nothing: addresses of artifacts are secrets."""

    timeout = 30

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Nothing."""


class Server:
    """A server that runs in a thread of its own."""

    def __init__(self, app: WSGIApplication, host: str, port: int) -> None:
        self._server = ThreadingServer((host, port), QuietHandler)
        self._server.set_app(app)
        self.host = host
        self.port = self._server.server_port
        self.thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self.thread.start()

    @property
    def url(self) -> str:
        """Where it answers, without a slash at the end."""
        return f"http://{self.host}:{self.port}"

    def shutdown(self) -> None:
        """Stop answering and free the port."""
        self._server.shutdown()
        self._server.server_close()
        self.thread.join()


def serve(app: WSGIApplication, host: str, port: int) -> Server:
    """Serve an application at once; port 0 takes a free one. Raises ``OSError`` when the port is taken."""
    return Server(app, host, port)
