"""Terminal sessions recorded by asciinema (asciicast 1, 2 and 3, https://docs.asciinema.org/manual/asciicast/v3/).

Version 1 is one JSON object; later ones are a header and a line of JSON for each event, with the time since the start
(version 2) or since the event before (version 3). Broken lines are left out; a last one, half written, is no fault.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import orjson

from dashboard.domain.files import ByteReader
from dashboard.readers.values import Unreadable, bounded, mapping, number, parse, sequence, whole

MOST_BYTES = 8 * 2**20
"""Of a file that are read."""
MOST_LINES = 200_000
MOST_TEXT = 512 * 1024
"""Characters of what the terminal was told that are kept: its end."""
MOST_NAME = 500
MOST_CELLS = 1_000
"""Columns or rows that are believed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """What there is to say about a recording, and the text that its terminal was sent."""

    version: int | None = None
    columns: int | None = None
    rows: int | None = None
    title: str = ""
    command: str = ""
    started_at: datetime | None = None
    seconds: float | None = None
    """Until the last event."""
    n_events: int = 0
    output: str = ""
    """What was sent to the terminal, escapes and all; only the end of much."""
    is_cut_off: bool = False
    """Whether ``output`` is only the end."""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class _Event:
    at: float
    code: str
    data: str


def read(reader: ByteReader) -> Recording:
    """The recording, as far as it can be read; ``problem`` says why that is not to its end. Never raises for bytes."""
    data = reader.read(0, MOST_BYTES)
    if not data.strip():
        return Recording(problem="The recording is empty: nothing was recorded yet.")
    first, _, others = data.lstrip().partition(b"\n")
    header = _object(first) or _object(data)
    if header is None or not (header.get("version") or header.get("stdout")):
        return Recording(problem="The file does not begin as a recording of asciinema does.")
    problem = f"The file is too large: only its first {MOST_BYTES // 2**20} MiB were read."
    return _recording(header, others, problem if reader.size > len(data) else "")


def _object(data: bytes) -> Mapping[str, object] | None:
    try:
        found = parse(data)
    except Unreadable:
        return None
    return found if isinstance(found, dict) else None


def _recording(header: Mapping[str, object], others: bytes, problem: str) -> Recording:
    version, terminal = whole(header.get("version")), mapping(header.get("term"))
    lines = _lines(others)
    events = list(_old_events(header) if version == 1 else _events(lines, is_relative=version == 3))  # noqa: PLR2004
    n_broken = 0 if version == 1 else sum(map(_is_event, lines)) - len(events)
    output = "".join(event.data for event in events if event.code == "o")
    return Recording(
        version=version,
        columns=_cells(header.get("width"), terminal.get("cols")),
        rows=_cells(header.get("height"), terminal.get("rows")),
        title=bounded(header.get("title"), MOST_NAME),
        command=bounded(header.get("command"), MOST_NAME),
        started_at=_moment(number(header.get("timestamp"))),
        seconds=events[-1].at if events else None,
        n_events=len(events),
        output=bounded(output[-MOST_TEXT:], MOST_TEXT),
        is_cut_off=len(output) > MOST_TEXT,
        problem=problem or _fault(len(lines), n_broken),
    )


def _lines(data: bytes) -> Sequence[bytes]:
    """Without a last one that is being written, or is all that is beyond the bound."""
    lines = data.split(b"\n", MOST_LINES)
    return lines[:-1] if _event(lines[-1]) is None else lines


def _fault(n_lines: int, n_broken: int) -> str:
    if n_lines >= MOST_LINES:
        return f"It is too long: only its first {MOST_LINES:,} lines were read."
    return f"{n_broken:,} of its lines cannot be read." if n_broken else ""


def _is_event(line: bytes) -> bool:
    """Whether it should be one: blank lines and, in version 3, comments are none."""
    return bool(line.strip()) and not line.startswith(b"#")


def _events(lines: Sequence[bytes], *, is_relative: bool) -> Iterator[_Event]:
    now = 0.0
    for event in filter(None, map(_event, filter(_is_event, lines))):
        now = now + event.at if is_relative else max(now, event.at)
        yield _Event(now, event.code, event.data)


def _event(line: bytes) -> _Event | None:
    """The event of a line, with the time as the line says it; None of a broken one."""
    try:
        found = sequence(orjson.loads(line))
    except orjson.JSONDecodeError:
        return None
    at = number(found[0]) if len(found) >= 3 else None  # noqa: PLR2004 - time, code, data
    if at is None or at < 0 or not isinstance(found[1], str) or not isinstance(found[2], str):
        return None
    return _Event(at, found[1], found[2])


def _old_events(header: Mapping[str, object]) -> Iterator[_Event]:
    """Of version 1: pairs of a delay and a text."""
    now = 0.0
    for pair in map(sequence, sequence(header.get("stdout"))):
        delay = number(pair[0]) if len(pair) == 2 else None  # noqa: PLR2004 - delay, text
        if delay is not None and delay >= 0 and isinstance(pair[1], str):
            now += delay
            yield _Event(now, "o", bounded(pair[1], MOST_TEXT))


def _cells(*told: object) -> int | None:
    return next((cells for value in told if (cells := whole(value)) and cells <= MOST_CELLS), None)


def _moment(timestamp: float | None) -> datetime | None:
    try:
        return datetime.fromtimestamp(timestamp, UTC) if timestamp else None
    except (ValueError, OverflowError, OSError):
        return None
