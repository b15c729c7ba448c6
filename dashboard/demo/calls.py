"""A request, read from its WSGI environment."""

from dataclasses import dataclass
from typing import Self
from wsgiref.types import WSGIEnvironment


class Unreadable(Exception):
    """A request whose body is too long (413), or of a length that is no number (400)."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request; header names are lower case."""

    method: str
    path: str
    query_string: str
    headers: dict[str, str]
    body: bytes
    remote: str
    """The address it came from."""
    origin: str
    """Scheme, host and port it was sent to."""

    @classmethod
    def read(cls, environ: WSGIEnvironment, body_limit: int) -> Self:
        """The request of a WSGI environment. Raises ``Unreadable``."""
        pairs = ((key.removeprefix("HTTP_"), value) for key, value in environ.items() if key.startswith("HTTP_"))
        headers = {key.replace("_", "-").lower(): value for key, value in pairs}
        headers["content-type"] = environ.get("CONTENT_TYPE", "")
        server = f"{environ.get('SERVER_NAME', '')}:{environ.get('SERVER_PORT', '')}"
        return cls(
            method=environ["REQUEST_METHOD"],
            path=environ.get("PATH_INFO", "").encode("latin-1").decode("utf-8", "replace"),
            query_string=environ.get("QUERY_STRING", ""),
            headers=headers,
            body=read_body(environ, body_limit),
            remote=environ.get("REMOTE_ADDR", ""),
            origin=f"{environ['wsgi.url_scheme']}://{headers.get('host') or server}",
        )


def read_body(environ: WSGIEnvironment, limit: int) -> bytes:
    """All of the body."""
    length = environ.get("CONTENT_LENGTH") or "0"
    if not length.isdigit():
        raise Unreadable(400)
    if int(length) > limit:
        raise Unreadable(413)
    body: bytes = environ["wsgi.input"].read(int(length))
    return body
