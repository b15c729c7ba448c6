"""A patch's files with their counts."""

from collections.abc import Iterator, Sequence
from hashlib import blake2b

from dashboard.domain.files import ByteReader
from dashboard.readers.diffs import files, generated, limits, sections
from dashboard.readers.diffs.records import Entry, FileLines, Outline


def read(reader: ByteReader) -> Outline:
    """The outline of a whole patch; a patch without files has none, and its text is the preamble."""
    data = reader.read(0, limits.PATCH)
    parts = list(sections.split(data))
    is_cut_off = reader.size > len(data)
    # The part that the bound went through is left out, unless it is the only one.
    parts = parts[:-1] if is_cut_off and len(parts) > 1 else parts
    before = parts[0][0] if parts else len(data)
    return Outline(
        entries=list(_entries(data, parts[: limits.FILES])),
        preamble=data[: min(before, limits.PREAMBLE)].decode("utf-8", "replace"),
        unlisted=max(0, len(parts) - limits.FILES),
        is_cut_off=is_cut_off,
    )


def read_file(reader: ByteReader, entry: Entry) -> FileLines:
    """The lines of one of the files, from its own bytes."""
    return files.read(reader.read(entry.start, entry.size), entry.line)


def text_of(reader: ByteReader, entry: Entry, limit: int) -> str:
    """The beginning of a file's part as it is written, for one whose lines cannot be told."""
    return reader.read(entry.start, min(entry.size, limit)).decode("utf-8", "replace")


def _entries(data: bytes, parts: Sequence[tuple[int, int]]) -> Iterator[Entry]:
    line, done, lines = 1, 0, 0
    for start, end in parts:
        line += data.count(b"\n", done, start)
        lines += data.count(b"\n", start, end)
        done, section = start, data[start:end]
        found = files.count(section, line) if lines <= limits.LINES else files.skim(section)
        yield _entry(found, section, start, line)


def _entry(found: files.Counted, section: bytes, start: int, line: int) -> Entry:
    return Entry(
        header=found.header,
        start=start,
        size=len(section),
        line=line,
        digest=blake2b(section, digest_size=8).hexdigest(),
        added=found.added,
        removed=found.removed,
        generated=generated.kind_of(found.header.path, found.first_lines),
        problem=found.problem,
    )
