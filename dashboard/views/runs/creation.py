"""Creating an evaluation run: the form in steps, the asking, and the page that looks what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import HttpResponseClientRedirect

from dashboard.domain.errors import SourceError
from dashboard.forms.drafts import data_of, with_another
from dashboard.forms.evaluation import EvaluationForm
from dashboard.models import Source
from dashboard.services import askings, catalogues, creation, drafts, tickets, troubles
from dashboard.services.askings import Creation, State
from dashboard.services.catalogues import Offer
from dashboard.services.drafts import Draft
from dashboard.views import crumbs, fragments
from dashboard.views.addresses import whole_number
from dashboard.views.artifacts import slots
from dashboard.views.requests import Request
from dashboard.views.runs import creation_words

MOST_TICKS = 900
"""Tasks that are shown to be ticked; a form may have a thousand fields. The others are named."""

BESIDES = "One a line; these are run, and those that are ticked above."
"""Of the field for names of tasks, where there is a list as well."""

STEPS = {"add_agent": "agents", "add_variable": "variables"}
"""Buttons that add a row, by what they add it to."""

LOADS_TASKS = {"hx-trigger": "change", "hx-target": "#creation-tasks", "hx-swap": "outerHTML"}
"""How the choice of a data set brings its tasks, where there are scripts."""


@dataclass(frozen=True, slots=True)
class _Begun:
    """The source and the draft that a form begins with, and what is to be said of that."""

    source_id: int = 0
    draft: Draft = field(default_factory=Draft)
    like: dict[str, str] | None = None


@sensitive_post_parameters()
@sensitive_variables()
@require_http_methods(["GET", "HEAD", "POST"])
@slots.acting
def create(request: Request) -> HttpResponse:
    """The form; by POST one of its steps, or the asking."""
    creation.require(request.user, is_asking=request.method == "POST")
    sources = catalogues.creating_sources(request.user)
    begun = _begun(request)
    wanted = whole_number(request.GET.get("source")) or begun.source_id
    source = pick(sources, wanted)
    if source is None:
        return choose(request, sources)
    if request.method == "POST":
        return _posted(request, source)
    draft = replace(begun.draft, dataset=request.GET.get("dataset", begun.draft.dataset)[:1000])
    return _begin(request, source, draft, begun.like)


@require_safe
def outcome(request: Request, ticket: str) -> HttpResponse:
    """What became of a form that was sent: leads to its run, or looks for it."""
    found = askings.find(request.user, ticket, now=timezone.now())
    if found is None:
        raise Http404("Nothing was sent under this address, or long ago.")
    look = creation.look(request.user, found, now=timezone.now())
    if found.state is State.MADE and look.runs:
        address = reverse("run-detail", args=[look.runs[0].pk])
        return HttpResponseClientRedirect(address) if fragments.wants_fragment(request) else redirect(address)
    form_of = "sandbox-create" if found.draft.template else "run-create"
    context = {
        "creation": found,
        "runs": look.runs,
        "is_waiting": not (look.runs or look.is_over or found.state is State.REFUSED),
        "text": creation_words.told(found, look),
        "is_known": found.state is State.MADE,
        "poll_url": request.path,
        "again_url": f"{reverse(form_of)}?source={found.source_id}&again={found.ticket}",
        "crumbs": crumbs.below_runs("New run"),
    }
    return fragments.page(request, "creation/outcome.html", context, fragment="live")


def _begun(request: Request) -> _Begun:
    """What to begin with: a run like it, or what was sent before."""
    if run_id := whole_number(request.GET.get("from")):
        found = drafts.of_run(request.user, run_id)
        return _Begun(found[0].source_id, found[1], creation_words.like(found[0])) if found else _Begun()
    sent = askings.find(request.user, request.GET.get("again", ""), now=timezone.now())
    return _Begun(sent.source_id, sent.draft) if sent else _Begun()


def pick(sources: Sequence[Source], wanted: int) -> Source | None:
    """The source of that id; without an id (0) the only one there is."""
    if wanted == 0 and len(sources) == 1:
        return sources[0]
    return next((each for each in sources if each.pk == wanted), None)


def choose(request: Request, sources: Sequence[Source]) -> HttpResponse:
    """The page that asks where a run is to be made."""
    links = [
        {"name": each.name, "url": f"{request.path}?source={each.pk}", "trouble": troubles.verdict(each)}
        for each in sources
    ]
    context = {"links": links, "crumbs": crumbs.below_runs("New run")}
    return fragments.page(request, "creation/choose.html", context)


def _begin(request: Request, source: Source, draft: Draft, like: dict[str, str] | None) -> HttpResponse:
    """The form as nobody has typed into it yet."""
    offer = catalogues.offer(source, draft.dataset)
    known = {task.slug for task in offer.tasks}
    is_all = bool(known) and known == set(draft.tasks)
    dataset = offer.dataset.uri if offer.dataset else draft.dataset
    data = _named(data_of(replace(draft, dataset=dataset, tasks=() if is_all else draft.tasks)), offer)
    return _page(request, source, data, EvaluationForm(data, datasets=_choices(offer)), offer, like=like)


@sensitive_variables()
def _posted(request: Request, source: Source) -> HttpResponse:
    steps = {prefix for button, prefix in STEPS.items() if button in request.POST}
    is_step = bool(steps) or "show_tasks" in request.POST
    offer = catalogues.offer(source, _chosen(request.POST))
    data = _named(request.POST.copy(), offer)
    for prefix in steps:
        data = with_another(data, prefix)
    form = EvaluationForm(data, datasets=_choices(offer), is_checked=not is_step)
    if is_step:
        return _page(request, source, data, form, offer)
    if not form.is_valid():
        return _page(request, source, data, form, offer, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return _ask(request, source, data, form, offer)


@sensitive_variables()
def _ask(request: Request, source: Source, data: QueryDict, form: EvaluationForm, offer: Offer) -> HttpResponse:
    ticket = data.get("ticket", "")
    try:
        asked = form.request()
        draft = drafts.of_request(asked, starts=form.starts)
        made = creation.create(request.user, source, asked, draft, ticket=ticket)
    except SourceError as error:
        problem = creation_words.refusal_of(form, error)
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        return _page(request, source, data, form, offer, status=status, refusal=problem)
    except ValueError:
        form.run.add_error(None, "This form was too old or not complete. Look through it and send it again.")
        return _page(request, source, data, form, offer, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return lead_on(request, made)


def lead_on(request: Request, made: Creation) -> HttpResponse:
    """To the run, if it was made and is mirrored; else to the page that looks for it."""
    if made.state is State.MADE:
        level, sentence = creation_words.said(made)
        messages.add_message(request, level, sentence)
        if run := creation.run_of(request.user, made):
            return redirect("run-detail", run.pk)
    return redirect("run-creation", made.ticket)


@sensitive_variables("data", "form")
def _page(
    request: Request,
    source: Source,
    data: QueryDict,
    form: EvaluationForm,
    offer: Offer,
    *,
    status: HTTPStatus = HTTPStatus.OK,
    refusal: dict[str, str] | None = None,
    like: dict[str, str] | None = None,
) -> HttpResponse:
    """The form with what was typed, but for secrets; the first field that is wrong has the focus."""
    invalid = form.invalid_fields()
    if invalid:
        invalid[0].field.widget.attrs["autofocus"] = True
    action = f"{request.path}?source={source.pk}"
    if offer.tasks:
        form.run.fields["other_tasks"].help_text = BESIDES
    form.run.fields["dataset"].widget.attrs |= LOADS_TASKS | {"hx-get": action}
    context = {
        "form": form,
        "source": source,
        "offer": offer,
        "tasks": _ticks(offer, data.getlist("tasks")),
        "n_more": max(0, len(offer.tasks) - MOST_TICKS),
        "tasks_of": _chosen(data),
        "invalid": creation_words.wrong(invalid),
        "like": like,
        "focus_tasks": bool(invalid) and invalid[0].name == "tasks",
        "general": form.general_errors(),
        "refusal": refusal,
        "ticket": tickets.new(),
        "action": action,
        "crumbs": crumbs.below_runs("New run"),
    }
    response = fragments.page(request, "creation/form.html", context, fragment="tasks")
    response.status_code = status
    return response


def _chosen(data: QueryDict) -> str:
    """The data set that a form means."""
    return (data.get("dataset") or data.get("dataset_uri", ""))[:1000].strip()


def _named(data: QueryDict, offer: Offer) -> QueryDict:
    """The same, with tasks of the data set that are ticked and not in the list by their names; others go."""
    known = {task.slug for task in offer.tasks[:MOST_TICKS]}
    strange = [slug for slug in data.getlist("tasks") if slug not in known]
    if strange and data.get("tasks_of") == _chosen(data):
        data.setlist("tasks", [slug for slug in data.getlist("tasks") if slug in known])
        data["other_tasks"] = "\n".join(filter(None, [data.get("other_tasks", ""), *strange]))
    return data


def _choices(offer: Offer) -> list[tuple[str, str]]:
    return [(each.uri, f"{each.name} {each.version}".strip()) for each in offer.datasets]


def _ticks(offer: Offer, ticked: Sequence[str]) -> list[dict[str, Any]]:
    chosen = set(ticked)
    return [
        {"slug": task.slug, "title": task.title, "difficulty": task.difficulty, "is_ticked": task.slug in chosen}
        for task in offer.tasks[:MOST_TICKS]
    ]
