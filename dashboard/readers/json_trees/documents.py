"""One JSON document, or one a line, opened a level at a time."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import islice

from dashboard.readers.json_trees.nodes import Kind, Listing, Node, key_text, node_of, parts_of
from dashboard.readers.json_trees.scanning import BrokenJson, Member, Scanner, TooLong

MAX_WALKED = 250_000
"""Members that are passed by on the way to one."""

MAX_FIRST_LINE = 2**20
"""Bytes in which a second document begins, if there is one a line."""

_BOM = b"\xef\xbb\xbf"


Step = tuple[Node, int]
"""A value and its place among its siblings."""


class NoSuchNode(LookupError):
    """The document has nothing at this address, or nothing yet."""


@dataclass(slots=True)
class Document:
    """What ``data`` holds. All it reads is bounded: each method raises ``TooLong`` when that is not enough."""

    data: bytes
    is_lines: bool
    """Each line is a document of its own."""
    _scanner: Scanner = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._scanner = Scanner(self.data)

    @property
    def root(self) -> Node:
        """The whole document. Raises ``BrokenJson`` if it begins with no value."""
        start = self._scanner.after_space(_start(self.data))
        if self.is_lines:
            is_empty = start >= len(self.data)
            return Node(kind=Kind.LINES, name="", pointer="", start=start, end=len(self.data), is_empty=is_empty)
        is_container = self._scanner.at(start) in {b"[", b"{"}
        node = node_of(self.data, Member(0, start, None if is_container else self._scanner.end_of(start)), "")
        after = self._scanner.at(self._scanner.after_space(start + 1))
        return replace(node, name="", pointer="", is_empty=is_container and after in {b"]", b"}"})

    def children(self, node: Node, *, first: int = 0, limit: int = 200) -> Listing:
        """Up to ``limit`` members of a value, from the place ``first`` on; what there is of them, if it breaks off."""
        if first > MAX_WALKED:
            raise TooLong
        found: list[Node] = []
        broken = None
        try:
            for member in islice(self._members(node, first), limit + 1):
                found.append(node_of(self.data, member, node.pointer))  # noqa: PERF401
        except BrokenJson as error:
            broken = error
        return Listing(first=first, nodes=found[:limit], has_more=len(found) > limit, broken=broken)

    def path(self, pointer: str) -> list[Step]:
        """The values from the root to the one at ``pointer``, each with its place among its siblings.

        Raises ``NoSuchNode``, ``BrokenJson``.
        """
        found = [(self.root, 0)]
        for name in parts_of(pointer):
            found.append(self._named(found[-1][0], name))
        return found

    def behind(self) -> BrokenJson | None:
        """What is wrong at the document's end: it has none, or something follows."""
        if self.is_lines:
            return None
        try:
            end = self._scanner.after_space(self._scanner.end_of(self.root.start))
        except BrokenJson as error:
            return error
        return BrokenJson(end, "Something follows the end of the document") if end < len(self.data) else None

    def position(self, offset: int) -> tuple[int, int]:
        """The line and the column of a byte, both from 1."""
        before = self.data.rfind(b"\n", 0, offset) + 1
        column = len(self.data[before:offset].decode("utf-8", "replace")) + 1
        return self.data.count(b"\n", 0, offset) + 1, column

    def bytes_of(self, node: Node) -> bytes:
        """A value as it stands there; of one that does not end, what there is. Raises ``BrokenJson`` for no value."""
        try:
            end = node.end if node.end is not None else self._scanner.end_of(node.start)
        except BrokenJson:
            end = len(self.data)
        return self.data[node.start : end]

    def _named(self, node: Node, name: str) -> Step:
        """The member of this name and its place; nobody looks where it ends, if it has members of its own."""
        if not node.has_members:
            raise NoSuchNode(name)
        for place, (found, start) in enumerate(self._places(node)):
            if key_text(found) == name:
                return self._at(found, start, node), place
            if place >= MAX_WALKED:
                raise TooLong
        raise NoSuchNode(name)

    def _at(self, name: bytes | int, start: int, parent: Node) -> Node:
        if parent.kind is Kind.LINES:
            return next(node_of(self.data, line, parent.pointer) for line in _lines(self.data) if line.start == start)
        end = None if self._scanner.at(start) in {b"[", b"{"} else self._scanner.end_of(start)
        return node_of(self.data, Member(name, start, end), parent.pointer)

    def _places(self, node: Node) -> Iterator[tuple[bytes | int, int]]:
        if node.kind is Kind.LINES:
            return ((line.name, line.start) for line in _lines(self.data))
        return self._scanner.places(node.start)

    def _members(self, node: Node, first: int) -> Iterator[Member]:
        if node.kind is Kind.LINES:
            return islice(_lines(self.data), first, None)
        return self._scanner.members(node.start, first)


def document(data: bytes, name: str) -> Document:
    """The bytes of a file of this name as a document: one a line if it is called so, or goes on so."""
    if name.lower().endswith((".jsonl", ".ndjson")):
        return Document(data, is_lines=True)
    start = _start(data)
    line, _, rest = data[start : start + MAX_FIRST_LINE].lstrip().partition(b"\n")
    follows = bool(line) and line[:1] in b"{[" and rest.lstrip()[:1] == line[:1]
    return Document(data, is_lines=follows and _is_value(line.strip()))


def _start(data: bytes) -> int:
    return len(_BOM) if data.startswith(_BOM) else 0


def _lines(data: bytes) -> Iterator[Member]:
    """Each line that is not blank, by its number."""
    start, number = _start(data), 0
    while start < len(data):
        end = data.find(b"\n", start)
        end = len(data) if end < 0 else end
        number += 1
        if line := data[start:end].strip():
            begin = data.index(line[:1], start)
            yield Member(number, begin, begin + len(line), is_value=_is_value(line))
        start = end + 1


def _is_value(line: bytes) -> bool:
    try:
        return Scanner(line).end_of(0) == len(line)
    except (BrokenJson, TooLong):
        return False
