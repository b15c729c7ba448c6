"""The processes of a start under one supervisor: either all run or none."""

import multiprocessing
import os
import re
import shlex
import signal
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import FrameType

# The Procfile's supervisor, used as a library.
from honcho.manager import Manager
from honcho.printer import Message

PATIENCE = 2.0
"""Seconds the processes have to end by themselves before they are killed."""
AGAIN = 0.05

_SYSTEM = "system"
_STOPPED = re.compile(r"(\w+) stopped \(rc=(-?\d+)\)")
_SIGNALLED = re.compile(r"SIG\w+ received")


def command(name: str, *arguments: str) -> list[str]:
    """How one of the dashboard's own commands is run, wherever it is installed."""
    return module("dashboard", name, *arguments)


def module(name: str, *arguments: str) -> list[str]:
    """How a module is run by this interpreter; what lies in the current folder is not imported."""
    return [sys.executable, "-P", "-m", name, *arguments]


def supervise(
    processes: Mapping[str, Sequence[str]], *, environ: Mapping[str, str], write: Callable[[str], None]
) -> str | None:
    """Run the processes until a signal (None) or until one ends by itself (its name); then end the others.

    ``write`` gets each line they write, with the line's end.
    """
    _be_forkable()
    printer = _Lines(write)
    manager = _PromptManager(printer)
    for name, words in processes.items():
        manager.add_process(name, f"exec {shlex.join(words)}", env=dict(environ), cwd=str(Path.cwd()))
    manager.loop()
    return None if printer.is_asked_to_end else printer.first_stopped


def _be_forkable() -> None:
    """The supervisor's small watchers are forks of this process, which holds no threads' locks and little memory."""
    multiprocessing.set_start_method("fork", force=True)
    signal.signal(signal.SIGHUP, _end_as_asked)


def _end_as_asked(_number: int, _frame: FrameType | None) -> None:
    """A terminal that is closed means the same as being asked to end."""
    os.kill(os.getpid(), signal.SIGTERM)


class _Lines:
    """Passes the processes' lines on, and takes notice of what the supervisor says itself."""

    width = 0

    def __init__(self, write: Callable[[str], None]) -> None:
        self.first_stopped: str | None = None
        self.is_asked_to_end = False
        self._write = write

    def write(self, message: Message) -> None:
        text = message.data if isinstance(message.data, str) else message.data.decode(errors="replace")
        if message.name == _SYSTEM:
            self._note(text)
        else:
            self._write(text)

    def _note(self, text: str) -> None:
        if _SIGNALLED.match(text) and self.first_stopped is None:
            self.is_asked_to_end = True
        elif (stopped := _STOPPED.match(text)) and self.first_stopped is None:
            self.first_stopped = stopped[1]


class _PromptManager(Manager):  # type: ignore[misc]
    """A supervisor that does not wait long."""

    def terminate(self) -> None:
        """Ask all to end, and kill those that do not; one that has not said its number yet is waited for."""
        if not self._all_started():
            self._later(AGAIN, self.terminate)
            return
        super().terminate()
        self._later(PATIENCE, self.kill)

    def _later(self, seconds: float, action: Callable[[], None]) -> None:
        timer = threading.Timer(seconds, action)
        timer.daemon = True
        timer.start()
