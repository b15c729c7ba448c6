"""What the lists of all entities share: filters, order, pieces, and 404 for nothing."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field

from dashboard.demo.answers import Json
from dashboard.demo.carrot import times
from dashboard.demo.carrot.answers import problem
from dashboard.demo.carrot.queries import COMMON, Parser, Query, text
from dashboard.demo.carrot.sorting import cut, sort_rows
from dashboard.demo.carrot.stores import Row
from dashboard.demo.carrot.worlds import World

Filter = Callable[[World, Row, object], bool]
PIECES = ("sort", "limit", "offset")
MOMENTS = ("created_at", "finished_at", "commit_date")
BOUNDS = {
    "created_before": "created_at",
    "created_after": "created_at",
    "finished_before": "finished_at",
    "finished_after": "finished_at",
    "committed_before": "commit_date",
    "committed_after": "commit_date",
}


def never(_world: World, _row: Row, _value: object) -> bool:
    """JSON in a query is compared as a text with an object: it matches nothing."""
    return False


def always(_world: World, _row: Row, _value: object) -> bool:
    """A filter that is taken and forgotten."""
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """One kind of thing: its JSON, and how a list of it is asked for."""

    noun: str
    table: str
    key: str
    columns: tuple[str, ...]
    """The keys of its JSON, in their order."""
    parsers: Mapping[str, Parser]
    """What its list takes besides the fields that every list takes."""
    none: tuple[str, str]
    """Title and beginning of the detail when a list is empty."""
    filters: Mapping[str, Filter] = field(default_factory=dict)
    """Those of them that are more than an equal column."""
    more_sort_keys: tuple[str, ...] = ()
    no_sort_keys: tuple[str, ...] = ()

    @property
    def known(self) -> dict[str, Parser]:
        """All that its list takes."""
        return COMMON | dict(self.parsers)

    @property
    def sort_keys(self) -> Collection[str]:
        return {*self.columns, *self.more_sort_keys} - {*self.no_sort_keys}


CREATOR: dict[str, Parser] = {"created_by": text}


def find(world: World, entity: Entity, rows: Iterable[Row], query: Query) -> list[Row]:
    """The rows that a query asks for, in its order; 404 when there are none."""
    found = [row for row in rows if all(fits(world, entity, row, name, query[name]) for name in query)]
    ordered = sort_rows(found, str(query.get("sort", "")), entity.sort_keys, lambda row, key: row.get(key))
    if piece := cut(ordered, query):
        return piece
    raise problem(404, entity.none[0], f"{entity.none[1]} with the specified parameters")


def fits(world: World, entity: Entity, row: Row, name: str, value: object) -> bool:
    """Whether a row fits one field of a query."""
    if name in entity.filters:
        return entity.filters[name](world, row, value)
    if name in BOUNDS:
        return is_within(row.get(BOUNDS[name]), str(value), is_upper=name.endswith("_before"))
    return name in PIECES or name == "csv" or row.get(name) == value


def is_within(moment: str | None, bound: str, *, is_upper: bool) -> bool:
    """Strictly before or after; what has no moment never is."""
    return moment is not None and (moment < bound if is_upper else moment > bound)


def describe(entity: Entity, row: Row) -> dict[str, Json]:
    """A row as JSON."""
    return {column: spell_column(column, row[column]) for column in entity.columns}


def spell_column(column: str, value: Json) -> Json:
    """A value as JSON has it."""
    return times.spell(value) if column in MOMENTS and isinstance(value, str) else value
