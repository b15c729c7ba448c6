"""The tabs above a list: its built-in views, and those that somebody or the team saved."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.urls import Resolver404, resolve, reverse
from django.utils.http import url_has_allowed_host_and_scheme

from dashboard.domain.queries import Query, Term
from dashboard.filters.terms import findable
from dashboard.models import SavedView
from dashboard.services import rights, saved_views
from dashboard.services.preferences import DENSITIES
from dashboard.services.saved_views import Arrangement
from dashboard.shared_addresses import is_below
from dashboard.tables.base import Table
from dashboard.views import fragments
from dashboard.views.addresses import here, whole_number
from dashboard.views.requests import Request

RUNS = "runs"
LISTS = {RUNS: "run-list", "tasks": "task-list", "reports": "report-list"}
"""Lists that have an address of their own; trials have that of their run."""
REFUSED = "refused_view"
"""Key in the session."""


@dataclass(frozen=True, slots=True)
class BuiltIn:
    """A view that everybody has."""

    label: str
    query: str
    title: str
    icon: str = ""


def arrangement(request: Request, query: Query, table: Table, sort: str) -> Arrangement:
    """How the list is arranged now."""
    density = request.GET.get("density", "")
    return Arrangement(
        query=query.text, columns=table.chosen, sort=sort, density=density if density in DENSITIES else ""
    )


def is_place(list_name: str, address: str) -> bool:
    """Whether an address is that of a list of this name."""
    if not address.startswith("/") or not url_has_allowed_host_and_scheme(address, None):
        return False
    try:
        match = resolve(urlsplit(address).path)
    except Resolver404:
        return False
    return match.url_name == LISTS.get(list_name, "run-trials")


def refuse(request: Request, list_name: str, name: str, problem: str) -> None:
    """Have the list's next page say, at the field, why no view of this name was saved."""
    told = {"list": list_name, "name": name[: 2 * saved_views.LONGEST_NAME], "problem": problem}
    request.session[REFUSED] = told


def _refused(request: Request, list_name: str) -> dict[str, str] | None:
    """What :func:`refuse` was told of this list; told once, by a whole page."""
    if fragments.wants_fragment(request) or request.session.get(REFUSED, {}).get("list") != list_name:
        return None
    told: dict[str, str] = request.session.pop(REFUSED)
    return told


def of(request: Request, table: type[Table], now: Arrangement) -> dict[str, Any] | None:
    """Context of ``my/_tabs.html``; None for a guest, who has no views."""
    if is_below():
        return None
    name = table.list_name
    found = saved_views.of_list(request.user, name)
    in_use = next((view for view in found if view.pk == whole_number(request.GET.get("view"))), None)
    built_in = [_built_in(request, each, now, in_use) for each in _built_ins(request, name)]
    return {
        "tabs": [*built_in, *(_saved(request, view, view is in_use) for view in found)],
        "in_use": _in_use(request, table, in_use, now) if in_use else None,
        "state": _state(request, name, now),
        "refused": _refused(request, name),
        "can_share": rights.may_act(request.user),
        "longest": saved_views.LONGEST_NAME,
    }


def address(view: SavedView, path: str = "") -> str:
    """The list as the view arranges it; complete, so that it shows the same to whoever it is sent to.

    ``path`` is the list's, where it has none of its own.
    """
    arranged = saved_views.arrangement(view)
    query = {
        "q": arranged.query, "sort": arranged.sort, "columns": ",".join(arranged.columns),
        "density": arranged.density, "view": str(view.pk),
    }  # fmt: skip
    path = path or reverse(LISTS.get(view.list_name, "view-list"))
    return f"{path}?{urlencode({name: value for name, value in query.items() if value})}"


def _built_ins(request: Request, list_name: str) -> list[BuiltIn]:
    every = BuiltIn("All", "", "")
    if list_name not in {"runs", "trials", "reports"}:
        return [every]
    own = [text for text in dict.fromkeys((request.user.email, request.user.get_username())) if text]
    mine = BuiltIn("Mine", Term.of("owner", *(findable(text) for text in own)).text, "Made by you")
    starred = BuiltIn("Starred", Term.of("is", "starred").text, "With your star", "star")
    failed = BuiltIn("Failed today", "status:failed after:today", "Begun today (UTC) and failed")
    return {
        "runs": [every, mine, failed, starred],
        "trials": [every, starred],
        "reports": [every, mine],
    }[list_name]


def starts(request: Request) -> list[tuple[str, str]]:
    """(name, label) of the views that the runs list can begin with; the name of all runs is empty."""
    built_in = [("" if not each.query else _name(each), each.label) for each in _built_ins(request, RUNS)]
    return [*built_in, *((str(view.pk), view.name) for view in saved_views.of_list(request.user, RUNS))]


def start(request: Request, name: str) -> str:
    """Where the start view of this name leads; to all runs, where there is none of that name or it is gone."""
    for each in _built_ins(request, RUNS):
        if each.query and _name(each) == name:
            return _built_in_address(each, reverse(LISTS[RUNS]))
    view = saved_views.visible(request.user).filter(pk=whole_number(name), list_name=RUNS).first()
    return address(view) if view is not None else reverse(LISTS[RUNS])


def _name(each: BuiltIn) -> str:
    return each.label.lower().replace(" ", "-")


def _built_in_address(each: BuiltIn, path: str) -> str:
    return path + (f"?{urlencode({'q': each.query})}" if each.query else "")


def _built_in(request: Request, each: BuiltIn, now: Arrangement, in_use: SavedView | None) -> dict[str, object]:
    return {
        "label": each.label,
        "title": each.title,
        "icon": each.icon,
        "url": _built_in_address(each, request.path),
        "current": in_use is None and each.query == now.query,
    }


def _saved(request: Request, view: SavedView, is_current: bool) -> dict[str, object]:
    path = request.path if view.list_name not in LISTS else ""
    title = "The team’s view" if view.is_team else "Your view"
    return {
        "label": view.name, "title": title, "icon": "user" if not view.is_team else "bookmark",
        "url": address(view, path), "current": is_current,
    }  # fmt: skip


def _in_use(request: Request, table: type[Table], view: SavedView, now: Arrangement) -> dict[str, Any]:
    kept = saved_views.arrangement(view)
    columns = table.clean_columns(kept.columns) if kept.columns else now.columns
    is_changed = (kept.query, columns, kept.sort, kept.density) != (now.query, now.columns, now.sort, now.density)
    return {
        "view": view,
        "is_changed": is_changed,
        "may_change": saved_views.may_change(request.user, view),
        "back_url": address(view, request.path),
    }


def _state(request: Request, list_name: str, now: Arrangement) -> list[dict[str, str]]:
    """What a form sends along to say how the list is arranged, and where it stands."""
    values = {
        "list": list_name, "q": now.query, "sort": now.sort, "columns": ",".join(now.columns),
        "density": now.density, "next": here(request),
    }  # fmt: skip
    return [{"name": name, "value": value} for name, value in values.items() if value]
