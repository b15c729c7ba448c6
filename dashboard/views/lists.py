"""Every filtered list: query box, chips, facets, columns, sorting, paging and rows, from one description."""

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.core.cache import cache
from django.db.models import Model, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
from django.utils.safestring import SafeString

from dashboard import formats
from dashboard.domain.queries import Field, Query, QueryProblem, Term, parse
from dashboard.filters import facets, hints
from dashboard.filters.elsewhere import elsewhere
from dashboard.filters.terms import TermFilterSet, findable
from dashboard.models import MirrorClock
from dashboard.services import rights, stars, visibility
from dashboard.services.reach import capabilities
from dashboard.shared_addresses import is_below
from dashboard.tables.base import Table, Versioned, leading_on, starred
from dashboard.views import notices, paging
from dashboard.views.addresses import here, list_query
from dashboard.views.frame import chosen_columns, concerned_sources
from dashboard.views.kept import PARTS
from dashboard.views.my import tabs
from dashboard.views.requests import Request

Kept = TypeVar("Kept")

MOST_SHOWN = 200
"""Rows whose changes an open page asks for."""
COUNTED_FOR = 300
"""Seconds that counts are kept; they are kept by the mirror's version, so this only bounds the cache."""


@dataclass(frozen=True, slots=True)
class ListSpec:
    """What is particular to one list."""

    label: str
    noun: str
    table: type[Table]
    filters: type[TermFilterSet]
    facets: Sequence[facets.Facet]
    placeholder: str
    fetch: Callable[[list[int]], Iterable[Model]]
    """Records by primary key, with all that their cells show."""
    is_relative: bool = False
    """Its rows say to whoever sees less something else."""
    leads_through: bool = False
    """The pages of its rows lead on within the same filter and order, or back to it."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A list as one request asks for it."""

    spec: ListSpec
    query: Query
    table: Table
    sort: str
    base: QuerySet[Any]
    version: int
    scope: str

    def matching(self) -> QuerySet[Any]:
        """The rows that the filter lets through, unordered."""
        return self.spec.filters.apply(self.query, self.base).order_by()

    def ordered(self) -> QuerySet[Any]:
        """The same, in the order asked for."""
        return self.matching().order_by(*self.table.ordering(self.sort))

    def rows(self, shown: Sequence[Versioned]) -> dict[int, SafeString]:
        """The rows of these records as HTML, by primary key; made once for all who see the same in them."""
        return self.table.kept_by_key(shown, self.spec.fetch, scope=self.scope if self.spec.is_relative else "")


def ask(
    request: Request,
    spec: ListSpec,
    base: QuerySet[Any],
    *,
    scope: str,
    version: int | None = None,
    text: str | None = None,
) -> Asked:
    """Read the address. ``scope`` names the rows in ``base``, for what is kept; ``version`` what they are as of;
    ``text`` the query, where a form says it in the address's place.
    """
    version = MirrorClock.now() if version is None else version
    query = parse(
        request.GET.get("q", "") if text is None else text,
        _fields(spec),
        now=timezone.now(),
        elsewhere=elsewhere(spec.filters),
    )
    window = [QueryProblem("", sentence) for sentence in paging.window_problems(request)]
    query = replace(query, problems=(*query.problems, *window))
    chosen = (
        request.GET.get("columns", "").split(",")
        if request.GET.get("columns")
        else chosen_columns(request, spec.table.list_name)
    )
    table = spec.table.look(_chosen(spec, chosen))
    sort = request.GET.get("sort", "")
    if spec.filters.is_personal(query):
        base, scope = stars.known(request.user, base), f"{scope}:{stars.stamp(request.user)}"
    return Asked(spec, query, table, sort, base, version, f"{visibility.scope(request.user)}:{scope}")


def _fields(spec: ListSpec) -> dict[str, Field]:
    """What the query may name; labels are the team's own, so below a share link there are none."""
    fields = spec.filters.fields_of_box()
    return {name: field for name, field in fields.items() if not (is_below() and name == "label")}


def _chosen(spec: ListSpec, chosen: Sequence[str]) -> tuple[str, ...]:
    """The columns to show, in order."""
    columns = spec.table.clean_columns(chosen)
    if not is_below():
        return columns
    # Of columns that are all left out, the list's own are shown.
    return tuple(name for name in columns if name != "labels") or _chosen(spec, ())


