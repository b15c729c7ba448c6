"""Lines of a log as items of a list: their numbers as links, their times, their text; folds as items that hold lists.

A page has a thousand of them, which is why this is no template.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html import escape

from django.utils.safestring import SafeString, mark_safe

from dashboard import formats

END_OF_FOLD = "</ol></details></li>\n"


@dataclass(slots=True, kw_only=True)
class Row:
    """One line, the beginning of a fold, or its end."""

    closes: bool = False
    """It is no line but the end of a fold."""
    opens: bool = False
    """It is the title of a fold: what follows, up to its end, is in it."""
    number: int | None = None
    nth: int = 0
    """Of the window's lines, from 0: with the number of the first, its number."""
    url: str = ""
    stamp: str = ""
    """The time that it begins with, as it is written, with the space after it."""
    since: str = ""
    """That time counted from the beginning of the log."""
    html: SafeString = field(default_factory=SafeString)
    level: str = ""
    """``error`` or ``warn``."""
    is_marked: bool = False
    is_goal: bool = False
    """The page opens here."""
    rest_url: str = ""
    rest: int = 0
    """Bytes of the line that are not shown, but at ``rest_url``."""
    took: str = ""
    n_lines: int = 0
    """In the fold."""
    is_open: bool = False
    """Of a fold."""


def rows_html(rows: Iterable[Row]) -> SafeString:
    """The items of a list; what opens a fold comes with what closes it."""
    return mark_safe("".join(END_OF_FOLD if row.closes else _item(row) for row in rows))  # noqa: S308 - escaped below


def _item(row: Row) -> str:
    number = "·" if row.number is None else row.number
    link = f'<a href="{escape(row.url)}" tabindex="-1">{number}</a>'
    if not row.opens:
        return f"<li{_attributes(row)}>{_goal(row)}{link}<span>{''.join(_parts(row))}</span></li>\n"
    # No link within a summary: that one would not be reached by a screen reader.
    title = f"<summary><span>{''.join(_parts(row))}</span></summary>"
    return f"<li{_attributes(row)} data-fold>{_goal(row)}{link}<details{' open' if row.is_open else ''}>{title}<ol>"


def _goal(row: Row) -> str:
    return '<i id="here"></i>' if row.is_goal else ""


def _attributes(row: Row) -> str:
    name = f' data-nth="{row.nth}"' if row.number is None else f' id="L{row.number}"'
    level = f' data-level="{row.level}"' if row.level else ""
    return f'{name}{level} class="is-marked"' if row.is_marked else f"{name}{level}"


def _parts(row: Row) -> Iterator[str]:
    if row.stamp:
        yield f'<time data-apart="{escape(row.since)}">{escape(row.stamp)}</time>'
    yield row.html
    if row.rest_url:
        yield f' <a class="log-rest" href="{escape(row.rest_url)}">{formats.size(row.rest)} more of this line</a>'
    if row.opens:
        yield f"<small>{formats.plural(row.n_lines, 'line')}{', ' if row.took else ''}{escape(row.took)}</small>"
