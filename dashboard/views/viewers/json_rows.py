"""Values of a JSON document as rows of ``viewers/json_rows.html``, and which of them are open."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from dashboard import formats
from dashboard.markup.characters import visible
from dashboard.readers.json_trees import BrokenJson, Document, Kind, Listing, Node, Step
from dashboard.views.viewers.subjects import Subject
from dashboard.views.viewers.wholes import text_url

SHOWN = 200
"""Members of one value that are listed at once."""
MAX_DEPTH = 20
"""Levels that a page shows inside one another."""
MAX_OPEN = 200
"""Rows of values that are open although nobody asked for them: those of up to ``SMALL`` bytes with few siblings."""
SMALL = 2_000
FEW = 20
OPEN_LEVELS = 4

_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_WORDS = {Kind.OBJECT: ("key", "keys"), Kind.ARRAY: ("item", "items"), Kind.LINES: ("line", "lines")}


@dataclass(slots=True, kw_only=True)
class Row:
    """One value, or what stands in place of values."""

    kind: str
    name: str | None = None
    text: str = ""
    note: str = ""
    path: str = ""
    """As jq writes it."""
    url: str = ""
    """The page with this value open, or with the members that are not shown."""
    load: str = ""
    """The same as a fragment: this row anew, or the rows in its place."""
    anchor: str = ""
    """The id of what is opened by it, before and after: the focus stays there."""
    first_of: str = ""
    """The id of the link in whose place this row and others came."""
    value_url: str = ""
    """The value as it stands in the file."""
    rows: "list[Row] | None" = None
    """Its members, if it is open."""
    is_asked: bool = False
    """It is the one that the page's address names."""


@dataclass(slots=True)
class Tree:
    """The rows of one answer."""

    subject: Subject
    document: Document
    left: int = MAX_OPEN

    def along(self, way: Sequence[Step], path: str, first: int) -> list[Row]:
        """The members of the first value on the way; the next one is open among them, and so on.

        Of the last value, the members from ``first`` on are there.
        """
        node, rest = way[0][0], way[1:]
        listing = self._listing(node, rest[0][1] // SHOWN * SHOWN if rest else first)
        rows = self._rows(listing, node, path, levels=0 if rest else OPEN_LEVELS)
        if rest:
            below = rows[rest[0][1] - listing.first]
            below.is_asked = len(rest) == 1
            below.rows = self.along(rest, below.path, first) if rest[0][0].has_members else None
        return [*self._before(node, listing), *rows, *self._behind(node, listing)]

    def opened(self, way: Sequence[Step]) -> Row:
        """The last value on the way as a row of its own, open."""
        node, parent = way[-1][0], way[-2][0]
        path = path_of(way[:-1])
        row = self.row(node, parent, path, levels=0)
        if node.has_members:
            row.rows = self.more(node, path_below(path, parent, node), 0)
            row.note = _open_note(node, row.rows)
        return row

    def scalar(self, node: Node) -> Row:
        """The row of a document that is one value without members."""
        return Row(kind=node.kind, text=visible(node.text), note=_note(node), path=".")

    def more(self, node: Node, path: str, first: int, *, levels: int = OPEN_LEVELS) -> list[Row]:
        """The next members of a value, and what leads to those behind them."""
        listing = self._listing(node, first)
        return [*self._rows(listing, node, path, levels=levels), *self._behind(node, listing)]

    def _rows(self, listing: Listing, node: Node, path: str, *, levels: int) -> list[Row]:
        opens = levels if len(listing.nodes) <= FEW else 0
        return [self.row(child, node, path, levels=opens) for child in listing.nodes]

    def row(self, node: Node, parent: Node, path: str, *, levels: int) -> Row:
        """A value within its parent, which stands at ``path``; open, if it is small and has few levels."""
        own = path_below(path, parent, node)
        row = Row(kind=node.kind, name=visible(node.name), text=visible(node.text), path=visible(own))
        row.note = _note(node)
        if node.pointer is not None:
            row.value_url = self.subject.url(part="value", open=node.pointer)
        if node.has_members and node.pointer is not None:
            row.url = self.subject.url(open=node.pointer) + "#node"
            row.load = self.subject.url(part="node", open=node.pointer)
            row.anchor = f"value-{node.start}"
        if row.load and levels and self.left > 0 and (node.size or SMALL) < SMALL:
            row.rows = self.more(node, own, 0, levels=levels - 1)
        self.left -= 1
        return row

    def _listing(self, node: Node, first: int) -> Listing:
        return self.document.children(node, first=first, limit=SHOWN)

    def _before(self, node: Node, listing: Listing) -> Iterator[Row]:
        if listing.first:
            url = self.subject.url(open=node.pointer, **{"from": max(0, listing.first - SHOWN)}) + "#node"
            yield Row(kind="earlier", text=f"{formats.count(listing.first)} before these", url=url)

    def _behind(self, node: Node, listing: Listing) -> Iterator[Row]:
        if listing.broken:
            yield self.broken(listing.broken)
        elif listing.has_more:
            after = listing.first + SHOWN
            yield Row(
                kind="later",
                text=f"More {_WORDS[node.kind][1]} from {formats.count(after + 1)} on",
                load=self.subject.url(part="more", open=node.pointer, **{"from": after}),
                url=self.subject.url(open=node.pointer, **{"from": after}) + "#node",
                anchor=later_anchor(node, after),
            )

    def broken(self, error: BrokenJson) -> Row:
        """Where the document breaks off, and the way there."""
        line, column = self.document.position(error.offset)
        text = f"{error} (line {formats.count(line)}, column {formats.count(column)})"
        return Row(kind="breakage", text=text, url=text_url(self.subject, line))


def later_anchor(node: Node, first: int) -> str:
    """The id of the link to the members from ``first`` on."""
    return f"after-{node.start}-{first}"


def path_below(path: str, parent: Node, node: Node) -> str:
    """The path of a member, as jq writes it."""
    if parent.kind is not Kind.OBJECT:
        return path if parent.kind is Kind.LINES else f"{path}[{node.name}]"
    if _PLAIN_NAME.fullmatch(node.name):
        return f"{path}.{node.name}"
    return f"{path or '.'}[{json.dumps(node.name, ensure_ascii=False)}]"


def path_of(way: Sequence[Step]) -> str:
    """The path of the last value on the way."""
    path = ""
    for (parent, _), (node, _) in pairwise(way):
        path = path_below(path, parent, node)
    return path


def _note(node: Node) -> str:
    if node.kind is Kind.BROKEN:
        return "not JSON"
    if node.kind not in _WORDS:
        return f"cut off, {formats.size(node.size)} in all" if node.is_cut else ""
    words = ["{}" if node.kind is Kind.OBJECT else "[]"] if node.is_empty else [node.kind, _size(node)]
    return " · ".join([*words, *(["cannot be opened here"] if node.has_members and node.pointer is None else [])])


def _open_note(node: Node, rows: Sequence[Row]) -> str:
    """Of a value whose end nobody has looked for: how many members it has, if all are there."""
    is_whole = rows[-1].kind not in {"later", "breakage"}
    return " · ".join([node.kind, *([formats.plural(len(rows), *_WORDS[node.kind])] if is_whole else [])])


def _size(node: Node) -> str:
    return "unfinished" if node.size is None else formats.size(node.size)
