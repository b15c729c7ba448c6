"""The end of a text file, for where a few lines say enough."""

from dataclasses import dataclass

from dashboard.models import Run, Trial
from dashboard.services.artifacts.opening import open_file


@dataclass(frozen=True, slots=True)
class Ending:
    """The last bytes of a file as text, from the start of a line if one starts among them."""

    text: str
    is_cut_off: bool
    """There is more before it."""


def ending(run: Run, trial: Trial | None, path: str, *, limit: int) -> Ending:
    """At most ``limit`` bytes of the file's end; empty for what is no text. Raises ``SourceError``."""
    with open_file(run, trial, path) as reader:
        start = max(0, reader.size - limit)
        data = reader.read(start, limit)
    if b"\0" in data:
        return Ending("", is_cut_off=False)
    if start:
        data = data[data.find(b"\n") + 1 :]
    return Ending(data.decode("utf-8", "replace"), is_cut_off=start > 0)
