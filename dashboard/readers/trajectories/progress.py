"""How far a scan of a file has got: all that it needs to go on where it stopped."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from dashboard.readers.values import mapping, sequence, text, whole


class Where(StrEnum):
    """How far a scan has got."""

    START = "start"
    ROOT = "root"
    STEPS = "steps"
    EMBEDDED = "embedded"
    END = "end"


@dataclass(frozen=True, slots=True)
class Span:
    """A value's place in the file: from its first byte to behind its last."""

    start: int
    end: int


@dataclass(slots=True, kw_only=True)
class Progress:
    """All that a scan needs to go on where it stopped."""

    where: Where = Where.START
    offset: int = 0
    """Everything before it has been dealt with."""
    members: dict[str, Span] = field(default_factory=dict)
    """Members of the root but ``steps`` and ``subagent_trajectories``, by their first occurrence."""
    embedded: list[Span] = field(default_factory=list)
    steps_at: int | None = None
    """Where ``steps`` begins, once it is found."""
    steps_end: int = 0
    """Behind the last step so far."""
    problem: str = ""
    """Why the scan cannot go on, or what it passed over."""

    def to_wire(self) -> dict[str, object]:
        """As JSON has it; :meth:`from_wire` reads it back."""
        return {
            "where": self.where.value,
            "offset": self.offset,
            "members": {key: [span.start, span.end] for key, span in self.members.items()},
            "embedded": [[span.start, span.end] for span in self.embedded],
            "steps_at": self.steps_at,
            "steps_end": self.steps_end,
            "problem": self.problem,
        }

    @classmethod
    def from_wire(cls, wire: Mapping[str, object]) -> "Progress":
        """Raises ``ValueError`` for what is none."""
        return cls(
            where=Where(text(wire.get("where"))),
            offset=whole(wire.get("offset")) or 0,
            members={key: _span(value) for key, value in mapping(wire.get("members")).items()},
            embedded=[_span(value) for value in sequence(wire.get("embedded"))],
            steps_at=whole(wire.get("steps_at")),
            steps_end=whole(wire.get("steps_end")) or 0,
            problem=text(wire.get("problem")),
        )

    def back_at_steps(self) -> "Progress":
        """As it was right behind the last step: what a file that has grown is scanned on from."""
        if self.steps_at is None or self.steps_end == 0:
            return Progress()
        members = {key: span for key, span in self.members.items() if span.end <= self.steps_at}
        embedded = [span for span in self.embedded if span.end <= self.steps_at]
        return Progress(
            where=Where.STEPS,
            offset=self.steps_end,
            members=members,
            embedded=embedded,
            steps_at=self.steps_at,
            steps_end=self.steps_end,
        )


def _span(value: object) -> Span:
    start, end = (whole(place) for place in sequence(value))
    if start is None or end is None:
        raise ValueError("a span without its ends")
    return Span(start, end)
