"""Recordings of terminals: played in a frame of the second origin, and as the text that the terminal was sent."""

from datetime import timedelta
from typing import Any

from django.http import Http404, HttpResponseBase

from dashboard import formats
from dashboard.markup.characters import visible
from dashboard.readers import recordings
from dashboard.readers.recordings import Recording
from dashboard.views.artifacts import frames
from dashboard.views.requests import Request
from dashboard.views.viewers.subjects import Subject
from dashboard.views.viewers.terminal_texts import TerminalTexts

TEMPLATE = "viewers/recordings.html"
STYLES: tuple[str, ...] = ("css/viewers/ansi.css", "css/viewers/results.css")
SCRIPTS: tuple[str, ...] = ()

MOST_LINES = 2_000
"""Of the text that are shown: its last."""
MOST_LENGTH = 2_000
"""Characters of one line."""


def context(request: Request, subject: Subject) -> dict[str, Any]:
    """What is known of the recording, where it is played, if there is a second origin, and its text.

    Raises ``SourceError``.
    """
    with subject.open() as reader:
        recording, size = recordings.read(reader), reader.size
    lines = recording.output.split("\n")
    url = frames.file_frame_url(request, subject.run, subject.trial, subject.path, player="recording")
    return {
        "frame_url": url if recording.n_events else "",
        "title": visible(recording.title or recording.command),
        "facts": [*_facts(recording), formats.size(size)],
        "problem": recording.problem,
        "is_playable": bool(recording.n_events),
        "text": TerminalTexts().html("\n".join(line[:MOST_LENGTH] for line in lines[-MOST_LINES:])),
        "has_text": bool(recording.output),
        "is_cut_off": recording.is_cut_off or len(lines) > MOST_LINES,
    }


def part(request: Request, subject: Subject, name: str) -> HttpResponseBase:
    """There are none."""
    raise Http404("There is no such part of the page.")


def _facts(recording: Recording) -> list[str]:
    cells = f"{recording.columns} × {recording.rows}" if recording.columns and recording.rows else ""
    begun = "" if recording.started_at is None else formats.moment(recording.started_at)
    return [fact for fact in (_length(recording.seconds), cells, begun) if fact]


def _length(seconds: float | None) -> str:
    try:
        return "" if seconds is None else formats.duration(timedelta(seconds=seconds))
    except OverflowError:
        return ""
