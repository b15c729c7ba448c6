"""Counts in the cache that keep one asker from asking too often.

The cache of one process counts for that process alone; one that all processes share (``CACHE_URL``) counts for all.
"""

import hashlib
import math
import time

from django.core.cache import cache


def allow(key: str, *, limit: int, seconds: int) -> float:
    """Count one more asking under ``key``; the seconds to wait if that is more than ``limit`` of them, else 0.

    Askings are counted in spans of ``seconds`` that begin at whole multiples, so twice the limit may come where two
    spans meet.
    """
    counter, left = _span(key, seconds)
    cache.add(counter, 0, timeout=seconds)
    return left if _counted(counter, seconds) > limit else 0.0


def wait(key: str, *, limit: int, seconds: int) -> float:
    """The seconds to wait if as many as ``limit`` were counted already, else 0. Counts nothing itself."""
    counter, left = _span(key, seconds)
    return left if cache.get(counter, 0) >= limit else 0.0


def _counted(counter: str, seconds: int) -> int:
    try:
        return cache.incr(counter)
    except ValueError:
        # The cache had no room for it, or it ran out just now: it is counted anew.
        cache.set(counter, 1, timeout=seconds)
        return 1


def _span(key: str, seconds: int) -> tuple[str, float]:
    """(the counter's name, seconds until its span ends). The key may be a secret or an address: its hash is kept."""
    now = time.time()
    number = math.floor(now / seconds)
    name = hashlib.sha256(key.encode()).hexdigest()
    return f"throttle:{name}:{seconds}:{number}", (number + 1) * seconds - now
