"""Lines of a diff as safe HTML: coloured, with marks over the words that differ, and with nothing hidden in them."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import pairwise

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from dashboard.markup.characters import visible
from dashboard.markup.code import highlight_lines

MOST_ELEMENTS = 200
"""Coloured pieces and marks of one line; a line of more keeps its ink."""

_PIECE = re.compile(r"<[^>]*>|&[^;]*;|[^<&]+")
_HIDDEN = re.compile("[\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
_MARK, _END = "<mark>", "</mark>"

Span = tuple[int, int]


def coloured(texts: Sequence[str], filename: str) -> list[SafeString]:
    """One piece of HTML for each line, coloured as the lines of one text."""
    return highlight_lines("\n".join(map(shown, texts)), filename) if texts else []


def plain(texts: Sequence[str]) -> list[SafeString]:
    """The lines escaped, without colours."""
    return [escape(shown(text)) for text in texts]


def shown(text: str) -> str:
    """A text on one line, with pictures in place of what has none: as many characters as it has."""
    return visible(text.replace("\r", "\u240d").replace("\n", "\u240a"))


def shown_lines(text: str) -> str:
    """A text of several lines, with pictures in place of what else has none."""
    return visible(text)


def marked(html: SafeString, spans: Sequence[Span]) -> SafeString:
    """What :func:`coloured` or :func:`plain` gave for a line, with ``<mark>`` around spans of its characters."""
    if not spans:
        return html
    return mark_safe("".join(_with_marks(_pieces(html, spans))))  # noqa: S308 - made of what was safe


def elements(html: SafeString) -> int:
    """How many elements there are in what these functions gave."""
    return html.count("<") // 2


def hidden(text: str) -> str:
    """The names of characters in a text that cannot be seen, or that turn its direction; empty where there are none."""
    found = dict.fromkeys(_HIDDEN.findall(text))
    return ", ".join(f"U+{ord(each):04X} {unicodedata.name(each, '').lower()}".strip() for each in found)


def _pieces(html: str, spans: Sequence[Span]) -> Iterator[tuple[str, bool]]:
    """Tags, entities and stretches of text, none of which crosses a bound of a span, with whether it is inside one."""
    at = 0
    bounds = sorted({bound for span in spans for bound in span})
    for match in _PIECE.finditer(html):
        piece = match[0]
        if piece.startswith("<"):
            yield piece, False
            continue
        width = 1 if piece.startswith("&") else len(piece)
        cuts = [at, *(bound for bound in bounds if at < bound < at + width), at + width]
        for start, end in pairwise(cuts):
            text = piece if width == 1 else piece[start - at : end - at]
            yield text, any(first <= start < last for first, last in spans)
        at += width


def _with_marks(pieces: Iterator[tuple[str, bool]]) -> Iterator[str]:
    """Marks are closed before a tag and opened behind it, so that they nest."""
    is_open = False
    for piece, is_marked in pieces:
        if is_marked != is_open:
            yield _MARK if is_marked else _END
            is_open = is_marked
        yield piece
    if is_open:
        yield _END
