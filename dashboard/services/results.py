"""Results of runs of tests that are files: where they are, which of them we may fetch, and reading them."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from urllib.parse import urlsplit

from dashboard.domain.errors import Denied
from dashboard.domain.files import ByteReader
from dashboard.domain.pipelines import ResultType
from dashboard.models import RunResult, Source
from dashboard.services import artifacts, visibility
from dashboard.services.reach import capabilities
from dashboard.services.visibility import Viewer
from dashboard.sources.addresses import AddressRules

IsFetched = Callable[[str], bool]

MOST_SHOWN = 5 * 1024 * 1024
"""Bytes of a picture that a page shows; a larger one is downloaded."""

_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".webp")
_SIGNS = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
}
"""What pictures of a kind begin with."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture, whole."""

    content_type: str
    data: bytes


def get(viewer: Viewer, run_id: int, result_id: int) -> RunResult:
    """A file among a run's results. Raises ``RunResult.DoesNotExist``, also for one that may not be seen."""
    runs = visibility.runs(viewer).filter(pk=run_id)
    results = RunResult.objects.select_related("run__source")
    return results.get(pk=result_id, run__in=runs, type=ResultType.FILE)


def open_file(result: RunResult) -> AbstractContextManager[ByteReader]:
    """Open the file. Raises ``SourceError``, for one whose address is not allowed as well."""
    return artifacts.open_address(result.run.source, result.text)


def name_of(result: RunResult) -> str:
    """What the file is called."""
    return _path(result.text).rstrip("/").rpartition("/")[2] or result.name


def may_be_picture(address: str) -> bool:
    """Whether the address ends as those of pictures do."""
    return _path(address).lower().endswith(_PICTURES)


def picture(reader: ByteReader) -> Picture | None:
    """The open file if it is a picture of a kind that browsers show, by its first bytes, and not too large.

    Raises ``SourceError``.
    """
    kind = content_type(reader.read(0, 16))
    if not kind or reader.size > MOST_SHOWN:
        return None
    return Picture(kind, reader.read(0, reader.size))


def content_type(start: bytes) -> str:
    """The kind of picture that begins so; empty for anything else."""
    if start[:4] == b"RIFF" and start[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for sign, kind in _SIGNS.items() if start.startswith(sign)), "")


def fetched_of(source: Source) -> IsFetched:
    """Whether we would ask for the file at an address, as a question that asks nobody.

    The source's rules are read here, once for all that is asked.
    """
    rules = _rules(source)
    return lambda address: rules is not None and not rules.why_not(address)


def _rules(source: Source) -> AddressRules | None:
    if not capabilities(source).pipelines:
        return None
    try:
        return AddressRules.of(source.config())
    except (ValueError, Denied):
        return None


def _path(address: str) -> str:
    """The path of an address; empty where it cannot be taken apart."""
    try:
        return urlsplit(address).path
    except ValueError:
        return ""
