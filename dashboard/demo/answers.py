"""An answer of a stand-in, before it is sent."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus
from wsgiref.types import StartResponse

Json = object

JSON_TYPE = "application/json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Status, headers and body of one answer; without a type it says nothing of what its body is."""

    status: int = 200
    body: bytes = b""
    type: str = JSON_TYPE
    headers: tuple[tuple[str, str], ...] = ()


def answer_json(document: Json, *, status: int = 200, headers: tuple[tuple[str, str], ...] = ()) -> Answer:
    """A document as compact JSON in UTF-8."""
    body = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    return Answer(status=status, body=body, headers=headers)


def send(answer: Answer, start_response: StartResponse, count: int | None = None) -> Iterable[bytes]:
    """Send an answer, or only the first ``count`` bytes of its body after headers that promise all."""
    headers = list(answer.headers)
    if answer.status != HTTPStatus.NOT_MODIFIED:
        headers += [("Content-Type", answer.type)] if answer.type else []
        headers += [("Content-Length", str(len(answer.body)))]
    try:
        phrase = HTTPStatus(answer.status).phrase
    except ValueError:
        phrase = "Status"
    start_response(f"{answer.status} {phrase}", headers)
    return [answer.body[:count]]
