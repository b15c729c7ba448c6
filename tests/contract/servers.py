"""Stages whose source speaks with a server on loopback."""

from dashboard.domain.records import SourceConfig
from dashboard.sources.sessions import forget_sessions
from tests.contract.props import Stage


class ServerStage(Stage):
    """A stage on a server that is lost when it is shut down."""

    def _speak_with(self, server, **config):
        self.server = server
        self.config = SourceConfig(
            address=server.url, allowed_endpoints=(("127.0.0.1", server.port),), is_urgent=True, **config
        )

    def lose(self):
        if self.server:
            self.server.shutdown()
            self.server = None

    def close(self):
        forget_sessions()
        self.lose()
