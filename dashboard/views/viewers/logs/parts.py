"""Parts of a log's page: more lines, new lines, numbers, finds, and the lines that are shown as a text to keep."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render

# A redirect of the whole page, for htmx.
from django_htmx.http import HttpResponseClientRedirect

from dashboard.readers.logs import windows
from dashboard.readers.logs.windows import MOST_BYTES
from dashboard.services.logs import Log, is_growing
from dashboard.views import fragments
from dashboard.views.addresses import whole_number
from dashboard.views.requests import Request
from dashboard.views.viewers.logs import chunks, error_lines, finds, pages, places
from dashboard.views.viewers.logs.asked import Asked
from dashboard.views.viewers.logs.rows import Rows
from dashboard.views.viewers.subjects import Subject

MOST_VIEWED = 8 * 1024 * 1024
"""Bytes of the lines shown that are given as a text."""
COUNT_SECONDS = 0.7
"""That one request may count lines."""


def part(request: Request, subject: Subject, name: str) -> HttpResponseBase:
    """A part by its name. Raises ``Http404`` for one there is not, and ``SourceError``."""
    if name not in _PARTS:
        raise Http404("There is no such part of the page.")
    asked = Asked(request, subject)
    with subject.open() as reader:
        return _PARTS[name](Log(reader, subject.key), asked)


def _chunk(log: Log, asked: Asked) -> HttpResponse:
    """More lines: up to the byte ``to``; or from the byte ``at``, and up to ``to`` if both are given."""
    if asked.is_on("errors"):
        return _page(asked, "viewers/log_chunk.html", error_lines.shown(log, asked, seconds=error_lines.PART_SECONDS))
    rows = Rows(log, asked)
    if not asked.get("at"):
        window = windows.before(log.reader, asked.number("to"))
        shown = {"earlier": chunks.earlier(asked, window.start), "chunk": chunks.chunk(log, window, rows)}
        return _page(asked, "viewers/log_chunk.html", shown)
    bound = asked.number("to") or None
    window = places.from_byte(log, asked.number("at"), end=bound)
    return _page(asked, "viewers/log_chunk.html", chunks.forward(log, asked, rows, window, bound=bound))


def _new(log: Log, asked: Asked) -> HttpResponse:
    """What was written since the page saw the file as ``v`` tells; it shows all lines up to the byte ``at``."""
    size, _, beginning = asked.get("v").partition("-")
    seen = whole_number(size)
    if not chunks.is_same_file(log, seen, beginning):
        return _page(asked, "viewers/log_chunk.html", {"replaced": asked.plain_url(at="end")})
    if log.size == seen and is_growing(asked.subject.run, asked.subject.trial):
        return fragments.nothing_new()
    at, rows = asked.number("at"), Rows(log, asked)
    if log.size - at <= MOST_BYTES:
        shown = chunks.forward(log, asked, rows, windows.after(log.reader, at))
    else:
        last = windows.before(log.reader, log.size)
        skipped = chunks.later(asked, at, last.start, bound=last.start)
        shown = {"skipped": skipped} | chunks.forward(log, asked, rows, last)
    return _page(asked, "viewers/log_chunk.html", shown | {"count": pages.count(log, asked, at)})


def _numbers(log: Log, asked: Asked) -> HttpResponse:
    """The number of the line at the byte ``at``, or how far counting has come."""
    log.count_lines(seconds=COUNT_SECONDS)
    return _page(asked, "viewers/log_count.html", {"count": pages.count(log, asked, asked.number("at"))})


def _seek(log: Log, asked: Asked) -> HttpResponse:
    """Count on towards a line; when it is known, the page is."""
    line = asked.get("line")
    first = whole_number(line.partition("-")[0], 1)
    if log.count_lines(seconds=COUNT_SECONDS, line=first) or log.offset_of(first) is not None:
        return HttpResponseClientRedirect(f"{asked.url(line=line)}#L{first}")
    seek = {"seek_url": asked.url(part="seek", line=line), "progress": pages.progress(log)}
    return _page(asked, "viewers/log_seek.html", {"viewer": seek})


def _finds(log: Log, asked: Asked) -> HttpResponse:
    """Search on; when the hit that is asked for is found, its window is the page."""
    before, _, nth = finds.search(log, asked, seconds=0)
    hits, problem, nth = finds.search(log, asked, seconds=finds.PART_SECONDS)
    if before is not None and hits is not None and before.total < nth <= hits.total:
        return HttpResponseClientRedirect(asked.url(hit=nth))
    return _page(asked, "viewers/log_found.html", {"found": finds.found(log, asked, hits, nth, problem)})


def _view(log: Log, asked: Asked) -> HttpResponse:
    """The bytes from ``at`` to ``to`` as a text to keep."""
    at, to = asked.number("at"), asked.number("to", log.size)
    data = log.reader.read(at, max(0, min(to - at, MOST_VIEWED)))
    name = f"{asked.subject.path.rsplit('/', 1)[-1]}.{at}-{at + len(data)}.txt"
    response = HttpResponse(data, content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _page(asked: Asked, template: str, context: dict[str, Any]) -> HttpResponse:
    response = fragments.vary(render(asked.request, template, context))
    response["Cache-Control"] = "no-store"
    return response


_PARTS: dict[str, Callable[[Log, Asked], HttpResponse]] = {
    "chunk": _chunk,
    "new": _new,
    "numbers": _numbers,
    "seek": _seek,
    "finds": _finds,
    "view": _view,
}
