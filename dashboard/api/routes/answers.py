"""What the routes have in common: who asks, and what may be answered beside the thing itself."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, TypeVar

from django.contrib.auth.models import User
from django.core.exceptions import ObjectDoesNotExist
from django.http import HttpRequest

from dashboard.api import lists
from dashboard.api.problems import Problem, missing
from dashboard.api.shapes.pages import VersionedPage
from dashboard.api.shapes.places import Places

Found = TypeVar("Found")
Shape = TypeVar("Shape", bound=VersionedPage)

OF_ALL = (
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.NOT_FOUND,
    HTTPStatus.METHOD_NOT_ALLOWED,
    HTTPStatus.NOT_ACCEPTABLE,
    HTTPStatus.UNPROCESSABLE_ENTITY,
    HTTPStatus.TOO_MANY_REQUESTS,
)
"""Refusals that every address may answer with."""


class Request(HttpRequest):
    """For annotations only: the token's owner asks."""

    auth: User


def answers(shape: Any) -> dict[int, Any]:
    """The answers of a route by status."""
    return {HTTPStatus.OK: shape, HTTPStatus.NOT_MODIFIED: None, **dict.fromkeys(OF_ALL, Problem)}


def found(what: str, get: Callable[[], Found]) -> Found:
    """What a service gives, or a 404 that does not tell whether it exists for others."""
    try:
        return get()
    except ObjectDoesNotExist as error:
        raise missing(what) from error


def told(request: Request, page: lists.Page, shape: type[Shape], row: Callable[[Any, Places], Any]) -> Shape:
    """A page of a list in its shape, each record by ``row``."""
    places = Places.of(request)
    rows = [row(record, places) for record in page.records]
    return shape.model_construct(items=rows, next=page.next, version=page.version)


def an_id(what: str) -> dict[str, Any]:
    """What an address takes for a primary key."""
    return {"ge": 1, "lt": 2**63, "description": f"Quayside's own id of the {what}."}
