"""What is in an archive and what is not: two files that say so, one for programs and one for people.

Rows are kept on disk beyond a megabyte, so that an archive of any number of files is made in the same memory.
"""

import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from itertools import chain, repeat

from dashboard.domain.records import Json

JSON_NAME = "MANIFEST.json"
TEXT_NAME = "MANIFEST.txt"
_IN_MEMORY = 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRow:
    """A file that is in the archive."""

    path: str
    """In the archive."""
    type: str
    size: int
    sha256: str
    trial: str | None
    """The source's id of the trial; None: a file of the run itself."""
    task: str | None
    """What the trial is a try at."""
    name: str
    """What the source calls the file."""
    modified_at: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingRow:
    """Something that is not in the archive, though one might look for it there."""

    trial: str | None
    task: str | None
    type: str | None
    name: str | None
    """What the source calls it, where it has a name."""
    reason: str


class Manifest:
    """Rows as they come; at the end the two files. To be closed."""

    def __init__(self, facts: Mapping[str, Json]) -> None:
        self._facts = facts
        with ExitStack() as stack:
            self._files, self._missing = _Rows(stack), _Rows(stack)
            self._held = stack.pop_all()
        self.n_files = self.n_missing = self.n_bytes = 0

    def add(self, row: FileRow) -> None:
        """A file was written."""
        self._files.add(asdict(row))
        self.n_files += 1
        self.n_bytes += row.size

    def miss(self, row: MissingRow) -> None:
        """Something was left out."""
        self._missing.add(asdict(row))
        self.n_missing += 1

    def as_json(self) -> Iterator[bytes]:
        """An object: the facts, counts, ``files`` and ``missing``."""
        counts = {"files": self.n_files, "bytes": self.n_bytes, "missing": self.n_missing}
        head = json.dumps({**self._facts, "counts": counts}, ensure_ascii=False, indent=1)
        yield _encoded(head.removesuffix("\n}"))
        for name, rows in (("files", self._files), ("missing", self._missing)):
            yield b',\n "%b": [' % name.encode()
            yield from (b"%b\n  %b" % pair for pair in zip(chain([b""], repeat(b",")), rows.lines(), strict=False))
            yield b"\n ]"
        yield b"\n}\n"

    def as_text(self) -> Iterator[bytes]:
        """The facts, what is missing, and the files with their sums, as ``sha256sum --check`` reads them."""
        yield from (_line(f"{name}: {_said(value)}") for name, value in self._facts.items())
        yield _line(f"{self.n_files:,} files, {self.n_bytes:,} bytes; {self.n_missing:,} missing")
        yield from _section("Missing", (_missing_line(row) for row in self._missing.rows()))
        yield from _section("Files", (f"{row['sha256']}  {row['path']}" for row in self._files.rows()))

    def close(self) -> None:
        """Let go of the rows."""
        self._held.close()


class _Rows:
    """JSON objects, a line each, in memory while they are few."""

    def __init__(self, stack: ExitStack) -> None:
        self._file = stack.enter_context(_spooled())

    def add(self, row: Mapping[str, Json]) -> None:
        self._file.write(_encoded(json.dumps(row, ensure_ascii=False)) + b"\n")

    def lines(self) -> Iterator[bytes]:
        self._file.seek(0)
        return (line.rstrip(b"\n") for line in self._file)

    def rows(self) -> Iterator[dict[str, str]]:
        return map(json.loads, self.lines())


def _spooled() -> tempfile.SpooledTemporaryFile[bytes]:
    return tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)


def _section(title: str, lines: Iterator[str]) -> Iterator[bytes]:
    yield _encoded(f"\n{title}\n\n")
    first = next(lines, "nothing")
    yield from map(_line, chain([first], lines))


def _missing_line(row: Mapping[str, str | None]) -> str:
    whose = f"{row['task']} ({row['trial']})" if row["trial"] else "the run itself"
    where = " / ".join(part for part in (whose, row["name"] or row["type"]) if part)
    return f"{where}: {row['reason']}"


def _said(value: Json) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_said(each)}" for name, each in value.items() if each)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(map(_said, value)) or "none"
    return str(value)


def _line(text: str) -> bytes:
    """One line of text: what would break it, or write backwards, is replaced."""
    return _encoded("".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text) + "\n")


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "replace")
