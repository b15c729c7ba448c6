"""What somebody watches and by which channels; watching something; stopping, also from a mail without signing in."""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dashboard.domain.notices import NoticeEvent
from dashboard.domain.queries import MAX_CHARACTERS
from dashboard.forms.watch import WatchForm
from dashboard.models import Channel, Watch
from dashboard.services import channels, watching
from dashboard.services.channels import CannotChange
from dashboard.services.notices import mailing
from dashboard.services.watching import CannotWatch, Subject
from dashboard.views import fragments
from dashboard.views.addresses import whole_number
from dashboard.views.requests import Request
from dashboard.views.watches import channel_words

OWN_MAIL = "mail"
"""Chosen for the account's own mail where there is no channel of it yet."""
SHORT = {
    NoticeEvent.ENDED: "ends",
    NoticeEvent.FAILED: "fails",
    NoticeEvent.REGRESSED: "regresses",
}


@require_safe
def overview(request: Request) -> HttpResponse:
    """What one watches, and one's channels."""
    watches = list(watching.mine(request.user))
    shown = watching.shown(request.user, watches)
    context = {
        "crumbs": crumbs(),
        "watches": [_row(watched, shown[watched.pk]) for watched in watches],
        "channels": [channel_words.row(channel) for channel in channels.mine(request.user)],
        "has_mail": mailing.is_possible(),
        "no_mail": mailing.NO_MAIL,
    }
    return fragments.page(request, "watches/overview.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def create(request: Request) -> HttpResponse:
    """The form for what the address names (``run``, ``test``, ``dataset`` or ``q``); by POST the watch."""
    asked = _asked(request)
    if asked is None:
        raise Http404("There is nothing of that kind to watch.")
    subjects = _subjects(asked)
    options = {"subjects": [(key, _capital(each.words)) for key, each in subjects.items()]}
    options["channels"] = _channel_choices(request)
    form = WatchForm(request.POST or None, **options) if request.method == "POST" else WatchForm(**options)
    if request.method == "POST" and form.is_valid():
        return _watch(request, form, asked)
    return _form(request, form, asked)


@require_POST
def stop(request: Request, watch_id: int) -> HttpResponse:
    """Be told no more of something."""
    if not watching.unwatch(request.user, watch_id):
        raise Http404("There is no such watch.")
    messages.success(request, "You are told no more of it.")
    return redirect("watches")


@never_cache
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def stop_by_mail(request: HttpRequest, token: str) -> HttpResponse:
    """A link of a mail: a button that stops what brought it. A GET changes nothing: mail programs follow links."""
    watched = watching.of_token(token)
    what = watching.shown(watched.user, [watched])[watched.pk] if watched else ""
    context = {"what": what, "is_stopped": request.method == "POST"}
    if request.method == "POST":
        watching.stop_by_token(token)
    response = render(request, "watches/stop.html", context)
    response.status_code = HTTPStatus.OK if watched is not None else HTTPStatus.NOT_FOUND
    response["X-Robots-Tag"] = "noindex"
    return response


def crumbs(*further: dict[str, str]) -> list[dict[str, str]]:
    """Where a page below that of the watches is."""
    here = {"label": "Watches and channels"}
    return [here | {"url": reverse("watches")}, *further] if further else [here]


def _row(watched: Watch, words: str) -> dict[str, Any]:
    found = {"id": watched.pk, "words": _capital(words), "url": _address(watched)}
    events = [SHORT[NoticeEvent(event)] for event in watched.events]
    return found | {"events": ", ".join(events), "channel": watched.channel, "since": watched.created_at}


def _address(watched: Watch) -> str:
    """Where what is watched is shown; a page that says so where it may no longer be seen."""
    if watched.run_id:
        return reverse("run-detail", args=[watched.run_id])
    if watched.test_id:
        return reverse("pipeline-test", args=[watched.test_id])
    return channel_words.runs_with(watched.dataset, watched.query)


def _asked(request: Request) -> Subject | None:
    """What the address names; None if there is no such thing."""
    given = request.GET
    return watching.subject(
        request.user,
        run=whole_number(given.get("run")),
        test=whole_number(given.get("test")),
        dataset=given.get("dataset", "").replace("\0", "")[:500],
        query=given.get("q", "").replace("\0", "")[:MAX_CHARACTERS],
    )


def _subjects(asked: Subject) -> dict[str, Subject]:
    """What may be meant: a run, and what it is of; or a test, a data set or a filter."""
    if asked.run is None:
        return {"this": asked}
    found = {} if asked.run.is_finished else {"run": asked}
    if asked.run.test:
        found["test"] = Subject(test=asked.run.test)
    if asked.run.dataset:
        found["dataset"] = Subject(dataset=asked.run.dataset)
    # One that has ended and is of nothing may be resumed.
    return found or {"run": asked}


def _channel_choices(request: Request) -> list[tuple[str, str]]:
    found = list(channels.usable(request.user))
    choices = [(str(channel.pk), channel_words.label(channel, request.user)) for channel in found]
    has_own_mail = any(channel.kind == "email" and channel.owner_id == request.user.pk for channel in found)
    if mailing.is_possible() and request.user.email and not has_own_mail:
        choices.insert(0, (OWN_MAIL, f"E-mail to {request.user.email}"))
    return choices


def _watch(request: Request, form: WatchForm, asked: Subject) -> HttpResponse:
    what, now = _subjects(asked)[form.cleaned_data["what"]], timezone.now()
    try:
        channel = _channel(request, form.cleaned_data["channel"])
        watching.watch(request.user, what, channel=channel, events=form.events_wanted(), now=now)
    except (CannotWatch, CannotChange) as reason:
        form.add_error(None, str(reason))
        return _form(request, form, asked)
    messages.success(request, f"You are told of {what.words} from now on.")
    return redirect("watches")


def _channel(request: Request, chosen: str) -> Channel:
    if chosen == OWN_MAIL:
        return channels.own_mail(request.user, now=timezone.now())
    return channels.usable(request.user).get(pk=whole_number(chosen))


def _form(request: Request, form: WatchForm, asked: Subject) -> HttpResponse:
    invalid = [field for field in form if field.errors] if form.is_bound else []
    context = {
        "crumbs": crumbs({"label": "Watch"}),
        "form": form,
        "has_channels": bool(form.fields["channel"].choices),  # type: ignore[attr-defined]
        "is_filter": bool(asked.query),
        "what": asked.words,
        "has_ended": asked.run is not None and "run" not in _subjects(asked),
        "invalid": [{"id": field.id_for_label or field.auto_id, "label": field.label} for field in invalid],
        "general": form.non_field_errors() if form.is_bound else [],
        "action": request.get_full_path(),
        "no_mail": "" if mailing.is_possible() else mailing.NO_MAIL,
    }
    response = fragments.page(request, "watches/watch.html", context)
    response.status_code = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    return response


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
