"""Every list of the API: filter, order and pages of its rows, as the page of the same list has them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b
from http import HTTPStatus
from itertools import islice
from typing import Any, NoReturn
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from ninja import Schema
from pydantic import Field

from dashboard import __version__
from dashboard.api import conditions, cursors
from dashboard.api.cursors import Key
from dashboard.api.problems import Fault, Refusal
from dashboard.domain.queries import MAX_CHARACTERS, Query, QueryProblem, parse
from dashboard.filters.elsewhere import elsewhere
from dashboard.filters.terms import TermFilterSet
from dashboard.models import MirrorClock
from dashboard.services import visibility
from dashboard.services.visibility import Viewer
from dashboard.tables.base import Table

DEFAULT, MOST = 50, 200
"""Rows of a page."""


class Asked(Schema):
    """What every list is asked with."""

    q: str = Field(
        default="", max_length=MAX_CHARACTERS, description="A filter, in the language of the list's query box."
    )
    sort: str = Field(
        default="",
        max_length=40,
        pattern=r"^-?[a-z_]*$",
        description="The column to sort by, `-` before it for falling order; unknown values last.",
    )
    limit: int = Field(default=DEFAULT, ge=1, le=MOST, description="Rows of a page.")
    cursor: str = Field(
        default="",
        max_length=cursors.MOST_CHARACTERS,
        pattern=cursors.PATTERN,
        description="Where to go on: as `next` of the page before has it.",
    )


@dataclass(frozen=True, slots=True)
class Listed:
    """What is particular to one list."""

    table: type[Table]
    filters: type[TermFilterSet]


@dataclass(frozen=True, slots=True)
class Page:
    """A page of records, and where the next one is."""

    records: Sequence[Any]
    next: str | None
    version: int


def page(
    request: HttpRequest, listed: Listed, asked: Asked, rows: Callable[[int], QuerySet[Any]], viewer: Viewer
) -> Page:
    """A page of what the viewer may see of a list; ``rows`` are all of it, as of a version of the mirror.

    Raises ``conditions.Unchanged``; :class:`Refusal` (422) for what is not understood, so that nothing that was asked
    for is left out unsaid.
    """
    version, now = MirrorClock.now(), timezone.now()
    query, keys = _query(listed, asked.q, now), _keys(listed, asked.sort)
    if not (listed.filters.is_personal(query) or _is_relative(listed, query, asked.q, now)):
        conditions.note_version(request, __version__, version, visibility.scope(viewer))
    found = listed.filters.apply(query, rows(version)).order_by()
    signature = signature_of(request.path, asked)
    place = cursors.read(signature, asked.cursor) if asked.cursor else None
    records = _first(cursors.stretches(found, keys, place), asked.limit + 1)
    more = len(records) > asked.limit
    shown = records[: asked.limit]
    last = cursors.written(signature, [key.value_of(shown[-1]) for key in keys]) if more else ""
    return Page(shown, next_address(request, asked, last), version)


def next_address(request: HttpRequest, asked: Asked, cursor: str) -> str | None:
    """Where the page behind a cursor is; None without one."""
    if not cursor:
        return None
    given = {"q": asked.q, "sort": asked.sort, "limit": asked.limit if asked.limit != DEFAULT else ""}
    query = urlencode({name: value for name, value in given.items() if value} | {"cursor": cursor})
    return f"{request.scheme}://{request.get_host()}{request.path}?{query}"


def signature_of(path: str, asked: Asked) -> str:
    """What a cursor is good for: this list, filter and order."""
    return blake2b("\n".join((path, asked.q, asked.sort)).encode(), digest_size=8).hexdigest()


def refuse_unknown(request: HttpRequest, known: Mapping[str, Any]) -> None:
    """Raises :class:`Refusal` (422) for parameters that there are not: a misspelt filter must not find everything."""
    unknown = [name for name in request.GET if name not in known]
    if unknown:
        faults = [Fault(where=name[:80], what="There is no such parameter.") for name in unknown[:20]]
        raise Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, "Not all parameters are known.", errors=faults)


def _first(queries: Sequence[QuerySet[Any]], n: int) -> list[Any]:
    """The first records of queries one behind the other; what is not needed is not asked."""
    found: list[Any] = []
    for query in queries:
        if len(found) < n:
            found += islice(query[: n - len(found)], n)
    return found


def _query(listed: Listed, text: str, now: datetime) -> Query:
    query = _parsed(listed, text, now)
    if query.problems:
        faults = [_fault(problem) for problem in query.problems]
        raise Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, "The filter is not understood.", errors=faults)
    return query


def _parsed(listed: Listed, text: str, now: datetime) -> Query:
    return parse(text, listed.filters.fields_of_box(), now=now, elsewhere=elsewhere(listed.filters))


def _fault(problem: QueryProblem) -> Fault:
    return Fault(where="q", what=problem.sentence, text=problem.token, instead=problem.suggestion)


def _is_relative(listed: Listed, query: Query, text: str, now: datetime) -> bool:
    """Whether the filter means something else tomorrow: then the mirror's version does not tell what it finds."""
    return query.terms != _parsed(listed, text, now - timedelta(days=1)).terms


def _keys(listed: Listed, sort: str) -> list[Key]:
    if sort and (sort == "-" or not listed.table.sorts_by(sort.removeprefix("-"))):
        refuse_order(sort, [name for name in listed.table.base_columns if listed.table.sorts_by(name)])
    keys = [Key.of(order) for order in listed.table.look(()).ordering(sort)]
    return list({key.path: key for key in reversed(keys)}.values())[::-1]


def refuse_order(sort: str, columns: Iterable[str]) -> NoReturn:
    """Raises :class:`Refusal` (422) for a word that is none of the columns one can sort by."""
    fault = Fault(where="sort", what=f"One can sort by {', '.join(columns)}; with “-” before it falling.", text=sort)
    raise Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, "The order is not understood.", errors=[fault])
