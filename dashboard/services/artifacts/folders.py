"""A folder on this machine's disk for what can be had again: bounded, the longest unused goes first.

Any number of processes use it at once, without a word between them: a file appears whole or not at all, and whoever has
written a part of the bound looks whether the folder has outgrown it. Best effort: a disk that is full or not ours to
write to means that nothing is kept, which is no error.
"""

import fcntl
import logging
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

log = logging.getLogger("quayside.cache")

_LOOKS = 32
"""How often a process looks through the folder while it writes as much as may be in it."""
_LOCK = "lock"
_UNDER_WAY = ".part"


@dataclass(slots=True, kw_only=True)
class Folder:
    """A place for files whose names are single words; ``limit`` bytes of them, and a little more for a while."""

    path: Path
    limit: int
    least: int = 16 * 1024
    """Bytes that a file counts at least: a folder of countless small files is slow to look through."""
    _written: int = -1
    """Bytes since the folder was looked through; negative before the first time."""

    def read(self, name: str) -> bytes | None:
        """A file's bytes, and from now on it is the one last used; None where it is not kept."""
        try:
            with (self.path / name).open("rb") as file:
                os.utime(file.fileno())
                return file.read()
        except FileNotFoundError:
            return None
        except OSError as error:
            log.warning("%s cannot be read: %s", self.path, error.strerror)
            return None

    def write(self, name: str, data: bytes) -> None:
        """Keep the bytes under the name, instead of what was there; or not."""
        if self._counted(len(data)) > self.limit:
            return
        try:
            self._make()
            self._put(name, data)
            self._look_through_at_times(len(data))
        except OSError as error:
            log.warning("%s cannot be written to: %s", self.path, error.strerror)

    def forget(self, name: str) -> None:
        """What is kept under the name is of no use."""
        with suppress(OSError):
            (self.path / name).unlink()

    def _make(self) -> None:
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.path.mkdir(mode=0o700, exist_ok=True)

    def _put(self, name: str, data: bytes) -> None:
        part = self.path / f"{name}.{secrets.token_hex(8)}{_UNDER_WAY}"
        try:
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(data)
            part.replace(self.path / name)
        except OSError:
            part.unlink(missing_ok=True)
            raise

    def _look_through_at_times(self, n_bytes: int) -> None:
        is_first = self._written < 0
        self._written = max(0, self._written) + self._counted(n_bytes)
        if is_first or self._written > self.limit // _LOOKS:
            self._written = 0
            with self._locked() as is_ours:
                if is_ours:
                    self._make_room()

    @contextmanager
    def _locked(self) -> Iterator[bool]:
        """Whether nobody else looks through it now."""
        with os.fdopen(os.open(self.path / _LOCK, os.O_RDWR | os.O_CREAT, 0o600), "wb") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
            else:
                yield True

    def _make_room(self) -> None:
        """Leave an eighth of the folder free if it is too full: making room for each file would be looking all day."""
        found = sorted(self._files())
        total = sum(size for _, size, _ in found)
        if total <= self.limit - self.limit // _LOOKS:
            return
        for _, size, path in found:
            if total <= self.limit - self.limit // 8:
                return
            with suppress(FileNotFoundError):
                Path(path).unlink()
            total -= size

    def _files(self) -> Iterator[tuple[int, int, str]]:
        """(when last used, bytes that it counts, its path); what another takes away meanwhile is not there."""
        with os.scandir(self.path) as entries:
            for entry in entries:
                with suppress(FileNotFoundError):
                    found = entry.stat(follow_symlinks=False)
                    if entry.name != _LOCK:
                        yield found.st_mtime_ns, self._counted(found.st_size), entry.path

    def _counted(self, size: int) -> int:
        return max(size, self.least)
