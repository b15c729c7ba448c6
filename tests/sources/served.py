"""What fakes of run APIs over HTTP share: a server on loopback that notes what it is asked, below a path of its own."""

import threading

from tests.http.faulty_server import Server


class Served:
    """A fake on a server; ``prefix`` is the path that its API begins with.

    A request is answered by the handler that ``_answer`` gives for it, one request at a time.
    """

    prefix = ""

    def __init__(self):
        self.files = {}
        """Bytes by path below the host; fetched with no token."""
        self.answers = {}
        """Handlers that stand in the way, by method and path below the API."""
        self._lock = threading.Lock()
        self._server = Server(handlers=[self._handle])

    @property
    def origin(self):
        return self._server.url

    @property
    def port(self):
        return self._server.port

    @property
    def asked(self):
        """Method and target of every request, below the API."""
        return [f"{request.method} {request.target.removeprefix(self.prefix)}" for request in self._server.requests]

    @property
    def requests(self):
        return self._server.requests

    @property
    def connections(self):
        return self._server.connections

    def put_file(self, path, data):
        """Add a file; gives its address."""
        self.files[f"/{path}"] = data
        return f"{self.origin}/{path}"

    def stop(self):
        self._server.stop()

    def _handle(self, peer, request):
        with self._lock:
            handler = self._answer(request)
        return handler(peer, request)

    def _answer(self, request):
        raise NotImplementedError
