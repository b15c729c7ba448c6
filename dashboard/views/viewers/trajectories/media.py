"""Files that a trajectory names: which of the trial's they are, if any. Addresses elsewhere are words, never loaded."""

import posixpath
from collections.abc import Callable
from dataclasses import dataclass

from dashboard.domain.trajectories import ContentPart, PartKind
from dashboard.views.viewers.subjects import Subject

PICTURES = frozenset({".jpg", ".jpeg", ".png", ".gif", ".webp"})
SOUNDS = frozenset({".wav", ".mp3", ".mpeg", ".mp4", ".m4a", ".aac", ".ogg", ".oga", ".flac", ".webm"})

MAX_PATH = 1_000

Resolve = Callable[[str], str | None]
"""The path of a file below the trial that is meant by a path in the trajectory; None if it leads elsewhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Medium:
    """An image or a sound of a step."""

    kind: PartKind
    name: str
    """As the trajectory says it."""
    inline: str = ""
    """Empty: it is nothing that this trial has, or of no kind that is shown."""
    page: str = ""
    """Its own page."""
    seconds: float | None = None


def medium(subject: Subject, part: ContentPart, resolve: Resolve) -> Medium:
    """What can be shown of an image or a sound."""
    path = resolve(part.path) or ""
    suffixes = PICTURES if part.kind is PartKind.IMAGE else SOUNDS
    is_shown = bool(path) and posixpath.splitext(path)[1].lower() in suffixes
    return Medium(
        kind=part.kind,
        name=part.path[:MAX_PATH],
        inline=subject.inline_url(path) if is_shown else "",
        page=subject.file_url(path) if path else "",
        seconds=part.seconds,
    )
