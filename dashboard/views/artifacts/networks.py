"""Slots that guests of many networks share, of which one network may have so many."""

from collections import Counter
from threading import Lock
from typing import Protocol


class Slots(Protocol):
    """A number of slots, as a semaphore has them."""

    def acquire(self, blocking: bool = True) -> bool:
        """Take one; whether one was free."""

    def release(self) -> None:
        """Give one back."""


class Networks:
    """How many slots each network holds; ``most`` is what one may hold."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._held: Counter[str] = Counter()
        self._counting = Lock()

    def take(self, network: str) -> bool:
        """Count one more, unless it holds all that it may."""
        with self._counting:
            if self._held[network] >= self._most:
                return False
            self._held[network] += 1
            return True

    def give_back(self, network: str) -> None:
        """Count one less; of who holds none nothing is kept."""
        with self._counting:
            self._held[network] -= 1
            if not self._held[network]:
                del self._held[network]


class OfNetwork:
    """The slots that all share, as one network has them: none is free while it holds as many as it may."""

    def __init__(self, free: Slots, networks: Networks, network: str) -> None:
        self._free, self._networks, self._network = free, networks, network

    def acquire(self, blocking: bool = True) -> bool:
        """Take one, if both the network and all together may have one more."""
        if not self._networks.take(self._network):
            return False
        if self._free.acquire(blocking):
            return True
        self._networks.give_back(self._network)
        return False

    def release(self) -> None:
        """Give one back."""
        self._free.release()
        self._networks.give_back(self._network)
