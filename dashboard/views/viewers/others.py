"""Files that nothing else shows: what there is to say about them, and their first bytes."""

from collections.abc import Iterator
from typing import Any

from django.http import Http404, HttpResponseBase

from dashboard import formats
from dashboard.domain.records import ArtifactRecord
from dashboard.readers import file_kinds
from dashboard.services import artifacts
from dashboard.views.requests import Request
from dashboard.views.viewers.subjects import Subject

TEMPLATE = "viewers/others.html"
STYLES: tuple[str, ...] = ("css/viewers/results.css",)
SCRIPTS: tuple[str, ...] = ()

SHOWN = 256
"""Bytes that are shown as numbers."""
_WIDTH = 16


def context(request: Request, subject: Subject) -> dict[str, Any]:
    """Type, size, when it was changed, and its beginning. Raises ``SourceError``."""
    del request
    with subject.open() as reader:
        head, size = reader.read(0, SHOWN), reader.size
    record = _record(subject)
    return {
        "size": size,
        "facts": [
            {"name": "Type", "value": file_kinds.kind_of(subject.path, head)},
            {"name": "Size", "value": formats.size(size)},
            {"name": "Changed", "value": formats.moment(record.modified_at if record else None)},
        ],
        "lines": "\n".join(_hexadecimal(head)),
        "n_shown": len(head),
    }


def part(request: Request, subject: Subject, name: str) -> HttpResponseBase:
    """There are none."""
    raise Http404("There is no such part of the page.")


def _record(subject: Subject) -> ArtifactRecord | None:
    """Its line in the list of files, where a list is at hand."""
    if not artifacts.are_near(subject.run):
        return None
    listing = artifacts.of_run(subject.run) if subject.trial is None else artifacts.of_trial(subject.trial)
    return next((record for record in listing.artifacts if record.path == subject.path), None)


def _hexadecimal(data: bytes) -> Iterator[str]:
    """Lines as ``hexdump -C`` writes them."""
    for start in range(0, len(data), _WIDTH):
        row = data[start : start + _WIDTH]
        letters = "".join(chr(byte) if 0x20 <= byte < 0x7F else "." for byte in row)  # noqa: PLR2004 - what ASCII prints
        yield f"{start:08x}  {row.hex(' ', -8):<33}  {letters}"
