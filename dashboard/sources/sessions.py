"""The sessions of this process, kept between calls, so that connections are used again and their number is bounded.

Sources are constructed anew for every look. What they ask over HTTP goes through one session per place and credential,
with at most eight connections. A session that nobody asked for in a while is dropped; its connections close with it.
"""

import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Self

from dashboard.domain.records import SourceConfig
from dashboard.sources.buckets import forget_stores
from dashboard.sources.ranges import RangeSession

MOST = 64
"""Sessions that are kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """Whom a session speaks with, and as whom."""

    base_url: str
    source: str = ""
    token: str = field(default="", repr=False)
    """Sent as a bearer token with every request of the session."""
    allowed_networks: tuple[str, ...] = ()
    allowed_endpoints: tuple[tuple[str, int], ...] = ()
    ca_bundle: str = ""
    purpose: str = ""
    """Sessions with the same peer for other purposes don't take each other's connections."""

    @classmethod
    def of(cls, config: SourceConfig) -> Self:
        """A source itself."""
        return cls(
            base_url=config.address,
            source=config.name,
            token=config.token,
            allowed_networks=config.allowed_networks,
            allowed_endpoints=config.allowed_endpoints,
            ca_bundle=config.ca_bundle,
        )


class _Kept:
    def __init__(self) -> None:
        self._sessions: OrderedDict[Peer, RangeSession] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, peer: Peer) -> RangeSession:
        with self._lock:
            session = self._sessions.get(peer) or _open(peer)
            self._sessions[peer] = session
            self._sessions.move_to_end(peer)
            if len(self._sessions) > MOST:
                self._sessions.popitem(last=False)
            return session

    def clear(self) -> None:
        with self._lock:
            for session in self._sessions.values():
                session.close()
            self._sessions.clear()


_kept = _Kept()


def session_with(peer: Peer) -> RangeSession:
    """The session with a peer, opened if need be. Raises ``ValueError`` for an address or token of no use."""
    return _kept.get(peer)


def forget_sessions() -> None:
    """Close all sessions, with hosts of buckets too: nothing of this process stays connected."""
    _kept.clear()
    forget_stores()


def _open(peer: Peer) -> RangeSession:
    return RangeSession(
        peer.base_url,
        source=peer.source,
        headers={"Authorization": f"Bearer {peer.token}"} if peer.token else {},
        allowed_networks=peer.allowed_networks,
        allowed_endpoints=peer.allowed_endpoints,
        ca_bundle=peer.ca_bundle or None,
    )
