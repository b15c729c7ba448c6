"""What every table of ours shares: its row template, and rows that are rendered once per version.

A cell of django-tables2 costs 0.07 ms, a page of 50 × 12 cells 40 ms. A record's row looks the same until the
record's version changes, so it is rendered once and kept in the cache by (table, columns, record, version).
"""

import hashlib
import re
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import cached_property, lru_cache
from typing import Any, ClassVar, Self

import django_tables2 as tables
from django.core.cache import cache
from django.db.models import F, Model
from django.db.models.expressions import OrderBy
from django.utils.html import conditional_escape, escape, format_html
from django.utils.safestring import SafeString

from dashboard import __version__
from dashboard.shared_addresses import is_below
from dashboard.tables.columns import Cell
from dashboard.templatetags.components import icon

Versioned = tuple[int, int]
"""(primary key, version) of a record."""

LOOK = 7
"""How rows are built, as a number: rows that were kept by an earlier way of building them are not shown."""

KEPT_FOR = 24 * 3600
"""Seconds; a row that nobody asked for in a day is rendered again."""


class Table(tables.Table):
    """Columns, their order and sorting; rows come from :meth:`kept_rows`."""

    list_name: ClassVar[str] = ""
    row_prefix: ClassVar[str] = ""
    """Rows have the id ``<row_prefix>-<primary key>``, by which live changes find them."""
    default_columns: ClassVar[tuple[str, ...]] = ()
    ties: ClassVar[tuple[str, ...]] = ("-pk",)
    """Fields that decide between rows that are equal by the column sorted by; the last one is unique."""
    is_selectable: ClassVar[bool] = False
    """Each row begins with a check box of the form ``selection``, which is called as :meth:`name_of` says."""
    is_starrable: ClassVar[bool] = False
    """Each row has a button of the form ``stars``; :func:`starred` lays over it whether it is pressed."""

    class Meta:
        template_name = "components/table.html"

    def __init__(self, data: Iterable[Model] = (), *, chosen: Sequence[str] = (), **kwargs: Any) -> None:
        self.chosen = self.clean_columns(chosen)
        hidden = [name for name in self.base_columns if name not in self.chosen]
        super().__init__(data, sequence=(*self.chosen, "..."), exclude=hidden, **kwargs)

    @classmethod
    @lru_cache(maxsize=256)
    def look(cls, chosen: tuple[str, ...]) -> Self:
        """The table with these columns and no data, made once: making one copies every column of it."""
        return cls(chosen=chosen)

    @classmethod
    def clean_columns(cls, chosen: Sequence[str]) -> tuple[str, ...]:
        """The known ones among the chosen columns, each once; the list's own choice if none is left."""
        known = tuple(dict.fromkeys(name for name in chosen if name in cls.base_columns))
        return known or cls.default_columns

    @cached_property
    def cells(self) -> list[Cell]:
        """The visible columns' cell makers, in order."""
        return [bound.column for bound in self.columns]

    def ordering(self, sort: str) -> list[OrderBy]:
        """Database ordering for «name» or «-name» of a sortable column; unknown values always last.

        Another word than a visible or hidden column's gives the table's own order.
        """
        name = sort.lstrip("-")
        column = self.base_columns.get(name)
        if column is None or column.orderable is False:
            return self.ordering(str(self._meta.order_by[0]))
        falls = sort.startswith("-")
        path = str((column.order_by or (column.accessor or name,))[0]).replace(".", "__")
        first = F(path).desc(nulls_last=True) if falls else F(path).asc(nulls_last=True)
        return [first, *(F(name.lstrip("-")).desc() if name.startswith("-") else F(name).asc() for name in self.ties)]

    @classmethod
    def sorts_by(cls, name: str) -> bool:
        """Whether it can be sorted by the column of this name; by none it is sorted by its own order."""
        return not name or (name in cls.base_columns and cls.base_columns[name].orderable is not False)

    def kept_rows(
        self, page: Sequence[Versioned], fetch: Callable[[list[int]], Iterable[Model]], *, scope: str = ""
    ) -> list[SafeString]:
        """The page's rows as HTML, in order; see :meth:`kept_by_key`."""
        return list(self.kept_by_key(page, fetch, scope=scope).values())

    def kept_by_key(
        self, page: Sequence[Versioned], fetch: Callable[[list[int]], Iterable[Model]], *, scope: str = ""
    ) -> dict[int, SafeString]:
        """Rows as HTML by primary key, in order, without those that went meanwhile; ``fetch`` is asked at most once,
        for the records whose row is not kept. ``scope`` names who shares rows that are not the same for all readers.
        """
        keys = {pk: f"{self._stem}:{scope}:{pk}:{version}" for pk, version in page}
        # Below a share link a row holds the link's own address, which is kept nowhere.
        is_kept = not is_below()
        kept = cache.get_many(keys.values()) if is_kept else {}
        missing = [pk for pk, key in keys.items() if key not in kept]
        if missing:
            fresh = {keys[record.pk]: self.row(record) for record in fetch(missing) if record.pk in keys}
            if is_kept:
                cache.set_many(fresh, KEPT_FOR)
            kept |= fresh
        return {pk: SafeString(kept[key]) for pk, key in keys.items() if key in kept}

    def row(self, record: Model) -> SafeString:
        """One row as HTML."""
        cells = [opens + conditional_escape(cell.content(record)) + closes for cell, opens, closes in self._tags]
        name = self.name_of(record)
        box = _box_of(record, name) if self.is_selectable else ""
        star = _star_of(record, self.row_prefix, name) if self.has_stars() else ""
        row = '<tr id="{}-{}">{}{}{}</tr>'
        return format_html(row, self.row_prefix, record.pk, box, star, SafeString("".join(cells)))

    @classmethod
    def has_stars(cls) -> bool:
        """Whether rows have a star; those that a share link shows have none."""
        return cls.is_starrable and not is_below()

    def name_of(self, record: Model) -> str:
        """What tells a record from the others, for those who only hear it."""
        return str(record)

    @cached_property
    def _tags(self) -> list[tuple[Cell, SafeString, SafeString]]:
        """The visible columns' cell makers, each with the tags around its cells."""
        return [(cell, *_tags_of(cell)) for cell in self.cells]

    @cached_property
    def _stem(self) -> str:
        """Names the look of a row: another table, or other columns, are other rows."""
        chosen = hashlib.blake2b(",".join(self.chosen).encode(), digest_size=6).hexdigest()
        return f"row:{__version__}.{LOOK}:{self.list_name}:{chosen}"


