"""The OpenAPI document: finished where the library leaves things out."""

from functools import lru_cache
from http import HTTPStatus
from typing import Any

from dashboard.api.problems import MEDIA_TYPE

PREFIX = "/api/v1/"

_CONDITION = {
    "in": "header",
    "name": "If-None-Match",
    "schema": {"type": "string"},
    "required": False,
    "description": "The `ETag` of the answer that one has: 304 if it still is that.",
}

_BEFORE_IT_IS_READ = {
    HTTPStatus.LENGTH_REQUIRED: "A body whose length is not told beforehand.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "A body larger than any form; no question has one.",
    HTTPStatus.REQUEST_URI_TOO_LONG: "The address is longer than any question.",
}
"""What is refused by its head alone."""


def finished(document: dict[str, Any]) -> dict[str, Any]:
    """The document with what refusals are called, and with the header by which one asks for news alone."""
    for operations in document["paths"].values():
        for operation in operations.values():
            operation["parameters"].append(_CONDITION)
            told = dict(_answer(*each) for each in operation["responses"].items())
            operation["responses"] = told | _refused_unread(told[str(int(HTTPStatus.NOT_FOUND))]["content"])
    del document["servers"]
    return document


def _answer(status: int, told: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """An answer under its status as JSON has it; a refusal as what it is called."""
    if status < HTTPStatus.BAD_REQUEST:
        return str(int(status)), told
    return str(int(status)), told | {"content": {MEDIA_TYPE: next(iter(told["content"].values()))}}


def _refused_unread(problem: dict[str, Any]) -> dict[str, Any]:
    """By status, in the shape of all refusals."""
    return {str(int(status)): {"description": why, "content": problem} for status, why in _BEFORE_IT_IS_READ.items()}


@lru_cache(maxsize=1)
def document() -> dict[str, Any]:
    """The OpenAPI document of the API: the same for everybody."""
    # The routes need shapes and lists, and this is asked for by their pages.
    from dashboard.api.application import api  # noqa: PLC0415

    return finished(dict(api.get_openapi_schema(path_prefix=PREFIX)))
