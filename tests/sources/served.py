"""What fakes of run APIs over HTTP share: a server on loopback that notes what it is asked, below a path of its own."""


class Served:
    """A fake behind ``_server``; ``prefix`` is the path that its API begins with."""

    prefix = ""

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
