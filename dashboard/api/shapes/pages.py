"""What shapes have in common: how a page of a list goes on, and how a thing that has a page of its own is named."""

from ninja import Schema
from pydantic import Field


class Named(Schema):
    """What has a page in Quayside."""

    id: int = Field(description="Quayside's own id; it stays.")
    url: str = Field(description="Its page, for people.")


class Page(Schema):
    """A page of a list."""

    next: str | None = Field(description="Where the next page is; null on the last.")


class VersionedPage(Page):
    """A page of a list that comes from the mirror."""

    version: int = Field(description="The mirror's version that this is as of.")
