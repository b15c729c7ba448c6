"""Only the lines that tell of errors, with their numbers."""

import time
from typing import Any

from dashboard import formats
from dashboard.markup.log_rows import rows_html
from dashboard.readers.logs.errors import Errors, errors_from
from dashboard.services.logs import Log
from dashboard.views.viewers.logs import chunks
from dashboard.views.viewers.logs.asked import Asked
from dashboard.views.viewers.logs.rows import Rows

MOST = 500
SECONDS = 0.3
"""That a page may look for them before it is shown."""
PART_SECONDS = 0.7
"""That a further request may look on."""


def shown(log: Log, asked: Asked, *, seconds: float) -> dict[str, Any]:
    """What ``viewers/log.html`` shows of them, from the byte that is asked for.

    The parameter ``hit`` says how many there are before it.
    """
    start, before = asked.number("at"), asked.number("hit")
    found = errors_from(log.reader, start, most=MOST, until=time.monotonic() + seconds)
    log.count_lines(seconds=chunks.NUMBER_SECONDS)
    numbers = log.lines.numbers_at(log.reader, [line.start for line in found.lines])
    total = before + len(found.lines)
    return {
        "chunk": {
            "start": start,
            "end": found.end,
            "first": None,
            "html": rows_html(Rows(log, asked).of_lines(found.lines, numbers)),
        },
        "earlier": None,
        "tail": None,
        "later": None if found.is_done else _later(log, asked, found, total),
        "errors_text": _text(log, found, total),
        "has_no_errors": found.is_done and not total,
        "is_empty": log.size == 0,
    }


def _later(log: Log, asked: Asked, found: Errors, total: int) -> dict[str, str]:
    """The way on; looking goes on by itself until there is a page of them."""
    place = {"at": found.end, "hit": total, "errors": 1}
    edge = "later" if len(found.lines) >= MOST else "looking"
    size = formats.size(log.size - found.end)
    return {"url": asked.url(**place), "part": asked.url(part="chunk", **place), "size": size, "edge": edge}


def _text(log: Log, found: Errors, total: int) -> str:
    if found.is_done:
        return f"{formats.plural(total, 'line')} of errors" if total else "No line tells of an error."
    share = formats.percent(found.end / max(1, log.size), 0)
    return f"{formats.plural(total, 'line')} of errors so far, {share} looked through"
