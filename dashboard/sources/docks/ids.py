"""Ids: the wire's, which go into paths, and ours, which say what kind of run is meant."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from dashboard.domain.records import Json
from dashboard.http.base_urls import build_url

LONGEST = 200
"""Characters of an id of the wire."""


class WireKind(StrEnum):
    """What a run is at the source; the value begins our ids of such runs."""

    EVALUATION = "eval"
    SANDBOX = "run"

    @property
    def route(self) -> tuple[str, ...]:
        """Where runs of this kind are, below the tenant."""
        return ("harbor", "runs") if self is WireKind.EVALUATION else ("runs",)


@dataclass(frozen=True, slots=True)
class RunId:
    """A run's id; as text, ``eval/<id>`` or ``run/<id>``."""

    kind: WireKind
    wire: str

    @classmethod
    def parse(cls, external_id: str) -> Self | None:
        """The id that a text stands for; None where no run can have it."""
        kind, _, rest = external_id.partition("/")
        wire = wire_id(rest)
        return cls(WireKind(kind), wire) if kind in set(WireKind) and wire else None

    def __str__(self) -> str:
        return f"{self.kind}/{self.wire}"


def wire_id(value: Json) -> str:
    """The id in a wire's value: a text that can stand in a path as one name, or a whole number; else empty."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or len(value) > LONGEST:
        return ""
    try:
        build_url("", [value])
    except ValueError:
        return ""
    return value
