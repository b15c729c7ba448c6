"""Slots for what takes long: files, exports and actions, however many are wanted, leave threads for pages and polls.

The bounds are per process: half of its threads for bodies that are streamed to members, a quarter for those of guests,
a quarter for actions at sources, at least one each. So guests, however slowly they read, leave members theirs; and
where there are more than two for guests, those of one network leave some to others.
"""

from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache, wraps
from threading import BoundedSemaphore
from typing import Any

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.template.loader import render_to_string

from dashboard import client_address, environment
from dashboard.services.rights import Guest, Viewer
from dashboard.views.artifacts.networks import Networks, OfNetwork, Slots
from dashboard.views.requests import Request

RETRY_AFTER = 5
"""Seconds after which who was refused may ask again."""

_FULL = "As many files as this server sends at a time are under way. Nothing was lost."
_BUSY = (
    "As many actions as this server waits for at a time are under way. This one was not begun: go back and press again."
)

Part = str | bytes
Body = Generator[Part, None, None]
View = Callable[..., HttpResponseBase]


def streamed(free: Slots, make: Callable[[ExitStack], Body]) -> HttpResponseBase:
    """Stream what ``make`` gives, in one of these slots, which is free again when the body ends, fails or is closed.

    ``make`` gets the stack that is closed then, for what it holds open. If no slot is free it is not called, and the
    answer is a 503 page, not a stream.
    """
    if not free.acquire(blocking=False):
        return full()
    with ExitStack() as stack:
        stack.callback(free.release)
        body = make(stack)
        stack.callback(body.close)
        return StreamingHttpResponse(_Held(body, stack.pop_all()))


@contextmanager
def held(free: Slots) -> Iterator[bool]:
    """One of these slots while something is done; whether one was free.

    Nobody waits for one, which would take the thread as well. Who reads a file whole and finds none answers
    :func:`full`.
    """
    is_held = free.acquire(blocking=False)
    try:
        yield is_held
    finally:
        if is_held:
            free.release()


def full() -> HttpResponse:
    """The answer (503) to who found no slot for a file."""
    return _refusal(_FULL)


def acting(view: View) -> View:
    """A view whose POST waits for a source, half a minute perhaps: it gets a slot, or is not begun (503)."""

    @wraps(view)
    def bounded(request: Request, *args: Any, **named: Any) -> HttpResponseBase:
        if request.method != "POST":
            return view(request, *args, **named)
        free = action_slots()
        if not free.acquire(blocking=False):
            return _refusal(_BUSY)
        try:
            return view(request, *args, **named)
        finally:
            free.release()

    return bounded


def part_of_threads(n: int) -> BoundedSemaphore:
    """As many slots as an ``n``-th of a process's threads, one at least."""
    return BoundedSemaphore(_part(n))


@cache
def action_slots() -> BoundedSemaphore:
    """All there are for actions in one process, taken or free."""
    return part_of_threads(4)


def of(request: Request, viewer: Viewer) -> Slots:
    """The slots for what is streamed to this viewer, who asks from somewhere."""
    if not isinstance(viewer, Guest):
        return slots()
    return OfNetwork(guest_slots(), guest_networks(), client_address.network_of(client_address.of(request)))


@cache
def guest_slots() -> BoundedSemaphore:
    """All there are for what guests are streamed in one process, taken or free."""
    return part_of_threads(4)


@cache
def guest_networks() -> Networks:
    """Who holds these: one network half of them at most, rounded up, but two at least.

    Who had one alone would be refused what a page with two pictures asks for at once.
    """
    return Networks(max(2, -(-_part(4) // 2)))


@cache
def slots() -> BoundedSemaphore:
    """All there are for what members are streamed in one process, taken or free."""
    return part_of_threads(2)


class _Held(Iterator[Part]):
    """A body that closes what it holds once, also if nobody ever read from it."""

    def __init__(self, body: Body, held: ExitStack) -> None:
        self._body = body
        self._held = held

    def __next__(self) -> Part:
        has_ended = True
        try:
            part = next(self._body)
            has_ended = False
            return part
        finally:
            if has_ended:
                self.close()

    def close(self) -> None:
        """Called by the response at its end, and when the reader went away."""
        self._held.close()


def _part(n: int) -> int:
    threads: int = environment.read()["WEB_THREADS"]
    return max(1, threads // n)


def _refusal(reason: str) -> HttpResponse:
    response = HttpResponse(render_to_string("503.html", {"reason": reason}), status=503)
    response["Retry-After"] = str(RETRY_AFTER)
    response["Cache-Control"] = "no-store"
    return response
