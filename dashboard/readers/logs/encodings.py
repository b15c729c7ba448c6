"""Texts in other encodings than UTF-8, as readers of lines want them."""

import codecs
from dataclasses import dataclass, field

from dashboard.domain.files import ByteReader

MOST_DECODED = 8 * 1024 * 1024
"""Bytes of a file that is decoded as a whole."""

_MARKS = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}


@dataclass(slots=True)
class Decoded:
    """A text in UTF-8 in place of a file in another encoding; offsets are its own."""

    data: bytes
    etag: str
    size: int = field(init=False)

    def __post_init__(self) -> None:
        self.size = len(self.data)

    def read(self, offset: int, length: int) -> bytes:
        """At most ``length`` bytes from ``offset``; fewer only at the end."""
        return self.data[offset : offset + length]


def encoding_of(reader: ByteReader) -> str:
    """The encoding that the file's mark tells, if it is not UTF-8; else empty."""
    return _MARKS.get(reader.read(0, 2), "")


def in_utf8(reader: ByteReader) -> ByteReader:
    """The file itself, or its beginning in UTF-8 if its mark says that it is in UTF-16."""
    encoding = encoding_of(reader)
    if not encoding:
        return reader
    text = reader.read(2, MOST_DECODED).decode(encoding, "replace")
    return Decoded(text.encode("utf-8", "replace"), reader.etag)
