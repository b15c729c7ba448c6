"""Speaking with a source while a person waits: soon, or not at all.

A source's row is its breaker, shared by all processes: while it says that the source is away, nobody waits for it to be
away again. The next look by the sync is the one probe, and closes the breaker.
"""

from dataclasses import replace

from django.utils import timezone

from dashboard.domain.errors import Denied, Throttled, Unreachable
from dashboard.domain.records import Capabilities
from dashboard.domain.statuses import SourceHealth
from dashboard.models import Source
from dashboard.services.troubles import reason
from dashboard.sources.base import RunApi
from dashboard.sources.registry import capabilities_of, connect

OPEN_AFTER = 2
"""Failed looks in a row after which nobody waits for a source; one may be chance."""

_AWAY = {"auth": Denied, "throttled": Throttled}


def reach(source: Source) -> RunApi:
    """The source, for a person who waits. Raises what its last look raised while that fails, in words for all."""
    if is_away(source):
        raise _AWAY.get(source.error_code, Unreachable)(reason(source), source=source.name, code=source.error_code)
    return connect(replace(source.config(), is_urgent=True))


def is_away(source: Source) -> bool:
    """Whether asking now would be waiting for nothing."""
    if source.health != SourceHealth.FAILING or source.next_sync_at is None:
        return False
    is_due = source.next_sync_at <= timezone.now()
    return source.error_code == "throttled" or (source.failures >= OPEN_AFTER and not is_due)


def capabilities(source: Source) -> Capabilities:
    """What sources of its kind can do, less what this one says it is without."""
    able, without = capabilities_of(source.kind), source.told.get("without", {})
    if not without:
        return able
    return replace(able, **dict.fromkeys(without, False), why_not={**able.why_not, **without})
