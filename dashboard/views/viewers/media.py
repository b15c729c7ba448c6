"""Pictures, sounds and films, shown by the browser from bytes that are known to be of a safe kind."""

from pathlib import PurePosixPath
from typing import Any

from django.http import Http404, HttpResponseBase

from dashboard.readers import media
from dashboard.views.requests import Request
from dashboard.views.viewers.subjects import Subject

TEMPLATE = "viewers/media.html"
STYLES: tuple[str, ...] = ("css/viewers/results.css",)
SCRIPTS: tuple[str, ...] = ()

ACTUAL = "actual"
_NOT_SAFE = (
    "Its bytes are not what its name says, or of a kind that browsers do not play. It can be downloaded as it is."
)


def context(request: Request, subject: Subject) -> dict[str, Any]:
    """What the file is and where its bytes are; ``view=actual`` shows a picture as large as it is.

    Raises ``SourceError``.
    """
    with subject.open() as reader:
        head, size = reader.read(0, media.HEAD_BYTES), reader.size
    kind = media.media_type(subject.path, head)
    is_actual = request.GET.get("view") == ACTUAL
    return {
        "name": PurePosixPath(subject.path).name,
        "size": size,
        "type": kind,
        "tag": kind.partition("/")[0],
        "why_not": media.why_not_shown(kind, head) if kind else "" if not size else _NOT_SAFE,
        "pixels": _pixels(kind, head),
        "is_actual": is_actual,
        "other_url": subject.url(view=None if is_actual else ACTUAL),
    }


def part(request: Request, subject: Subject, name: str) -> HttpResponseBase:
    """There are none."""
    raise Http404("There is no such part of the page.")


def _pixels(kind: str, head: bytes) -> str:
    """«640 × 480 pixels» of a picture, where its header tells."""
    size = media.pixels(kind, head)
    return f"{size[0]} × {size[1]} pixels" if size else ""
