"""Answers that the asker has already: ``ETag`` and ``If-None-Match``.

A list is as old as the mirror: its tag is made of the mirror's version before anything is read. What tells more than
the mirror's version does (how old it is, a source's health) is tagged by its content.
"""

from hashlib import blake2b

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.http import parse_etags

_TAG = "_api_etag"


class Unchanged(Exception):
    """The asker has the answer."""


def note_version(request: HttpRequest, *parts: object) -> None:
    """The answer depends on the address and on these alone. Raises :class:`Unchanged` if the asker has it."""
    tag = _tag("\n".join(map(str, (request.get_host(), request.get_full_path(), *parts))).encode())
    setattr(request, _TAG, tag)
    if _has(request, tag):
        raise Unchanged


def unchanged(request: HttpRequest) -> HttpResponse:
    """The answer to :class:`Unchanged`."""
    response = HttpResponseNotModified()
    response["ETag"] = getattr(request, _TAG)
    return response


def tagged(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The response with its tag; a short one that says so if the asker has it."""
    tag: str = getattr(request, _TAG, "") or _tag(response.content)
    found = HttpResponseNotModified() if _has(request, tag) else response
    found["ETag"] = tag
    return found


def _tag(data: bytes) -> str:
    # Weak: the same answer may go out compressed.
    return f'W/"{blake2b(data, digest_size=16).hexdigest()}"'


def _has(request: HttpRequest, tag: str) -> bool:
    known = parse_etags(request.headers.get("If-None-Match", ""))
    return "*" in known or tag in known or tag.removeprefix("W/") in known
