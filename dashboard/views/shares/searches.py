"""What costs a guest's asker little and the server much: reading through files, for words, errors or line numbers.

One such request reads for most of a second. So they are counted apart from the other requests, by link and by network,
and a quarter of a process's threads at most is busy with them at a time: members never wait for guests.
"""

from functools import cache
from threading import BoundedSemaphore

from dashboard.services import rate_limits
from dashboard.views.artifacts.slots import part_of_threads
from dashboard.views.requests import Request

MINUTE = 60
MOST_OF_NETWORK = 60
"""Searches a minute from one network, by whatever links: as many as one page makes that searches on by itself."""
MOST_OF_LINK = 120
"""Searches a minute by one link, from wherever."""

_READ_THROUGH = frozenset({"numbers", "seek"})
"""Parts of a log's page that count its lines."""


def is_one(request: Request) -> bool:
    """Whether a request has files read through."""
    given = request.GET
    return bool(given.get("find")) or given.get("errors") == "1" or given.get("part") in _READ_THROUGH


def wait(network: str, link_id: int) -> float:
    """Count one more search; the seconds to wait if there were too many, else 0."""
    of_network = rate_limits.allow(f"share-search:{network}", limit=MOST_OF_NETWORK, seconds=MINUTE)
    # What is refused to one network takes nothing from the others that have the link.
    return of_network or rate_limits.allow(f"share-search-of:{link_id}", limit=MOST_OF_LINK, seconds=MINUTE)


@cache
def slots() -> BoundedSemaphore:
    """All there are for guests' searches in one process, taken or free."""
    return part_of_threads(4)
