"""What is remembered of the forms that asked a source for a run: no secret, for some minutes, for whoever sent them."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from dashboard.services import tickets
from dashboard.services.drafts import Draft, DraftAgent, DraftVariable
from dashboard.services.visibility import Viewer


class State(StrEnum):
    """What is known of an asking."""

    ASKED = "asked"
    MADE = "made"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Creation:
    """One form that was sent, and what became of it."""

    ticket: str
    source_id: int
    source_name: str
    draft: Draft
    began_at: datetime
    version: int
    """The mirror's clock when it began: runs that come after have a higher one."""
    state: State = State.ASKED
    external_id: str = ""
    is_started: bool = False
    problem: str = ""
    """Why the source refused, why nobody knows, or why it was made and not started."""


def keep(viewer: Viewer, creation: Creation, *, now: datetime) -> None:
    """Remember what is known of a form whose ticket was claimed."""
    kept = asdict(creation) | {"began_at": creation.began_at.isoformat(), "state": str(creation.state)}
    tickets.fill(viewer, creation.ticket, kept, now=now)


def find(viewer: Viewer, ticket: str, *, now: datetime) -> Creation | None:
    """What became of one's own form; None if there was no such, or not lately."""
    kept = tickets.read(viewer, ticket, now=now) if tickets.is_one(ticket) else None
    return _read(kept) if kept and "draft" in kept else None


def _read(kept: Mapping[str, Any]) -> Creation:
    draft = kept["draft"]
    lists = {
        "tasks": tuple(draft["tasks"]),
        "agents": tuple(DraftAgent(**one) for one in draft["agents"]),
        "variables": tuple(DraftVariable(**one) for one in draft["variables"]),
    }
    values = {
        "draft": Draft(**{**draft, **lists}),
        "began_at": datetime.fromisoformat(kept["began_at"]),
        "state": State(kept["state"]),
    }
    return Creation(**{**kept, **values})
