"""Sources: where runs come from, and how fresh the mirror of each is."""

from datetime import datetime

from ninja import Schema
from pydantic import Field

from dashboard.api.shapes.pages import Page
from dashboard.domain.statuses import SourceHealth, SourceKind
from dashboard.models import Source
from dashboard.services import troubles


class SourceOut(Schema):
    """A place runs come from."""

    id: int
    name: str
    kind: SourceKind
    health: SourceHealth = Field(description="What the last looks at it say.")
    health_since: datetime | None
    trouble: str = Field(description="What is wrong with it, in words; empty while it is healthy.")
    last_good_at: datetime | None = Field(description="When it was last seen well: its runs are true as of then.")
    is_paused: bool = Field(description="It is not looked at until an administrator says so.")
    is_sample: bool = Field(description="Sample data.")


class SourcePage(Page):
    """A page of sources."""

    items: list[SourceOut]


def of_source(source: Source) -> SourceOut:
    """A source's row."""
    return SourceOut(
        id=source.pk,
        name=source.name,
        kind=SourceKind(source.kind),
        health=SourceHealth(source.health),
        health_since=source.health_since,
        trouble=troubles.verdict(source) if source.health == SourceHealth.FAILING else "",
        last_good_at=source.last_good_at,
        is_paused=source.is_paused,
        is_sample=source.is_sample,
    )
