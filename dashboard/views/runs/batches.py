"""Many runs at once: what ending or deleting them would do and what cannot be done, doing it, how each fared."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from dashboard import formats
from dashboard.domain.roles import Role
from dashboard.models import Run
from dashboard.services import batches, offers, rights, tickets, visibility
from dashboard.services.actions import ActionResult, ActionState
from dashboard.services.offers import Verb
from dashboard.views import crumbs, fragments, lists
from dashboard.views.addresses import here
from dashboard.views.artifacts import slots
from dashboard.views.requests import Request
from dashboard.views.runs import action_words
from dashboard.views.runs import lists as run_lists
from dashboard.views.runs.selections import chosen_ids, is_all

STATES = {
    ActionState.DONE: ("done", "check", "completed"),
    ActionState.ALREADY: ("had ended before", "info", "info"),
    ActionState.UNKNOWN: ("not known yet", "warn", "warn"),
    ActionState.REFUSED: ("refused", "error", "error"),
    ActionState.NOT_TRIED: ("not tried", "pause", "cancelled"),
}
"""By what became of an action: its word, its icon and the state that colours it; in the order of the summary."""

THOUGH = "though"
"""The field by which one confirms that other people's runs are meant."""
WORDS = {
    None: {
        "title": "Stop or cancel",
        "can": "stopped or cancelled",
        "lead": "Each is asked for once, in this order. What finished stays.",
    },
    Verb.DELETE: {"title": "Delete", "can": "deleted", "lead": action_words.FORGOTTEN_ALL},
}
"""How a batch is spoken of: one that ends runs (None), one that deletes them."""

OF_OTHERS = "Some of these runs are other people’s. Please tick that you mean them."
MOST_NAMES = 3
"""Other people that are named."""
LOOKS_FOR = 60
"""Seconds for which an open page of results looks by itself what became of the unknown ones."""


@dataclass(frozen=True, slots=True)
class Row:
    """How one run of a batch fared."""

    run: Run
    result: ActionResult
    is_settled: bool
    """Its own state tells the outcome by now."""


@require_http_methods(["GET", "HEAD", "POST"])
@slots.acting
def batch(request: Request) -> HttpResponse:
    """What would be done to which runs, and what not and why; a POST does it, once, and leads to the results."""
    if request.method == "POST":
        return _carry_out(request)
    rights.require(request.user, Role.OPERATOR)
    return _ask(request, _chosen(request), _deed(request.GET))


def _deed(form: QueryDict) -> Verb | None:
    """What the batch does to its runs: delete them, or, which is no one verb, end them."""
    return Verb.DELETE if form.get("verb") == Verb.DELETE else None


@require_safe
def result(request: Request, ticket: str) -> HttpResponse:
    """How each run of a batch fared; kept for ten minutes, for whoever sent it."""
    kept = tickets.read(request.user, ticket, now=timezone.now()) if tickets.is_one(ticket) else None
    if kept is None:
        raise Http404("There are no such results, or they are no longer kept.")
    rows = _rows(request, kept.get("results", []))
    open_states = {ActionState.UNKNOWN, ActionState.DONE}
    unsettled = [row for row in rows if row.result.state in open_states and not row.is_settled]
    is_recent = timezone.now().timestamp() - kept.get("at", 0) <= LOOKS_FOR
    context = {
        "crumbs": crumbs.below_runs("Results"),
        "is_under_way": not kept,
        "rows": [_shown(row) for row in rows],
        "summary": _summary(rows),
        "again_url": _again_url(rows),
        "is_live": not kept or (bool(unsettled) and is_recent),
        "poll_url": here(request),
    }
    return fragments.page(request, "actions/batch_result.html", context, fragment="live")


def _ask(request: Request, chosen: QuerySet[Run], deed: Verb | None, problem: str = "") -> HttpResponse:
    plan, words = batches.plan(request.user, chosen, deed), WORDS[deed]
    context = {
        "crumbs": crumbs.below_runs(words["title"]),
        "words": words,
        "verb": deed or "",
        "problem": problem,
        "tick": {"name": THOUGH, "label": _tick(request, [step.run for step in plan.doable], deed)},
        "doable": [_planned(step) for step in plan.doable],
        "others": plan.others,
        "n_beyond": plan.n_beyond,
        "most": batches.MOST,
        "button": f"{words['title']} {formats.plural(len(plan.doable), 'run')}",
        "ticket": tickets.new(),
        "list_url": _list_url(request),
    }
    response = fragments.page(request, "actions/batch.html", context)
    response.status_code = HTTPStatus.UNPROCESSABLE_ENTITY if problem else HTTPStatus.OK
    return response