def context(request: Request, asked: Asked) -> dict[str, Any]:
    """What ``components/list_controls.html`` shows, and where the list stands; cheap, asked for by every request."""
    total = _kept(asked, "total", lambda: asked.matching().count())
    page = paging.page_of(request, total)
    shown = _rows_of_page(asked, page)
    return {
        "name": asked.spec.table.list_name,
        "label": asked.spec.label,
        "placeholder": asked.spec.placeholder,
        "text": request.GET.get("q", "").strip() if asked.query.problems else asked.query.text,
        "sort": asked.sort,
        "size": request.GET.get("size", ""),
        "columns": request.GET.get("columns", ""),
        "density": request.GET.get("density", ""),
        "suggestions": _part(request, asked, "suggestions", lambda: SafeString(escape(_suggestions(asked)))),
        "problems": [
            *notices.problems(request, asked.query),
            *notices.unknown(request, asked.spec.table, asked.spec.filters.by_name()),
        ],
        "left_out": notices.left_out(asked.query.problems),
        "chips": _chips(request, asked.query),
        "clear_url": here(request, q=None, page=None),
        "column_choice": _column_choice(asked.table),
        "link": request.build_absolute_uri(here(request, columns=",".join(asked.table.chosen))),
        "shown": ",".join(str(pk) for pk, _ in shown[:MOST_SHOWN]),
        "total": total,
        "total_text": formats.plural(total, asked.spec.noun),
        "version": asked.version,
        "views": tabs.of(request, asked.spec.table, tabs.arrangement(request, asked.query, asked.table, asked.sort)),
        "has_stars": asked.spec.table.has_stars(),
        "body": starred(
            _part(request, asked, "body", lambda: _body(request, asked, page, shown)),
            with_stars(request, asked, [pk for pk, _ in shown]),
        ),
    }


def with_stars(request: Request, asked: Asked, pks: Sequence[int]) -> set[int]:
    """Which of these rows have the reader's star: nothing that is kept says so."""
    return stars.among(request.user, asked.base.model, pks) if asked.spec.table.has_stars() else set()


def _body(request: Request, asked: Asked, page: paging.Page, shown: list[Versioned]) -> SafeString:
    """Facets, table and pager: the same for all readers of this address until the mirror changes."""
    found = _facet_values(asked)
    return render_to_string(
        "components/list_body.html",
        {
            "label": asked.spec.label.capitalize(),
            "id": f"{asked.spec.table.row_prefix}-list",
            "facets_open": request.COOKIES.get("facets") != "0",
            "facets": [
                _facet(request, asked.query, facet, found[facet.field])
                for facet in shown_facets(asked)
                if len(found[facet.field]) > 1 or _is_used(asked.query, facet)
            ],
            "headers": _headers(request, asked),
            "rows": [leading_on(row, way(request, asked.spec)) for row in asked.rows(shown).values()],
            "total": page.total,
            "pager": paging.pager(request, page),
            **notices.ways_on(request, _hint(asked, page.total)),
            "noun": asked.spec.noun,
            "has_stars": asked.spec.table.has_stars(),
            "selection": _selection(request, asked, page.total) if asked.spec.table.is_selectable else None,
        },
    )


def _selection(request: Request, asked: Asked, total: int) -> dict[str, Any]:
    """What is sent along with the rows that are ticked, so that *all that match* can be meant as well."""
    carried = {"q": asked.query.text, "sort": asked.sort, "columns": request.GET.get("columns", "")}
    return {
        "carried": [{"name": name, "value": value} for name, value in carried.items() if value],
        "may_act": rights.may_act(request.user),
        "can_delete": any(capabilities(source).delete for source in concerned_sources(request)),
        "all_text": f"all {formats.plural(total, asked.spec.noun)}{' that match' if asked.query.text else ''}",
    }


def way(request: Request, spec: ListSpec) -> str:
    """What the links of the list's rows carry on: its filter and order, where their pages lead through the list."""
    return list_query(request) if spec.leads_through else ""


def _part(request: Request, asked: Asked, what: str, make: Callable[[], SafeString]) -> SafeString:
    """A rendered part of the page, made once for all readers of this address, columns and version."""
    looks = (asked.table.chosen, request.COOKIES.get("facets") != "0")
    key = (what, asked.scope, asked.version, f"{timezone.now():%Y%m%d%H%M}", here(request), looks)
    return PARTS.get(key, make)


def _rows_of_page(asked: Asked, page: paging.Page) -> list[Versioned]:
    """(primary key, version) of the page's rows."""
    rows = asked.ordered().values_list("pk", "version")[page.offset : page.offset + page.size]
    return _kept(asked, f"rows:{asked.sort}:{page.offset}:{page.size}", lambda: list(rows))


def _facet_values(asked: Asked) -> dict[str, list[facets.FacetValue]]:
    spec = asked.spec
    return _kept(
        asked,
        "facets",
        lambda: facets.count(shown_facets(asked), spec.filters, asked.query, asked.base),
    )


def shown_facets(asked: Asked) -> list[facets.Facet]:
    """The list's facets; labels are the team's own, so a share link shows none."""
    return [facet for facet in asked.spec.facets if not (is_below() and facet.field == "label")]


