"""Switches that make a stand-in slow or wrong; tests set them, and a stand-in's own control route may do so."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import StrEnum

from dashboard.demo.answers import Answer, answer_json


class Kind(StrEnum):
    """What a fault does to a request."""

    ANSWER = "answer"
    """Another answer takes the place of the right one; nothing is done."""
    HANG = "hang"
    """The right answer comes ``seconds`` later."""
    HALF = "half"
    """The right answer breaks off in the middle of its body."""


class Form(StrEnum):
    """How the body of a fault's answer looks."""

    OBJECT = "object"
    TEXT = "text"
    LIST = "list"
    PLAIN = "plain"
    HTML = "html"
    EMPTY = "empty"
    NOT_JSON = "not_json"
    """Said to be JSON, but cut off."""
    WRONG_SHAPE = "wrong_shape"
    """JSON, but nothing that the route could answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Something that goes wrong ``count`` times, on paths that contain ``where``."""

    kind: Kind = Kind.ANSWER
    status: int = 500
    form: Form = Form.OBJECT
    message: str = "Something went wrong"
    retry_after: int | None = None
    """Seconds, sent as the header ``Retry-After``."""
    seconds: float = 30.0
    where: str = ""
    count: int = 1

    def answer(self) -> Answer:
        """The answer of a fault of that kind."""
        headers = () if self.retry_after is None else (("Retry-After", str(self.retry_after)),)
        body, media_type = self.body()
        return Answer(status=self.status, body=body, type=media_type, headers=headers)

    def body(self) -> tuple[bytes, str]:
        """Body and media type."""
        text = self.message
        documents = self.documents()
        if self.form in documents:
            answer = answer_json(documents[self.form])
            return answer.body, answer.type
        return {
            Form.PLAIN: (text.encode(), "text/plain; charset=utf-8"),
            Form.HTML: (f"<html><body><h1>{text}</h1></body></html>".encode(), "text/html"),
            Form.NOT_JSON: (b'{"id": "', "application/json"),
            Form.EMPTY: (b"", "application/json"),
        }[self.form]

    def documents(self) -> dict[Form, object]:
        """The forms that are JSON, as FastAPI has them; a stand-in of another kind says its own."""
        problem = {"type": "value_error", "loc": ["body"], "msg": self.message}
        return {
            Form.OBJECT: {"detail": {"message": self.message, "hint": "Try again later."}},
            Form.TEXT: {"detail": self.message},
            Form.LIST: {"detail": [problem]},
            Form.WRONG_SHAPE: 42,
        }


@dataclass(slots=True, kw_only=True)
class Faults:
    """All switches of one stand-in; safe to set while it serves."""

    latency: float = 0.0
    """Seconds before every answer."""
    gone: frozenset[str] = frozenset()
    """Ids of runs that the server has forgotten: 404, and in no list."""
    queue: list[Fault] = field(default_factory=list)
    """What is to go wrong next, first come first served."""
    pause: Callable[[float], object] = time.sleep
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, fault: Fault) -> None:
        """Let something go wrong next."""
        with self.lock:
            self.queue.append(fault)

    def clear(self) -> None:
        """Everything as it should be."""
        with self.lock:
            self.latency, self.gone = 0.0, frozenset()
            self.queue.clear()

    def take(self, path: str) -> Fault | None:
        """The fault that hits a request to this path, used up by one."""
        with self.lock:
            for number, fault in enumerate(self.queue):
                if fault.where in path:
                    left = [replace(fault, count=fault.count - 1)] if fault.count > 1 else []
                    self.queue[number : number + 1] = left
                    return fault
        return None

    def disturb(self, path: str, work: Callable[[], Answer]) -> tuple[Answer, int]:
        """The answer to a request, right or disturbed, and how many bytes of its body are sent."""
        if self.latency:
            self.pause(self.latency)
        fault = self.take(path)
        if fault and fault.kind is Kind.ANSWER:
            answer = fault.answer()
            return answer, len(answer.body)
        if fault and fault.kind is Kind.HANG:
            self.pause(fault.seconds)
        answer = work()
        return answer, len(answer.body) // 2 if fault and fault.kind is Kind.HALF else len(answer.body)
