"""Files that tests make up: bytes in memory, read as any other file is."""

from dataclasses import dataclass


@dataclass
class MadeFile:
    """A reader of bytes in memory."""

    data: bytes
    etag: str = "made"

    @property
    def size(self) -> int:
        return len(self.data)

    def read(self, offset: int, length: int) -> bytes:
        return self.data[offset : offset + length]
