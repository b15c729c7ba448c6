"""Labels of a run, of a trial, and of many runs at once: pages that need no script."""

from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from dashboard import formats
from dashboard.domain.roles import Role
from dashboard.models import Run
from dashboard.services import labels, rights, visibility
from dashboard.services.labels import MOST_AT_ONCE, Refused
from dashboard.services.marks import Subject
from dashboard.tables.columns import label_url
from dashboard.views import crumbs, fragments, lists
from dashboard.views.addresses import back
from dashboard.views.requests import Request
from dashboard.views.runs import lists as run_lists
from dashboard.views.runs import pages as runs
from dashboard.views.runs.selections import chosen_ids, is_all
from dashboard.views.trials import pages as trials

FILTER = ("q", "sort", "columns")
"""What a selection says of the list that it was made in."""


@require_safe
def names(request: Request) -> HttpResponse:
    """The labels there are, as options for a field that is being filled in."""
    return fragments.page(request, "my/_label_names.html", {"names": labels.names(request.user)})


@require_http_methods(["GET", "HEAD", "POST"])
def of_run(request: Request, run_id: int) -> HttpResponse:
    """The labels of a run; operators add and take off."""
    run = runs.find(request.user, run_id)
    way = {
        "crumbs": crumbs.below_run(run, "Labels"),
        "name": run.name,
        "back_url": reverse("run-detail", args=[run_id]),
    }
    return _change(request, run, way) if request.method == "POST" else _show(request, run, way)


@require_http_methods(["GET", "HEAD", "POST"])
def of_trial(request: Request, run_id: int, trial_id: int) -> HttpResponse:
    """The labels of a trial."""
    trial = trials.find(request.user, run_id, trial_id)
    back_url = reverse("trial-detail", args=[run_id, trial_id])
    way = {"crumbs": crumbs.below_trial(trial, "Labels"), "name": trial.task.short_name, "back_url": back_url}
    return _change(request, trial, way) if request.method == "POST" else _show(request, trial, way)


@require_http_methods(["GET", "HEAD", "POST"])
def of_many(request: Request) -> HttpResponse:
    """Which runs are meant, and what they are to be labelled; a POST does it and leads back to the list."""
    told = request.POST if request.method == "POST" else request.GET
    chosen = _chosen(request, told)
    if request.method != "POST":
        return _ask(request, chosen, told)
    try:
        name, n = labels.add_to_many(request.user, chosen, told.get("label", ""))
    except Refused as problem:
        return _ask(request, chosen, told, str(problem))
    messages.success(request, f"{formats.plural(n, 'run')} labelled “{name}”.")
    return redirect(_list_url(told))


def _show(request: Request, subject: Subject, way: dict[str, Any], problem: str = "", typed: str = "") -> HttpResponse:
    present = labels.of(subject)
    context = way | {
        "labels": [{"name": name, "url": label_url(subject, name)} for name in present],
        "names": [name for name in labels.names(request.user) if name not in present],
        "may_change": rights.may_act(request.user),
        "problem": problem, "typed": typed, "longest": labels.LONGEST, "here": request.path,
    }  # fmt: skip
    response = fragments.page(request, "my/labels.html", context)
    response.status_code = HTTPStatus.UNPROCESSABLE_ENTITY if problem else HTTPStatus.OK
    return response


def _change(request: Request, subject: Subject, way: dict[str, Any]) -> HttpResponse:
    if "remove" in request.POST:
        labels.remove(request.user, subject, request.POST["remove"])
        return back(request)
    typed = request.POST.get("label", "")
    try:
        labels.add(request.user, subject, typed)
    except Refused as problem:
        return _show(request, subject, way, str(problem), typed[: labels.LONGEST])
    return back(request)


def _chosen(request: Request, told: QueryDict) -> QuerySet[Run]:
    """The ticked runs, or all that the filter lets through."""
    visible = visibility.runs(request.user)
    if not is_all(told):
        return visible.filter(pk__in=chosen_ids(told))
    return lists.ask(request, run_lists.SPEC, visible, scope="runs", text=told.get("q", "")).matching()


def _ask(request: Request, chosen: QuerySet[Run], told: QueryDict, problem: str = "") -> HttpResponse:
    rights.require(request.user, Role.OPERATOR)
    n = chosen.count()
    context = {
        "crumbs": crumbs.below_runs("Label"),
        "n": n,
        "runs": list(chosen.select_related("source").order_by("-pk")[:20]),
        "n_labelled": min(n, MOST_AT_ONCE),
        "most": MOST_AT_ONCE,
        "names": labels.names(request.user),
        "carried": [
            *({"name": "run", "value": pk} for pk in (() if is_all(told) else chosen_ids(told))),
            *({"name": name, "value": told[name]} for name in (*FILTER, "all") if told.get(name)),
        ],
        "problem": problem, "typed": told.get("label", "")[: labels.LONGEST], "longest": labels.LONGEST,
        "list_url": _list_url(told),
    }  # fmt: skip
    response = fragments.page(request, "my/label_many.html", context)
    response.status_code = HTTPStatus.UNPROCESSABLE_ENTITY if problem else HTTPStatus.OK
    return response


def _list_url(told: QueryDict) -> str:
    kept = {name: told[name] for name in FILTER if told.get(name)}
    return reverse("run-list") + (f"?{urlencode(kept)}" if kept else "")
