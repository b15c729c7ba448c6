"""Archives of a run's or a trial's artifacts: sent while they are made, with a line that says how far they are."""

import re
import secrets
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from urllib.parse import quote

from django.core.exceptions import BadRequest
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.views.decorators.http import require_safe

from dashboard import formats
from dashboard.services.archives import making, orders, progress
from dashboard.services.archives.orders import Order
from dashboard.services.archives.progress import Progress, State, Tally
from dashboard.views import fragments
from dashboard.views.addresses import here, whole_number
from dashboard.views.artifacts import slots
from dashboard.views.requests import Request
from dashboard.views.runs import pages as runs
from dashboard.views.trials import pages as trials

MOST_UNKNOWN = 15
"""Times that a page asks for a download that has not told anything yet."""

_DOWNLOAD = re.compile(r"[0-9a-f]{32}")


@require_safe
def run_archive(request: Request, run_id: int) -> HttpResponseBase:
    """All artifacts of a run, or those of some types."""
    run = runs.find(request.user, run_id)
    return _sent(request, Order(run=run, types=_types(request)))


@require_safe
def trial_archive(request: Request, run_id: int, trial_id: int) -> HttpResponseBase:
    """All artifacts of a trial, or those of some types."""
    trial = trials.find(request.user, run_id, trial_id)
    return _sent(request, Order(run=trial.run, trial=trial, types=_types(request)))


@require_safe
def archive_progress(request: Request, run_id: int) -> HttpResponse:
    """The line that says how far the asker's own download is; it asks again by itself until that is over."""
    run = runs.find(request.user, run_id)
    download = request.GET.get("download", "")
    tally = progress.read(request.user, run, download) if _DOWNLOAD.fullmatch(download) else None
    asked = whole_number(request.GET.get("asked", "")) + 1
    is_over = asked > MOST_UNKNOWN if tally is None else tally.state is not State.UNDER_WAY
    context = {
        "tally": tally,
        "text": _text(tally, is_over=is_over),
        "poll_url": "" if is_over else here(request, asked=str(asked) if tally is None else None),
    }
    response = fragments.page(request, "artifacts/archive_progress.html", context)
    response["Cache-Control"] = "no-store"
    return fragments.announce(response, str(context["text"])) if is_over else response


def _types(request: Request) -> tuple[str, ...]:
    """The types asked for, each once and in the client's order. Raises ``BadRequest`` for what is none."""
    asked = set(request.GET.getlist("type"))
    if asked - orders.TYPES.keys():
        raise BadRequest("There is no such type of artifact.")
    return tuple(each for each in orders.TYPES if each in asked)


def _sent(request: Request, order: Order) -> HttpResponseBase:
    """The archive, of which a HEAD makes nothing; the 503 page while no more can be sent."""
    is_head, free = request.method == "HEAD", slots.of(request, request.user)
    answer = StreamingHttpResponse() if is_head else slots.streamed(free, _body(request, order))
    return _dressed(answer, order.file_name) if answer.streaming else answer


def _body(request: Request, order: Order) -> Callable[[ExitStack], slots.Body]:
    given = request.GET.get("download", "")
    download = given if _DOWNLOAD.fullmatch(given) else secrets.token_hex(16)
    told = Progress(request.user, order.run, download)

    return partial(making.make, order, told)


def _dressed(response: HttpResponseBase, name: str) -> HttpResponseBase:
    response["Content-Type"] = "application/zip"
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    # Nothing is compressed twice, see CompressionMiddleware; an archive is made anew each time, so it has no ranges.
    response["Accept-Ranges"] = "none"
    return response


def _text(tally: Tally | None, *, is_over: bool) -> str:
    if tally is None:
        return "How far it is cannot be told here; your browser shows it." if is_over else "The download begins …"
    amount = f"{formats.plural(tally.n_files, 'file')}, {formats.size(tally.n_bytes)}"
    missing = f"; {tally.n_missing:,} missing" if tally.n_missing else ""
    match tally.state:
        case State.UNDER_WAY:
            return f"{amount}{missing}"
        case State.DONE:
            return f"The archive is complete: {amount}{missing and f'{missing}, see its MANIFEST.txt'}."
        case State.FAILED:
            return f"The download broke off after {amount}, and the archive is not complete. {tally.reason}"
        case _:
            return f"The download was stopped after {amount}, and the archive is not complete."
