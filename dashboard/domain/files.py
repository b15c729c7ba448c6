"""Files as readers see them: random access to bytes, and what kind of thing the bytes are."""

from enum import StrEnum
from typing import Protocol

WEAK = "weak-"
"""What an etag begins with where the source says too little: other bytes may have the same one, or the same another."""


class ByteReader(Protocol):
    """An open artifact: random access to bytes whose number is known and fixed while it is open."""

    size: int
    etag: str
    """Changes whenever the bytes may have changed, unless it is :data:`WEAK`; without quotes."""

    def read(self, offset: int, length: int) -> bytes:
        """At most ``length`` bytes from ``offset``; fewer only at the end."""
        ...


class FileFormat(StrEnum):
    """What a file is, which decides how it is shown."""

    TEXT = "text"
    """Anything of lines: a log most of the time."""
    TRAJECTORY = "trajectory"
    """ATIF, whole or half written."""
    DIFF = "diff"
    TESTS = "tests"
    """A report of tests: CTRF or JUnit."""
    REWARDS = "rewards"
    """Rewards, and how they were come to: ``reward.json``, ``reward.txt``, ``reward-details.json``."""
    JSON = "json"
    TABLE = "table"
    """Comma- or tab-separated values."""
    NOTEBOOK = "notebook"
    MARKDOWN = "markdown"
    IMAGE = "image"
    """Pixels of a kind that browsers show without running anything."""
    DRAWING = "drawing"
    """SVG and HTML: a document that can run scripts, shown in a frame of the second origin only."""
    AUDIO = "audio"
    VIDEO = "video"
    RECORDING = "recording"
    """A terminal session recorded by asciinema."""
    OTHER = "other"
    """Told by name, size and type, and downloaded."""
