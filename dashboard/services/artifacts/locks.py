"""One at a time, among all threads and processes of this machine: who comes later waits, for a while."""

import fcntl
import logging
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path
from typing import IO

from dashboard.domain.errors import Unreachable

log = logging.getLogger("quayside.cache")

PATIENCE = 7.0
"""Seconds until somebody who waits gives up: as long as one who asks a source may take."""
_PAUSE = 0.01


@contextmanager
def alone(folder: Path, word: str) -> Iterator[None]:
    """Nobody else is in such a block under the same word. Raises ``Unreachable`` when that takes too long.

    There are 256 locks for all words, which are files that stay; two words may share one. A disk that cannot be
    written to has no locks, and everybody goes on at once.
    """
    try:
        file = _open(folder, blake2b(word.encode(), digest_size=1).hexdigest())
    except OSError as error:
        log.warning("%s has no locks: %s", folder, error.strerror)
        yield
        return
    with file:
        _wait_for(file)
        yield


def _open(folder: Path, name: str) -> IO[bytes]:
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.mkdir(mode=0o700, exist_ok=True)
    return os.fdopen(os.open(folder / name, os.O_RDWR | os.O_CREAT, 0o600), "wb")


def _wait_for(file: IO[bytes]) -> None:
    """Closing the file gives the lock back, and so does the end of a process."""
    end = time.monotonic() + PATIENCE
    while not _is_taken(file):
        if time.monotonic() > end:
            raise Unreachable("The source takes too long to send this file.", code="timeout")
        time.sleep(_PAUSE)


def _is_taken(file: IO[bytes]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
