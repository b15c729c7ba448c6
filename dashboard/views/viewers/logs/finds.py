"""What was found: which of how many, and the ways to the others."""

from typing import Any

from dashboard import formats
from dashboard.readers.logs.finding import Hits
from dashboard.services.logs import Log
from dashboard.views.viewers.logs.asked import Asked

PAGE_SECONDS = 0.25
"""That a page may search before it is shown."""
PART_SECONDS = 0.7
"""That a further request may search on."""

TOO_SLOW = "The expression takes too long on this file."


def search(log: Log, asked: Asked, *, seconds: float = PAGE_SECONDS) -> tuple[Hits | None, str, int]:
    """What is found so far, what is wrong with the search, and which hit is asked for."""
    if asked.finder is None:
        return None, asked.problem if asked.get("find") else "", 1
    nth = max(1, asked.number("hit", 1))
    try:
        hits = log.find(asked.finder, seconds=seconds, nth=nth)
    except TimeoutError:
        return None, TOO_SLOW, nth
    return hits, "", min(nth, max(1, hits.total)) if hits.is_complete else nth


def found(log: Log, asked: Asked, hits: Hits | None, nth: int, problem: str) -> dict[str, Any]:
    """What ``viewers/log_found.html`` shows."""
    if hits is None:
        return {"text": "", "problem": problem}
    total, is_complete = hits.total, hits.is_complete
    return {
        "problem": problem,
        "text": _text(hits, nth, log.size),
        "n": total,
        "first": _way(asked, 1) if nth > 1 else "",
        "previous": _way(asked, nth - 1) if 1 < nth <= total else "",
        "next": _way(asked, nth + 1) if nth < total or (total and not is_complete) else "",
        "last": _way(asked, total) if is_complete and nth < total else "",
        "poll": "" if is_complete else asked.url(part="finds", hit=nth),
        "more": "" if is_complete else _way(asked, nth),
    }


def _way(asked: Asked, nth: int) -> str:
    return f"{asked.url(hit=nth)}#here"


def _text(hits: Hits, nth: int, size: int) -> str:
    searched = formats.percent(hits.tally.done / max(1, size), 0)
    if hits.is_complete:
        return f"{formats.count(nth)} of {formats.count(hits.total)}" if hits.total else "Not found"
    if nth <= hits.total:
        return f"{formats.count(nth)} of {formats.count(hits.total)} so far, {searched} searched"
    return (
        f"Nothing yet, {searched} searched" if nth == 1 else f"{formats.count(hits.total)} so far, {searched} searched"
    )
