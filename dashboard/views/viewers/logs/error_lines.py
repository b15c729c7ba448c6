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


def shown(log: Log, asked: Asked) -> dict[str, Any]:
    """What ``viewers/log.html`` shows of them, from the byte that is asked for."""
    start = asked.number("at")
    found = errors_from(log.reader, start, most=MOST, until=time.monotonic() + SECONDS)
    log.count_lines(seconds=chunks.NUMBER_SECONDS)
    numbers = log.lines.numbers_at(log.reader, [line.start for line in found.lines])
    return {
        "chunk": {
            "start": start,
            "end": found.end,
            "first": None,
            "html": rows_html(Rows(log, asked).of_lines(found.lines, numbers)),
        },
        "later": None if found.is_done else chunks.later(asked, found.end, log.size),
        "errors_text": _text(log, found, start),
        "is_empty": log.size == 0,
    }


def _text(log: Log, found: Errors, start: int) -> str:
    n = formats.plural(len(found.lines), "line")
    if found.is_done and not start:
        return f"{n} of errors" if found.lines else "No line tells of an error."
    share = formats.percent(found.end / max(1, log.size), 0)
    return f"{n} of errors here; looked through up to {share} of the file"
