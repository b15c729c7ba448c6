"""The files that runs and trials left: listing them, bounded, and opening one, without ever following a link."""

import os
import stat
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from fnmatch import fnmatchcase

from dashboard.domain.records import ArtifactListing, ArtifactRecord, SourceConfig
from dashboard.sources.harbor import files
from dashboard.sources.harbor.names import id_of, shown
from dashboard.sources.harbor.values import moment_at
from dashboard.sources.problems import Problems

MOST_FILES = 5_000
MOST_ENTRIES = 20_000
"""Entries, folders included, that are gone through."""
DEEPEST = 12
"""Segments of a path."""
SECONDS = 1.5
"""A person waits."""
RUN_FILES = ("analysis.json", "config.json", "job.log", "lock.json", "result.json")
"""What a run has of its own."""

_KINDS = (
    ("log", ("agent/*.txt", "trial.log", "job.log", "verifier/test-std*.txt")),
    ("trajectory", ("agent/trajectory*.json",)),
    ("diff", ("*.patch", "*.diff")),
    ("result", ("result.json", "verifier/*")),
    ("config", ("config.json", "lock.json")),
)
_LAST = {"verifier": 0, "agent": 1, "artifacts": 3}
"""Which folders come first where not all fit; the others come between."""


def kind_of(path: str) -> str:
    """What a file is, by its path below its run or trial; below a step as below a trial. ``*`` spans folders."""
    head, _, rest = path.partition("/")
    if head == "steps" and rest.count("/"):
        path = rest.partition("/")[2]
    return next((kind for kind, patterns in _KINDS if any(fnmatchcase(path, p) for p in patterns)), "other")


def run_files(folder: int) -> ArtifactListing:
    """The run's own files, by path. Raises ``OSError``."""
    walk = _Walk(folder)
    for name in RUN_FILES:
        walk.add(name, folder, ())
    return ArtifactListing(artifacts=tuple(walk.found))


def trial_files(folder: int) -> ArtifactListing:
    """All files below an open folder, by path, as far as the bounds go.

    Found breadth first, so that one folder that is too full does not hide all others.
    """
    walk = _Walk(folder)
    walk.go()
    return ArtifactListing(
        artifacts=tuple(sorted(walk.found, key=lambda record: record.path)),
        is_cut_off=walk.is_cut_off,
        problems=walk.problems.listed(),
    )


class _Walk:
    """Goes through the folders below one, breadth first, within the bounds."""

    def __init__(self, top: int) -> None:
        self.top = top
        self.waiting: deque[tuple[str, ...]] = deque([()])
        self.found: list[ArtifactRecord] = []
        self.is_cut_off = False
        self.problems = Problems()
        self._entries = 0
        self._deadline = time.monotonic() + SECONDS

    def go(self) -> None:
        """Find what there is."""
        while self.waiting and not self._is_enough():
            self._enter(self.waiting.popleft())

    def _enter(self, names: tuple[str, ...]) -> None:
        try:
            with files.open_below(self.top, names) as folder, os.scandir(folder) as entries:
                inner = list(self._take(entries, folder, names))
        except OSError as error:
            self.problems.add("/".join(map(shown, names)), f"It cannot be listed: {error.strerror}.")
            return
        if inner and len(names) + 1 >= DEEPEST:
            self.is_cut_off = True
            return
        inner.sort(key=lambda name: (_LAST.get(name, 2), name))
        self.waiting.extend((*names, name) for name in inner)

    def _take(self, entries: Iterator[os.DirEntry[str]], folder: int, names: tuple[str, ...]) -> Iterator[str]:
        """Note the files of a folder; yield the folders in it."""
        for entry in entries:
            if self._is_enough():
                return
            self._entries += 1
            if entry.is_dir(follow_symlinks=False):
                yield entry.name
            else:
                self.add(entry.name, folder, names)

    def add(self, name: str, folder: int, names: tuple[str, ...]) -> None:
        """Note a file, unless it has vanished."""
        try:
            info = os.stat(name, dir_fd=folder, follow_symlinks=False)
        except FileNotFoundError:
            return
        self.found.append(_record("/".join(map(id_of, (*names, name))), info))

    def _is_enough(self) -> bool:
        """Whether a bound is reached; then the listing is cut off."""
        if len(self.found) >= MOST_FILES or self._entries >= MOST_ENTRIES or time.monotonic() > self._deadline:
            self.is_cut_off = True
        return self.is_cut_off


def _record(path: str, info: os.stat_result) -> ArtifactRecord:
    """A file that can be opened, or a note why it cannot."""
    if stat.S_ISREG(info.st_mode):
        return ArtifactRecord(path=path, kind=kind_of(path), size=info.st_size, modified_at=moment_at(info.st_mtime_ns))
    is_link = stat.S_ISLNK(info.st_mode)
    note = "It is a link, and links are not followed." if is_link else "It is not an ordinary file."
    return ArtifactRecord(path=path, kind="other", size=None, modified_at=moment_at(info.st_mtime_ns), note=note)


@dataclass(slots=True)
class FileReader:
    """An open file as a :class:`~dashboard.sources.base.ByteReader`; what is appended meanwhile is not seen."""

    file: int
    size: int
    etag: str
    config: SourceConfig

    def read(self, offset: int, length: int) -> bytes:
        """At most ``length`` bytes from ``offset``; fewer only at the end."""
        chunks, end = [], min(offset + length, self.size)
        with files.translated(self.config, "The file"):
            while offset < end and (chunk := os.pread(self.file, end - offset, offset)):
                chunks.append(chunk)
                offset += len(chunk)
        return b"".join(chunks)


@contextmanager
def open_file(folder: int, names: Sequence[str], config: SourceConfig) -> Iterator[FileReader]:
    """Open the ordinary file that the names lead to. Raises ``OSError``."""
    with files.open_below(folder, names[:-1]) as parent, files.open_file(names[-1], parent) as file:
        info = os.fstat(file)
        yield FileReader(file, info.st_size, f"{info.st_mtime_ns:x}-{info.st_size:x}-{info.st_ino:x}", config)
