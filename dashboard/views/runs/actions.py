"""Starting, cancelling, stopping and deleting a run: the page that asks, and the page that tells what became of it."""

from datetime import timedelta
from http import HTTPStatus

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

# Response helpers for htmx: a redirect of the whole page.
from django_htmx.http import HttpResponseClientRedirect

from dashboard.domain.roles import Role
from dashboard.models import Run
from dashboard.services import actions, deeds, offers, rights, tickets
from dashboard.services.actions import ActionResult, ActionState
from dashboard.services.offers import Verb
from dashboard.views import crumbs, fragments
from dashboard.views.addresses import whole_number
from dashboard.views.artifacts import slots
from dashboard.views.requests import Request
from dashboard.views.runs import action_words
from dashboard.views.runs.pages import find

LOOKS_FOR = timedelta(seconds=60)
"""How long a page looks by itself whether an action has been done."""
LOOKS_APART = timedelta(seconds=2)
"""A run that was read less long ago is not read again."""

THOUGH = "though"
"""The field by which one confirms that another person's run is meant."""
INCOMPLETE = "The form came without its ticket. Please press the button once more."


@require_http_methods(["GET", "HEAD", "POST"])
@slots.acting
def confirm(request: Request, run_id: int, verb: Verb) -> HttpResponse:
    """What will happen, and the button; a POST does it, once, and leads to the run."""
    run = find(request.user, run_id)
    if request.method == "POST":
        deeds.require(request.user, actions.ACTIONS[verb], run, source=run.source.name)
        return _act(request, run, verb)
    rights.require(request.user, Role.OPERATOR)
    return _question(request, run, verb)


@require_safe
def outcome(request: Request, run_id: int, verb: str) -> HttpResponse:
    """What became of an action whose answer did not come; for a minute the open page looks again by itself."""
    run = find(request.user, run_id)
    wanted, is_recent = _verb(verb), _is_recent(request)
    is_asked_to_look = "look" in request.GET or (is_recent and fragments.wants_fragment(request))
    if is_asked_to_look and not offers.has_come_about(run, wanted):
        _look(run)
    return _told(request, run, wanted, is_recent=is_recent)


def outcome_url(run: Run, verb: Verb) -> str:
    """Where the outcome of what was asked just now is told."""
    return f"{reverse('run-outcome', args=[run.pk, verb])}?at={int(timezone.now().timestamp())}"


def _act(request: Request, run: Run, verb: Verb) -> HttpResponse:
    ticket = request.POST.get("ticket", "")
    if not tickets.is_one(ticket):
        refusal = ActionResult(verb=verb, state=ActionState.REFUSED, sentence=INCOMPLETE)
        return _question(request, run, verb, refusal)
    if action_words.tick_for_others(request.user, run, verb) and THOUGH not in request.POST:
        sentence = f"It is {run.created_by}’s. Please tick that you mean it all the same."
        return _question(request, run, verb, ActionResult(verb=verb, state=ActionState.REFUSED, sentence=sentence))
    if not tickets.claim(request.user, ticket, now=timezone.now()):
        return redirect(outcome_url(run, verb))
    return _answer(request, run, actions.act(request.user, run, verb))


def _answer(request: Request, run: Run, result: ActionResult) -> HttpResponse:
    if result.state is ActionState.REFUSED:
        return _question(request, run, result.verb, result)
    if result.state is ActionState.UNKNOWN:
        messages.warning(request, " ".join(filter(None, (result.sentence, result.detail, result.hint))))
        return redirect(outcome_url(run, result.verb))
    level = messages.SUCCESS if result.state is ActionState.DONE else messages.INFO
    messages.add_message(request, level, result.sentence)
    return redirect("run-detail", run.pk)


def _question(request: Request, run: Run, verb: Verb, refusal: ActionResult | None = None) -> HttpResponse:
    why_not, title = offers.why_not(request.user, run, verb), action_words.question(run, verb)
    context = {
        "run": run,
        "crumbs": crumbs.below_run(run, action_words.LABELS[verb]),
        "title": title,
        "url": reverse(f"run-{verb}", args=[run.pk]),
        "text": action_words.consequence(run, verb),
        "button": action_words.LABELS[verb],
        "is_ending": verb is not Verb.START,
        "why_not": why_not,
        "is_passing": offers.is_passing(request.user, run, verb),
        "poll_url": f"{request.path}?look=1",
        "tick": {"name": THOUGH, "label": action_words.tick_for_others(request.user, run, verb)},
        "refusal": refusal,
        "hidden": [{"name": "ticket", "value": tickets.new()}],
    }
    is_look = "look" in request.GET
    if why_not and fragments.wants_fragment(request) and not is_look:
        # A dialog asks; what cannot be done is explained by the page.
        return HttpResponseClientRedirect(request.path)
    response = fragments.page(request, "actions/confirm.html", context, fragment="live" if is_look else "dialog")
    if is_look and not context["is_passing"]:
        fragments.announce(response, why_not or title)
    response.status_code = HTTPStatus.OK if refusal is None else HTTPStatus.UNPROCESSABLE_ENTITY
    return response


def _told(request: Request, run: Run, verb: Verb, *, is_recent: bool) -> HttpResponse:
    is_so = offers.has_come_about(run, verb)
    state = offers.state_of(run)
    context = {
        "run": run,
        "crumbs": crumbs.below_run(run, action_words.LABELS[verb]),
        "verb": verb,
        "is_so": is_so,
        "is_looking": is_recent and not is_so,
        "state": state,
        "poll_url": f"{request.path}?at={whole_number(request.GET.get('at'))}",
        "confirm_url": reverse(f"run-{verb}", args=[run.pk]),
    }
    response = fragments.page(request, "actions/outcome.html", context, fragment="live")
    return fragments.announce(response, f"{run.name}: {state}") if is_so else response


def _look(run: Run) -> None:
    if run.looked_at is None or timezone.now() - run.looked_at >= LOOKS_APART:
        actions.look_again(run)


def _verb(text: str) -> Verb:
    try:
        return Verb(text)
    except ValueError as error:
        raise Http404("Nothing of that name is done to runs.") from error


def _is_recent(request: Request) -> bool:
    """Whether the action was asked for (``at``, seconds after 1970) so lately that the page looks by itself."""
    return 0 <= timezone.now().timestamp() - whole_number(request.GET.get("at")) <= LOOKS_FOR.total_seconds()
