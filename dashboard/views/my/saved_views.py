"""Saved views: their addresses, keeping, renaming, sharing and deleting them."""

from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import Resolver404, resolve
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dashboard.forms.saved_views import NameForm
from dashboard.models import SavedView
from dashboard.services import rights, saved_views, stars
from dashboard.services.preferences import DENSITIES
from dashboard.services.saved_views import Arrangement, Refused
from dashboard.tables import LISTS
from dashboard.tables.base import Table
from dashboard.views import fragments
from dashboard.views.my import tabs
from dashboard.views.requests import Request

LABELS = {"runs": "Runs", "trials": "Trials of a run", "tasks": "Tasks", "reports": "Reports"}
MOST_STARS = 100
NOT_YOURS = "The team’s views are changed by who made them, and by administrators."
OF_A_RUN = "This view arranges the trials of a run. Open a run: the view stands above its trials."


@require_safe
def view_list(request: Request) -> HttpResponse:
    """One's own views and the team's, and what has one's star."""
    found = list(saved_views.visible(request.user).select_related("owner"))
    context = {
        "sections": [
            {
                "title": "Your views",
                "rows": [_row(request, view) for view in found if view.owner_id == request.user.pk],
            },
            {
                "title": "Other views of the team",
                "rows": [_row(request, view) for view in found if view.owner_id != request.user.pk],
            },
        ],
        "runs": stars.runs(request.user, MOST_STARS),
        "trials": stars.trials(request.user, MOST_STARS),
        "most": MOST_STARS,
        "here": request.path,
    }
    return fragments.page(request, "my/views.html", context)


@require_safe
def open_view(request: Request, view_id: int) -> HttpResponse:
    """The list as the view arranges it, at an address that says all of it."""
    view = _find(request, view_id)
    if view.list_name not in tabs.LISTS:
        messages.info(request, OF_A_RUN)
        return redirect("view-list")
    return redirect(tabs.address(view))


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: Request) -> HttpResponse:
    """Keep a list as it is arranged, under a name; what is wrong with that is told beside the name."""
    told = request.POST if request.method == "POST" else request.GET
    table = LISTS.get(told.get("list", ""))
    if table is None:
        raise Http404("There is no such list.")
    form = NameForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            view = saved_views.create(
                request.user, table.list_name, form.cleaned_data["name"], _arrangement(told, table),
                is_team=form.cleaned_data["is_team"],
            )  # fmt: skip
        except Refused as problem:
            form.add_error("name", str(problem))
        else:
            messages.success(request, f"The view “{view.name}” is kept.")
            return redirect(tabs.address(view, _path(told.get("next", ""), view)))
    if request.method == "POST" and tabs.is_place(table.list_name, told.get("next", "")):
        tabs.refuse(request, table.list_name, told.get("name", ""), str(form.errors["name"][0]))
        return redirect(told["next"])
    context = {
        "title": "Save view", "heading": f"Save a view of {LABELS[table.list_name].lower()}", "form": form,
        "state": _carried(told), "button": "Save", "view": None, "query": told.get("q", ""),
    }  # fmt: skip
    return _form(request, context)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: Request, view_id: int) -> HttpResponse:
    """Rename a view, give it to the team or take it back."""
    view = _find(request, view_id)
    initial = {"name": view.name, "is_team": view.is_team}
    form = NameForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            saved_views.rename(request.user, view, form.cleaned_data["name"], is_team=form.cleaned_data["is_team"])
        except Refused as problem:
            form.add_error("name", str(problem))
        else:
            messages.success(request, f"The view “{view.name}” is kept.")
            return redirect("view-list")
    is_own = saved_views.may_change(request.user, view)
    context = {
        "title": "Edit view", "heading": "Edit view", "form": form, "state": [], "button": "Save", "query": view.query,
        "view": view if is_own else None, "why_not": "" if is_own else NOT_YOURS,
    }  # fmt: skip
    return _form(request, context)


@require_POST
def state(request: Request, view_id: int) -> HttpResponse:
    """Have the view arrange its list as the list is arranged now."""
    view = _find(request, view_id)
    saved_views.overwrite(request.user, view, _arrangement(request.POST, LISTS[view.list_name]))
    messages.success(request, f"The view “{view.name}” is kept as the list is now.")
    return redirect(tabs.address(view, _path(request.POST.get("next", ""), view)))


@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: Request, view_id: int) -> HttpResponse:
    """Ask, and delete a view."""
    view = _find(request, view_id)
    if request.method != "POST":
        return fragments.page(request, "my/view_delete.html", {"view": view})
    name = view.name
    saved_views.delete(request.user, view)
    messages.success(request, f"The view “{name}” is deleted.")
    return redirect("view-list")


def _find(request: Request, view_id: int) -> SavedView:
    try:
        return saved_views.get(request.user, view_id)
    except SavedView.DoesNotExist as error:
        raise Http404("There is no such view.") from error


def _form(request: Request, context: dict[str, Any]) -> HttpResponse:
    shown: dict[str, Any] = {"can_share": rights.may_act(request.user), "why_not": ""} | context
    response = fragments.page(request, "my/view_form.html", shown)
    response.status_code = HTTPStatus.UNPROCESSABLE_ENTITY if shown["form"].errors else HTTPStatus.OK
    return response


def _row(request: Request, view: SavedView) -> dict[str, object]:
    return {
        "view": view,
        "list": LABELS.get(view.list_name, view.list_name),
        "has_address": view.list_name in tabs.LISTS,
        "may_change": saved_views.may_change(request.user, view),
    }


def _arrangement(told: Any, table: type[Table]) -> Arrangement:
    """How a form says that a list is arranged; what no list understands is left out."""
    asked = [name for name in told.get("columns", "").split(",") if name]
    sort, density = told.get("sort", ""), told.get("density", "")
    return Arrangement(
        query=told.get("q", "").replace("\x00", ""),
        columns=table.clean_columns(asked) if asked else (),
        sort=sort if table.sorts_by(sort.lstrip("-")) else "",
        density=density if density in DENSITIES else "",
    )


def _carried(told: Any) -> list[dict[str, str]]:
    names = ("list", "q", "sort", "columns", "density", "next")
    return [{"name": name, "value": told[name]} for name in names if told.get(name)]


def _path(address: str, view: SavedView) -> str:
    """The path of the list that the form came from, for lists below something else."""
    if view.list_name in tabs.LISTS:
        return ""
    path = urlsplit(address).path
    try:
        match = resolve(path)
    except Resolver404:
        match = None
    return path if match is not None and match.url_name == "run-trials" else ""
