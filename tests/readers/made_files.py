"""Files that tests make up: bytes in memory, read as any other file is."""

from dataclasses import dataclass, field


@dataclass
class MadeFile:
    """A reader of bytes in memory."""

    data: bytes
    etag: str = "made"
    size: int = field(init=False)

    def __post_init__(self) -> None:
        self.size = len(self.data)

    def read(self, offset: int, length: int) -> bytes:
        return self.data[offset : offset + length]
