"""Polls of a run's open pages: nothing new, or the live part of the page, made once for all who have it open.

A thousand people may watch one run. What they get is the same for all who may see the same: it is rendered without the
request, so that nothing of a person can be in it, compressed, and kept until the run or its source is another.
"""

import gzip
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone

from dashboard.models import MirrorClock, Run
from dashboard.services import runs, visibility
from dashboard.tables.runs import ending_label
from dashboard.views import ages, fragments
from dashboard.views.addresses import here
from dashboard.views.kept import KeptParts
from dashboard.views.requests import Request

LASTS = 10
"""Seconds that the part of a run that goes on is kept: some of it is relative to now."""
LEVEL = 6
"""Of compression: paid once for all readers."""

Context = Callable[[Run], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Fragment:
    """A live part as it goes out."""

    plain: bytes
    packed: bytes
    announcement: str
    """What assistive technology says; empty while the run goes on."""

    def __len__(self) -> int:
        return len(self.plain) + len(self.packed)


@dataclass(frozen=True, slots=True)
class _State:
    """What a poll compares."""

    run: Run

    def __len__(self) -> int:
        return 1


FRAGMENTS = KeptParts[Fragment]()
STATES = KeptParts[_State](most=200)


def answer(request: Request, run_id: int, tab: str, context: Context) -> HttpResponse:
    """204 where the page shows the newest, else its live part. Notes that somebody looks."""
    state = _state(request, run_id)
    watch(state)
    if request.GET["v"] == runs.page_version(state):
        return ages.nothing_new(state)
    fragment = FRAGMENTS.get_or_pass(_key(request, state, tab), lambda: _fragment(request, run_id, context))
    if fragment is None:
        # Whoever asks while it is made would hold a thread for it, and all who watch ask at once: the next poll has it.
        return ages.nothing_new(state)
    return ages.tell_of_run(_response(request, fragment), state)


def _state(request: Request, run_id: int) -> Run:
    """The run's version, read once a second and change of the mirror for all who may see the same."""
    key = visibility.scope(request.user), run_id, MirrorClock.now(), int(time.monotonic())
    try:
        return STATES.get(key, lambda: _State(runs.state(request.user, run_id))).run
    except Run.DoesNotExist as error:
        raise Http404("There is no such run.") from error


def watch(run: Run) -> None:
    """Somebody has a page of this run open."""
    runs.watch(run, timezone.now())


def key_of(request: Request, run: Run, tab: str) -> tuple[object, ...]:
    """By what a part of a run's page is another, apart from what goes by the time."""
    source = (run.source.name, run.source.address)
    return tab, visibility.scope(request.user), run.pk, runs.page_version(run), here(request), source


def _key(request: Request, run: Run, tab: str) -> tuple[object, ...]:
    moment = 0 if run.is_finished else int(time.time()) // LASTS
    return key_of(request, run, tab), moment


def _fragment(request: Request, run_id: int, context: Context) -> Fragment:
    run = runs.get(request.user, run_id)
    html = render_to_string("runs/page.html#live", context(run) | {"csrf_token": ""}).encode()
    words = f"Run {run.status}: {ending_label(run)}" if run.is_finished else ""
    return Fragment(plain=html, packed=gzip.compress(html, LEVEL), announcement=words)


def _response(request: Request, fragment: Fragment) -> HttpResponse:
    is_packed = "gzip" in request.headers.get("Accept-Encoding", "")
    response = HttpResponse(fragment.packed if is_packed else fragment.plain)
    if is_packed:
        response["Content-Encoding"] = "gzip"
    response["Vary"] = "Accept-Encoding"
    response["Cache-Control"] = "no-store"
    fragments.vary(response)
    return fragments.announce(response, fragment.announcement) if fragment.announcement else response
