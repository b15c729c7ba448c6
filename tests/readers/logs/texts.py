"""A text as a reader of logs is given it."""

from dataclasses import dataclass, field


@dataclass
class Text:
    """Bytes at hand; ``gone`` of them, at the end, cannot be read any more. Notes how many were read."""

    data: bytes
    gone: int = 0
    etag: str = "x"
    size: int = field(init=False)
    n_read: int = 0

    def __post_init__(self) -> None:
        self.size = len(self.data)

    def read(self, offset: int, length: int) -> bytes:
        found = self.data[: self.size - self.gone][offset : offset + length]
        self.n_read += len(found)
        return found
