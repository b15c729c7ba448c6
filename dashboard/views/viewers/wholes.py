"""Files that a viewer has to read whole, if they are not too big for that."""

from dataclasses import dataclass

from dashboard.views.viewers.subjects import Subject

TEXT = "text"


@dataclass(frozen=True, slots=True)
class Whole:
    """A file's bytes, or only how many there are."""

    data: bytes | None
    """None: there are more than may be read at once."""
    size: int


def read(subject: Subject, limit: int) -> Whole:
    """The file's bytes, if there are at most ``limit``. Raises ``SourceError``."""
    with subject.open() as reader:
        return Whole(reader.read(0, reader.size) if reader.size <= limit else None, reader.size)


def text_url(subject: Subject, line: int | None = None) -> str:
    """The same file as plain text, which every size and every breakage bears."""
    return subject.url(**{"as": TEXT, "line": line}) + (f"#L{line}" if line else "")