def leading_on(row: SafeString, query: str) -> SafeString:
    """The row with the list's filter and order (a query string, or nothing) behind its one primary link.

    A kept row knows no list; this lays over it what one comes from, so that the page it leads to can lead on.
    """
    return SafeString(row.replace('" data-row-link', f'{escape(query)}" data-row-link', 1)) if query else row


def starred(html: SafeString, pks: Collection[int]) -> SafeString:
    """Rows in which the stars of these records are pressed. Kept rows are everybody's; this lays over them whose they
    are.
    """
    if not pks:
        return html
    return SafeString(_STAR.sub(lambda found: _pressed(found) if int(found["pk"]) in pks else found[0], html))


_STAR = re.compile(r'name="star" value="(?P<kind>[a-z]+)-(?P<pk>[0-9]+)" aria-pressed="false"')


def _pressed(found: re.Match[str]) -> str:
    return f'name="unstar" value="{found["kind"]}-{found["pk"]}" aria-pressed="true"'


def _star_of(record: Model, kind: str, name: str) -> SafeString:
    """The cell of a row's star; that it is not pressed is true of nobody in particular."""
    return format_html(
        '<td class="starred"><button class="star" form="stars" name="star" value="{}-{}" aria-pressed="false"'
        ' data-star aria-label="Star {}" title="Star">{}</button></td>',
        kind,
        record.pk,
        name,
        icon("star"),
    )


def _box_of(record: Model, name: str) -> SafeString:
    """The cell by which a row is selected. A swap of the row leaves it alone: it may be ticked."""
    return format_html(
        '<td class="select" hx-morph-skip><label><input type="checkbox" name="run" value="{}" form="selection"'
        ' data-select aria-label="Select {}"></label></td>',
        record.pk,
        name,
    )


def _tags_of(cell: Cell) -> tuple[SafeString, SafeString]:
    css = format_html(' class="{}"', cell.classes) if cell.classes else ""
    if cell.is_row_header:
        return format_html('<th scope="row"{}>', css), SafeString("</th>")
    label = format_html(' data-label="{}"', cell.label) if cell.label else ""
    return format_html("<td{}{}>", css, label), SafeString("</td>")
