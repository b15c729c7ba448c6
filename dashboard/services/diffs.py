"""A patch among the files of a run or trial: its outline, worked out once, and the lines of one of its files."""

from collections.abc import Mapping
from typing import Any

import orjson

from dashboard.domain.files import ByteReader
from dashboard.readers.diffs import outlines
from dashboard.readers.diffs.records import Change, Entry, FileLines, Header, Outline
from dashboard.services.artifacts import FileKey, indexes

INDEX = "diff-outline-1"
"""Name of the kept outline; another number for another shape."""

SHOWN_TEXT = 64 * 1024
"""Bytes of what is no diff that a page shows."""


def outline(key: FileKey, reader: ByteReader) -> Outline:
    """The files of a patch with their counts. Raises ``SourceError`` as the reader does."""
    kept = indexes.load(key, INDEX)
    known = orjson.loads(kept) if kept else None
    if known and (known["size"], known["etag"]) == (reader.size, reader.etag):
        return _outline(known["outline"])
    found = outlines.read(reader)
    kept = orjson.dumps({"size": reader.size, "etag": reader.etag, "outline": found})
    indexes.save(key, INDEX, kept)
    return found


def lines(reader: ByteReader, entry: Entry) -> FileLines:
    """The lines of one of the files. Raises ``SourceError`` as the reader does."""
    return outlines.read_file(reader, entry)


def text(reader: ByteReader, entry: Entry) -> str:
    """The beginning of a file's part as it is written. Raises ``SourceError`` as the reader does."""
    return outlines.text_of(reader, entry, SHOWN_TEXT)


def whole_text(reader: ByteReader) -> str:
    """The beginning of a patch in which no file is found. Raises ``SourceError`` as the reader does."""
    return reader.read(0, SHOWN_TEXT).decode("utf-8", "replace")


def _outline(known: Mapping[str, Any]) -> Outline:
    return Outline(**{**known, "entries": [_entry(entry) for entry in known["entries"]]})


def _entry(known: Mapping[str, Any]) -> Entry:
    header = known["header"]
    return Entry(**{**known, "header": Header(**{**header, "change": Change(header["change"])})})
