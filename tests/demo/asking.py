"""A clock that tests set, and a client that asks a WSGI application without a network."""

import io
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from wsgiref.util import setup_testing_defaults

START = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)


class Clock:
    """The time it is for the stand-in."""

    def __init__(self) -> None:
        self.time = START

    def __call__(self) -> datetime:
        return self.time

    def pass_(self, **length: float) -> None:
        self.time += timedelta(**length)


@dataclass
class Reply:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def detail(self) -> Any:
        return self.json["detail"]

    @property
    def text(self) -> str:
        return self.body.decode()


def ask(app: Any, method: str, path: str, body: object = None, **given: str) -> Reply:
    """Ask for a full path; ``given`` is of WSGI's environment."""
    path, _, query = path.partition("?")
    content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    environ: dict[str, Any] = {"REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": query, "SCRIPT_NAME": ""}
    environ |= {"wsgi.input": io.BytesIO(content), "CONTENT_LENGTH": str(len(content))}
    environ |= {"REMOTE_ADDR": "127.0.0.1", "HTTP_HOST": "127.0.0.1:80"} | given
    setup_testing_defaults(environ)
    started: list[Any] = []
    answer = app(environ, lambda status, fields, *_: started.extend((status, fields)))
    received = b"".join(answer)
    if hasattr(answer, "close"):
        answer.close()
    return Reply(int(started[0][:3]), dict(started[1]), received)
