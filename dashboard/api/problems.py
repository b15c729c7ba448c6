"""What goes wrong, in one shape: problem details (RFC 9457), as ``application/problem+json``."""

import math
from collections.abc import Sequence
from http import HTTPStatus

# JSON of typed answers, faster than the standard library's and strict.
import orjson
from django.http import HttpResponse
from ninja import Schema
from pydantic import Field

MEDIA_TYPE = "application/problem+json"


class Fault(Schema):
    """One thing that was asked for and is not understood."""

    where: str = Field(description="The parameter.", examples=["q"])
    what: str = Field(description="What is wrong with it, as a sentence.")
    text: str = Field(default="", description="The part of it that is not understood.")
    instead: str = Field(default="", description="What to write instead, where that is known.")


class Problem(Schema):
    """Why there is no answer. `type` is always `about:blank`: the status says what kind of problem it is."""

    type: str = Field(default="about:blank", description="Says no more than `status`.")
    title: str = Field(description="The status in words.", examples=["Not Found"])
    status: int = Field(description="The HTTP status.", examples=[404])
    detail: str = Field(description="What is wrong, as a sentence.")
    errors: list[Fault] = Field(default=[], description="Of 400 and 422: what is not understood, one by one.")


class Refusal(Exception):
    """There is no answer to a request, for a reason that its asker may know."""

    def __init__(
        self, status: HTTPStatus, detail: str, *, errors: Sequence[Fault] = (), retry_after: float | None = None
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.errors = errors
        self.retry_after = retry_after


def response(refusal: Refusal) -> HttpResponse:
    """The answer that tells a refusal. With 401 it says how to prove oneself, with 429 and 503 when to come back."""
    status = refusal.status
    told = Problem(title=status.phrase, status=status, detail=refusal.detail, errors=list(refusal.errors))
    answer = HttpResponse(orjson.dumps(told.model_dump()), status=status, content_type=MEDIA_TYPE)
    if status == HTTPStatus.UNAUTHORIZED:
        answer["WWW-Authenticate"] = 'Bearer realm="quayside"'
    if refusal.retry_after is not None:
        answer["Retry-After"] = str(max(1, math.ceil(refusal.retry_after)))
    return answer


def missing(what: str) -> Refusal:
    """There is no such thing, or the asker may not see it: the two are told alike."""
    return Refusal(HTTPStatus.NOT_FOUND, f"There is no such {what}.")
