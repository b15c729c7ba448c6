"""Share links: made and revoked by people, opened by anybody, worth no more than their creator's own rights."""

from dashboard.services.sharing.exposure import Exposure, exposure_of_report, exposure_of_run, looks_secret
from dashboard.services.sharing.links import (
    NOTE,
    Latest,
    NotShared,
    Shared,
    create,
    get,
    latest,
    listed,
    opened,
    revoke,
    why_not,
)
from dashboard.services.sharing.worth import Found, by_id, find, in_state, is_token, states

__all__ = [
    "NOTE",
    "Exposure",
    "Found",
    "Latest",
    "NotShared",
    "Shared",
    "by_id",
    "create",
    "exposure_of_report",
    "exposure_of_run",
    "find",
    "get",
    "in_state",
    "is_token",
    "latest",
    "listed",
    "looks_secret",
    "opened",
    "revoke",
    "states",
    "why_not",
]
