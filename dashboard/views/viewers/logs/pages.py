"""A log's page: a window of it, tools, and what was found."""

from typing import Any

from dashboard import formats
from dashboard.readers.logs.finding import Hits
from dashboard.services.logs import Log, is_growing
from dashboard.views.requests import Request
from dashboard.views.viewers.logs import chunks, error_lines
from dashboard.views.viewers.logs.asked import FOUND, SHOWN, STAMPS, Asked
from dashboard.views.viewers.logs.finds import found, search
from dashboard.views.viewers.logs.places import Opened, opened
from dashboard.views.viewers.logs.rows import Rows
from dashboard.views.viewers.subjects import Subject

_HERE = ("line", "at", "to", "hit", "errors", *FOUND)
"""Parameters that say which window is shown."""


def context(request: Request, subject: Subject) -> dict[str, Any]:
    """What ``viewers/log.html`` shows. Raises ``SourceError``."""
    asked = Asked(request, subject)
    with subject.open() as reader:
        log = Log(reader, subject.key)
        if asked.is_on("errors"):
            return _tools(log, asked) | error_lines.shown(log, asked, seconds=error_lines.SECONDS)
        return _tools(log, asked) | _shown(log, asked)


def _shown(log: Log, asked: Asked) -> dict[str, Any]:
    hits, problem, nth = search(log, asked)
    place, problem = _opened(log, asked, hits, nth, problem)
    if place.is_counting:
        return {"seek_url": asked.url(part="seek", line=asked.get("line")), "progress": progress(log)}
    rows = Rows(log, asked, place)
    return chunks.forward(log, asked, rows, place.window) | {
        "close_url": _close_url(log, asked, place),
        "earlier": chunks.earlier(asked, place.window.start),
        "count": count(log, asked, place.window.start),
        "found": found(log, asked, hits, nth, problem) if asked.get("find") else None,
        "note": place.note,
        "has_no_errors": False,
        "is_end": place.is_end,
        "is_empty": not place.window.lines,
        "view_url": asked.plain_url(part="view", at=place.window.start, to=place.window.end),
    }


def _close_url(log: Log, asked: Asked, place: Opened) -> str:
    """The page without the search, at the line that was found."""
    if place.place is None:
        return asked.plain_url()
    number = log.number_at(place.place[0])
    return asked.plain_url(at=place.window.start) if number is None else f"{asked.plain_url(line=number)}#L{number}"


def _opened(log: Log, asked: Asked, hits: Hits | None, nth: int, problem: str) -> tuple[Opened, str]:
    try:
        return opened(log, asked, hits, nth), problem
    except TimeoutError:
        return opened(log, asked), "The expression takes too long on this file."


def _tools(log: Log, asked: Asked) -> dict[str, Any]:
    """What stands above the lines."""
    return {
        "page_url": asked.subject.page,
        "start_url": asked.plain_url(at="0"),
        "end_url": asked.plain_url(at="end"),
        "errors_url": asked.plain_url(errors=1),
        "all_url": asked.plain_url(),
        "close_url": asked.plain_url(),
        "find_url": asked.url(),
        "is_errors": asked.is_on("errors"),
        "find": asked.get("find"),
        "is_regex": asked.is_on("regex"),
        "is_case": asked.is_on("case"),
        "find_fields": asked.fields(*SHOWN),
        "line_fields": asked.fields(*SHOWN),
        "wraps": asked.wraps,
        "wrap_fields": asked.fields(*_HERE, "as", "show"),
        "stamps": asked.stamps,
        "stamp_choices": [
            {
                "value": value,
                "label": label,
                "url": _here(asked, show=value or "written"),
                "is_current": value == asked.stamps,
            }
            for value, label in STAMPS.items()
        ],
        "is_growing": is_growing(asked.subject.run, asked.subject.trial),
        "encoding": log.encoding.upper(),
        "size": log.full_size,
    }


def _here(asked: Asked, **changes: str) -> str:
    """The same window, looking otherwise."""
    return asked.url(**{name: asked.get(name) for name in _HERE}, **changes)


def count(log: Log, asked: Asked, start: int) -> dict[str, Any]:
    """How many lines there are, and the number of the first that is shown; where to ask while that is not known."""
    first, total = log.number_at(start), log.n_lines
    is_known = first is not None and total is not None
    return {
        "first": first,
        "at": start,
        "total": total,
        "size": log.full_size,
        "progress": "" if is_known else progress(log),
        "poll": "" if is_known else asked.plain_url(part="numbers", at=start),
    }


def progress(log: Log) -> str:
    """How much of the file is counted."""
    return formats.percent(log.lines.tally.done / max(1, log.size), 0)
