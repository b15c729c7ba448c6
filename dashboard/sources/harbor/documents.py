"""Reading the JSON documents of jobs and trials, which may be half written, damaged or not there at all."""

import errno
import json
from dataclasses import dataclass, field
from enum import Enum

import orjson

from dashboard.domain.records import Json
from dashboard.sources.harbor import files
from dashboard.sources.problems import Problems

LARGEST = 64 * 1024 * 1024
"""Bytes of a document that is still read."""
ATTEMPTS = 3
"""How often a document that is being written is read at once."""
FRESH = 5 * 1_000_000_000
"""Nanoseconds after its last change during which an unreadable file counts as being written."""

_LONGEST_INTEGER = 40
_REASONS = {
    errno.ELOOP: "It is a link, and links are not followed.",
    errno.ENXIO: "It is not an ordinary file.",
    errno.EFBIG: f"It is larger than {LARGEST // 2**20} MiB.",
    errno.EACCES: "It may not be read.",
    errno.EPERM: "It may not be read.",
}


class DocumentState(Enum):
    """Whether a document could be read."""

    MISSING = "missing"
    READ = "read"
    UNFINISHED = "unfinished"
    """Unreadable, and changed so lately that somebody is probably writing it."""
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Document:
    """A JSON object from a file, empty unless it was read."""

    state: DocumentState
    value: dict[str, Json] = field(default_factory=dict)

    @property
    def is_read(self) -> bool:
        """Whether its value is what the file says."""
        return self.state is DocumentState.READ

    @property
    def is_unfinished(self) -> bool:
        """Whether looking again soon may help."""
        return self.state is DocumentState.UNFINISHED


MISSING = Document(DocumentState.MISSING)
UNREADABLE = Document(DocumentState.UNREADABLE)


def read_document(name: str, folder: int, *, now_ns: int, where: str, problems: Problems) -> Document:
    """Read one document of a folder. Never raises: what is wrong is a problem, unless the file is still fresh.

    A file that is being written is whole again in a moment, so it is read a few times before it is given up.
    """
    for _ in range(ATTEMPTS):
        try:
            content = files.read_file(name, folder, LARGEST)
        except OSError as error:
            return _unopened(error, where, problems)
        value, complaint = parse(content.data)
        is_fresh = abs(now_ns - content.mtime_ns) < FRESH
        if isinstance(value, dict) or not is_fresh:
            return _judge(value, complaint, where, problems)
    return Document(DocumentState.UNFINISHED)


def _judge(value: Json, complaint: str, where: str, problems: Problems) -> Document:
    """The document that a settled file holds."""
    if isinstance(value, dict):
        if complaint:
            problems.add(where, complaint)
        return Document(DocumentState.READ, value)
    problems.add(where, complaint or "It holds no JSON object.")
    return UNREADABLE


def _unopened(error: OSError, where: str, problems: Problems) -> Document:
    """A document that could not be opened: not there, or there and not for us."""
    if error.errno in files.NOT_THERE and not _is_odd(error):
        return MISSING
    problems.add(where, _REASONS.get(error.errno or 0, f"It cannot be read: {error.strerror or error}."))
    return UNREADABLE


def _is_odd(error: OSError) -> bool:
    return error.errno in {errno.ELOOP, errno.ENXIO}


def parse(data: bytes) -> tuple[Json, str]:
    """The JSON value in some bytes, and what is wrong with it (empty when nothing is).

    What the strict parser refuses for a detail (a byte that is not UTF-8, ``NaN``, an endless integer, a byte order
    mark) is read all the same, with ``None`` in place of numbers that are none. Unreadable: ``(None, sentence)``.
    """
    try:
        return orjson.loads(data), ""
    except orjson.JSONDecodeError:
        pass
    try:
        value = json.loads(data.decode("utf-8-sig", "replace"), parse_constant=lambda _: None, parse_int=_integer)
    except (ValueError, RecursionError):
        return None, "It holds no readable JSON."
    return value, "It is not strict JSON: some of its characters or numbers are left out."


def _integer(digits: str) -> int | None:
    return int(digits) if len(digits) <= _LONGEST_INTEGER else None
