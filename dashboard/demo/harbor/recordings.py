"""Recordings of terminals as asciinema writes them (asciicast v2): what terminus-2 typed and saw."""

import json
from collections.abc import Iterator, Sequence

from dashboard.demo.harbor.narration import Turn

TYPED = "terminus-2"
"""The agent that works at a terminal, and so leaves a recording."""
WIDTH, HEIGHT = 100, 30
PAUSE, KEY = 0.6, 0.04
"""Seconds between commands, and between the letters of one."""
PROMPT = "\x1b[32magent@container\x1b[0m:\x1b[34m/app\x1b[0m$ "
LONGEST = 12
"""Lines of output that are shown."""


def recording_of(turns: Sequence[Turn], title: str, started: int) -> str:
    """The recording of an attempt; ``started`` in seconds since 1970."""
    header = {"version": 2, "width": WIDTH, "height": HEIGHT, "timestamp": started, "title": title}
    events = [[round(second, 3), "o", text] for second, text in _timed(turns)]
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in [header, *events])


def _timed(turns: Sequence[Turn]) -> Iterator[tuple[float, str]]:
    second = 0.0
    for turn in turns:
        if turn.call is None:
            continue
        second += PAUSE
        yield second, PROMPT
        for letter in _command(turn):
            second += KEY
            yield second, letter
        second += PAUSE
        yield second, "\r\n" + "".join(f"{line}\r\n" for line in turn.output.splitlines()[:LONGEST])


def _command(turn: Turn) -> str:
    """What was typed, on one line."""
    arguments = turn.call[1] if turn.call else {}
    typed = arguments.get("command") or arguments.get("keystrokes") or json.dumps(arguments)
    return " ".join(str(typed).split())[:WIDTH]