@lru_cache(maxsize=256)
def _column_choice(table: Table) -> SafeString:
    """All columns with their places, as the columns form shows them."""
    return render_to_string("components/column_choice.html", {"columns": _columns(table)})


def _kept(asked: Asked, what: str, make: Callable[[], Kept]) -> Kept:
    """Counts stay true as long as the mirror's clock stands still; then they are counted once for all readers."""
    name = f"{what}:{asked.scope}:{asked.version}:{asked.query.text}:{timezone.now():%Y%m%d%H%M}"
    key = f"list:{asked.spec.table.list_name}:{hashlib.blake2b(name.encode(), digest_size=12).hexdigest()}"
    value: Kept | None = cache.get(key)
    if value is None:
        value = make()
        cache.set(key, value, COUNTED_FOR)
    return value


def _suggestions(asked: Asked) -> str:
    """For the box's completions: fields and the values they have, as JSON."""
    choices = {name: tuple(value.text for value in values) for name, values in _facet_values(asked).items()}
    return json.dumps({name: list(field.choices) for name, field in asked.spec.filters.fields_of_box(choices).items()})


def _chips(request: Request, query: Query) -> list[dict[str, str]]:
    terms = [
        {
            "field": f"not {term.field}" if term.negated else term.field,
            "value": term.text.split(":", 1)[1],
            "url": _to(request, query.without(term)),
        }
        for term in query.terms
    ]
    return [
        *terms,
        *({"field": "", "value": f"“{word}”", "url": _to(request, query.without(word))} for word in query.words),
    ]


def _to(request: Request, query: Query) -> str:
    return here(request, q=query.text, page=None, offset=None)


def _is_used(query: Query, facet: facets.Facet) -> bool:
    return any(term.field == facet.field for term in query.terms)


def _facet(request: Request, query: Query, facet: facets.Facet, values: list[facets.FacetValue]) -> dict[str, Any]:
    chosen = {
        value.text.casefold(): value.text
        for term in query.terms
        if term.field == facet.field and not term.negated
        for value in term.values
    }
    most = max((value.count for value in values), default=1)
    items = [
        {
            "label": value.text,
            "url": _to(request, _toggled(query, facet.field, findable(value.text), chosen)),
            "count": formats.count(value.count),
            "share": f"{100 * value.count / most:.0f}",
            "current": findable(value.text).casefold() in chosen,
            "state": value.text if facet.is_state else "",
        }
        for value in values
    ]
    return {"title": facet.title, "items": items, "open": True}


def _toggled(query: Query, field: str, value: str, chosen: dict[str, str]) -> Query:
    """The query with the value added to, or taken from, those of its field (``chosen``, by their folded spelling)."""
    folded = value.casefold()
    others = {text for key, text in chosen.items() if key != folded}
    wanted = sorted(others if folded in chosen else others | {value})
    if wanted:
        return query.with_term(Term.of(field, *wanted), replacing=True)
    for term in query.terms:
        query = query.without(term) if term.field == field else query
    return query


def _headers(request: Request, asked: Asked) -> list[dict[str, str]]:
    sort = asked.sort or str(asked.table._meta.order_by[0])
    return [header(request, column, sort) for column in asked.table.columns]


def header(request: Request, column: Any, sort: str) -> dict[str, str]:
    """Ascending, then descending, then the list's own order again; numbers and times the other way round."""
    name, falls_first = column.name, column.column.is_number
    first, second = (f"-{name}", name) if falls_first else (name, f"-{name}")
    following = {first: second, second: ""}.get(sort, first)
    state = {name: "ascending", f"-{name}": "descending"}.get(sort, "")
    url = here(request, sort=following, page=None) if column.orderable else ""
    return {"label": column.header, "css": column.column.classes, "url": url, "sort": state}


def _columns(table: Table) -> list[dict[str, Any]]:
    """All columns, the shown ones first and in order."""
    hidden = [name for name in table.base_columns if name not in table.chosen]
    return [
        {
            "name": name,
            "label": table.base_columns[name].verbose_name or name.capitalize(),
            "is_shown": name in table.chosen,
            "place": place,
        }
        for place, name in enumerate((*table.chosen, *hidden), start=1)
    ]


def _hint(asked: Asked, total: int) -> hints.Hint:
    return hints.Hint("") if total else hints.explain(asked.spec.filters, asked.query, asked.base, asked.spec.noun)


def export_urls(asked: Asked, name: str, request: Request, *args: int) -> dict[str, str]:
    """Addresses of the exports of exactly what is filtered, in its order."""
    query = {key: request.GET[key] for key in ("q", "sort", "columns") if request.GET.get(key)}
    tail = f"?{urlencode(query)}" if query else ""
    return {f"{kind}_url": reverse(name, args=[*args, kind]) + tail for kind in ("csv", "json")}
