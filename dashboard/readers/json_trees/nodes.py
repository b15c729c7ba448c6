"""Values of a JSON document as a page names them: what they are, what is shown of them, and where they stand."""

import json
import re
from dataclasses import dataclass, field
from enum import StrEnum

from dashboard.readers.json_trees.scanning import BrokenJson, Member

MAX_TEXT = 2_000
"""Characters of a value that are shown."""
MAX_KEY = 200
MAX_POINTER = 1_500
"""Characters of the address of a value within the document; what is deeper or named at greater length is not opened."""

_CUT = MAX_TEXT * 6 + 12
"""Bytes that are surely enough for so many characters: ``\\u0041`` is one."""
_PARTIAL_ESCAPE = re.compile(rb"((?<!\\)(?:\\\\)*)\\(?:u[0-9a-fA-F]{0,3})?$")
_CONTAINERS = frozenset({"object", "array"})
_KINDS = {b"{": "object", b"[": "array", b'"': "string", b"t": "boolean", b"f": "boolean", b"n": "null"}


_HALVES = frozenset(map(chr, range(0xD800, 0xE000)))
"""Halves of pairs, which no address can hold."""


class Kind(StrEnum):
    """What a value is."""

    OBJECT = "object"
    ARRAY = "array"
    LINES = "lines"
    """The whole of a file that holds a document a line."""
    STRING = "string"
    NUMBER = "number"
    BOOLEAN = "boolean"
    NULL = "null"
    BROKEN = "broken"
    """A line that holds no document."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One value."""

    kind: Kind
    name: str
    """Its key, or its place among the items."""
    pointer: str | None
    """Its address within the document (RFC 6901); None: it has none that is short enough."""
    start: int
    end: int | None
    """Behind its last byte; None: it is unfinished, or nobody has looked."""
    text: str = ""
    """Of a scalar, what it says."""
    is_cut: bool = False
    is_empty: bool = False

    @property
    def has_members(self) -> bool:
        """Whether there is something to open."""
        return (self.kind in _CONTAINERS or self.kind is Kind.LINES) and not self.is_empty

    @property
    def size(self) -> int | None:
        """Its bytes."""
        return None if self.end is None else self.end - self.start


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """Some members of a value, one after the other."""

    first: int
    nodes: list[Node] = field(default_factory=list)
    has_more: bool = False
    broken: BrokenJson | None = None
    """What ended the listing before the value did."""


def node_of(data: bytes, member: Member, parent: str | None) -> Node:
    """The value of a member of what stands at ``parent``."""
    name = key_text(member.name)
    kind = _kind(data, member.start) if member.is_value else Kind.BROKEN
    text, is_cut = ("", False) if kind in _CONTAINERS else _text(data[member.start : member.end])
    return Node(
        kind=kind,
        name=name if len(name) <= MAX_KEY else f"{name[:MAX_KEY]}…",
        pointer=_below(parent, name),
        start=member.start,
        end=member.end,
        text=text,
        is_cut=is_cut,
        is_empty=member.end is not None and not data[member.start + 1 : min(member.end - 1, member.start + 64)].strip(),
    )


def key_text(name: bytes | int) -> str:
    """A member's name as pointers say it, before it is escaped."""
    return str(name) if isinstance(name, int) else _text(name)[0]


def parts_of(pointer: str) -> list[str]:
    """The names on the way that a pointer describes. Raises ``ValueError`` for what is none."""
    if pointer and not pointer.startswith("/"):
        raise ValueError(f"{pointer[:40]} does not begin with a stroke")
    return [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]


def _below(parent: str | None, name: str) -> str | None:
    if parent is None or not _HALVES.isdisjoint(name):
        return None
    pointer = f"{parent}/{name.replace('~', '~0').replace('/', '~1')}"
    return pointer if len(pointer) <= MAX_POINTER else None


def _kind(data: bytes, start: int) -> Kind:
    return Kind(_KINDS.get(data[start : start + 1], "number"))


def _text(raw: bytes) -> tuple[str, bool]:
    """What a scalar says, and whether that is not all."""
    is_cut = len(raw) > _CUT
    part = raw[:_CUT]
    if is_cut:
        part = _PARTIAL_ESCAPE.sub(rb"\1", part) + (b'"' if raw.startswith(b'"') else b"")
    shown = part.decode("utf-8", "replace")
    text = _unescaped(shown) if raw.startswith(b'"') else shown
    return text[:MAX_TEXT], is_cut or len(text) > MAX_TEXT


def _unescaped(quoted: str) -> str:
    try:
        return str(json.loads(quoted, strict=False))
    except json.JSONDecodeError:
        # An escape that there is not, as "\q": it is shown as it was written.
        return quoted[1:-1]