def _tick(request: Request, runs: Iterable[Run], deed: Verb | None) -> str:
    """What one confirms beside the deletion of runs that other people made; empty where there are none."""
    owners = [offers.others_than(request.user, run.created_by) for run in runs] if deed is Verb.DELETE else []
    names = sorted({owner for owner in owners if owner})
    if not names:
        return ""
    n = sum(bool(owner) for owner in owners)
    shown = ", ".join(names[:MOST_NAMES]) + (" and others" if len(names) > MOST_NAMES else "")
    return f"Delete them though {formats.plural(n, 'run')} of these {'is' if n == 1 else 'are'} of {shown}"


def _planned(step: batches.Step) -> dict[str, Any]:
    return {"run": step.run, "verb": step.verb, "text": action_words.consequence(step.run, step.verb)}


def _chosen(request: Request) -> QuerySet[Run]:
    """The ticked runs, or all that the filter lets through."""
    visible = visibility.runs(request.user)
    if is_all(request.GET):
        return lists.ask(request, run_lists.SPEC, visible, scope="runs").matching()
    return visible.filter(pk__in=chosen_ids(request.GET))


def _carry_out(request: Request) -> HttpResponse:
    ticket = request.POST.get("ticket", "")
    ids, deed = chosen_ids(request.POST)[: batches.MOST], _deed(request.POST)
    chosen = visibility.runs(request.user).filter(pk__in=ids)
    found = {run.pk: run for run in chosen.select_related("source")}
    runs = [found[pk] for pk in ids if pk in found]
    batches.require(request.user, runs, deed)
    if not tickets.is_one(ticket):
        return redirect(_batch_url(ids, deed))
    if THOUGH not in request.POST and _tick(request, runs, deed):
        return _ask(request, chosen, deed, problem=OF_OTHERS)
    if tickets.claim(request.user, ticket, now=timezone.now()):
        results = zip(runs, batches.carry_out(request.user, runs, deed), strict=True)
        now = timezone.now()
        kept = {"at": now.timestamp(), "results": [_as_json(run, result) for run, result in results]}
        tickets.fill(request.user, ticket, kept, now=now)
    return redirect("run-batch-result", ticket)


def _as_json(run: Run, result: ActionResult) -> dict[str, Any]:
    texts = {"sentence": result.sentence, "detail": result.detail, "hint": result.hint}
    return {"run": run.pk, "verb": str(result.verb), "state": str(result.state), **texts}


def _rows(request: Request, kept: list[dict[str, Any]]) -> list[Row]:
    runs = visibility.runs(request.user).select_related("source").in_bulk([one["run"] for one in kept])
    return [_row(runs[one["run"]], one) for one in kept if one["run"] in runs]


def _row(run: Run, one: dict[str, Any]) -> Row:
    verb, state = Verb(one["verb"]), ActionState(one["state"])
    texts = {name: one[name] for name in ("sentence", "detail", "hint")}
    return Row(run, ActionResult(verb=verb, state=state, **texts), offers.has_come_about(run, verb))


def _shown(row: Row) -> dict[str, Any]:
    word, icon, state = _word(row.result)
    is_told_since = row.result.state is ActionState.UNKNOWN and row.is_settled
    sentence = f"It did not answer; since then: {offers.state_of(row.run)}" if is_told_since else row.result.sentence
    return {"run": row.run, "result": row.result, "sentence": sentence, "word": word, "icon": icon, "state": state}


def _summary(rows: list[Row]) -> str:
    """«9 done, 2 refused»"""
    words = Counter(_word(row.result)[0] for state in STATES for row in rows if row.result.state is state)
    return ", ".join(f"{n:,} {word}" for word, n in words.items()) or "No run was left."


def _word(result: ActionResult) -> tuple[str, str, str]:
    """What became of it as a word, an icon and the state that colours it."""
    word, icon, state = STATES[result.state]
    was_gone = result.state is ActionState.ALREADY and result.verb is Verb.DELETE
    return ("was gone before" if was_gone else word), icon, state


def _again_url(rows: list[Row]) -> str:
    """Where those that were not ended can be tried once more; empty if there are none."""
    failed = {ActionState.REFUSED, ActionState.NOT_TRIED}
    ids = [row.run.pk for row in rows if row.result.state in failed and not row.is_settled]
    is_deletion = any(row.result.verb is Verb.DELETE for row in rows)
    return _batch_url(ids, Verb.DELETE if is_deletion else None) if ids else ""


def _batch_url(ids: list[int], deed: Verb | None) -> str:
    pairs: list[tuple[str, object]] = [("verb", deed)] if deed else []
    return f"{reverse('run-batch')}?{urlencode([*pairs, *(('run', pk) for pk in ids)])}"


def _list_url(request: Request) -> str:
    kept = {name: request.GET[name] for name in ("q", "sort", "columns") if request.GET.get(name)}
    return reverse("run-list") + (f"?{urlencode(kept)}" if kept else "")
