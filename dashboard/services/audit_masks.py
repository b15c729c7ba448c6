"""What may stand in the details of an audit entry: plain JSON, bounded, without secrets.

What comes back is what a database gives back: no floats, which PostgreSQL spells anew, and no characters it refuses.
So the hash over an entry is the same whenever it is computed.
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

MASK = "•••"
MOST_BYTES = 8_192
"""Of one entry's details, as JSON."""
LONGEST = 500
"""Characters of one text."""
_MOST_ITEMS = 50
_DEEPEST = 4
_CUT = "…"
_EXACT = 2**53
"""Whole numbers below it survive every reader of JSON."""

_SECRET_NAMES = frozenset(
    {
        "token", "tokens", "secret", "secrets", "password", "password1", "password2", "passphrase", "passwd",
        "authorization", "cookie", "credential", "credentials", "cipher", "api_key", "apikey", "private_key", "otp",
        "csrfmiddlewaretoken", "sessionid",
    }
)  # fmt: skip
_WORDS = re.compile(r"[^a-z0-9]+")
_SECRETS = re.compile(
    r"(?P<before>://)[^/\s@]+(?=@)"
    r"|(?P<scheme>\b(?:bearer|basic)\s+)\S+"
    r"|(?P<name>\b(?:token|secret|password|api_?key|signature|sig)=)[^&\s]+"
    r"|gAAAA[A-Za-z0-9_-]{20,}={0,2}",
    re.IGNORECASE,
)
"""User and password of an address, credentials of a header, secrets in a query, and what we encrypted ourselves."""


def masked(detail: Mapping[str, Any]) -> dict[str, Any]:
    """The details as they may be kept; those that are too much are left out, and it says so."""
    kept = {text(name, 100): _value(name, value, 0) for name, value in [*detail.items()][:_MOST_ITEMS]}
    size = len(json.dumps(kept, ensure_ascii=False).encode())
    return kept if size <= MOST_BYTES else {"cut": True, "names": [name[:60] for name in kept][:_MOST_ITEMS]}


def text(value: object, most: int = LONGEST) -> str:
    """A text without what no database takes and without secrets, cut at so many characters."""
    plain = str(value).replace("\0", "").encode("utf-8", "replace").decode()
    clean = _SECRETS.sub(lambda found: f"{_kept(found)}{MASK}", plain)
    return clean if len(clean) <= most else clean[: most - 1] + _CUT


def _kept(found: re.Match[str]) -> str:
    return next((part for part in found.groupdict().values() if part), "")


def _value(name: str, value: Any, depth: int) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return _CUT if depth >= _DEEPEST else [_value(name, each, depth + 1) for each in value[:_MOST_ITEMS]]
    if _is_secret(name):
        return MASK if value else ""
    if isinstance(value, Mapping):
        return _below(value, depth)
    return value if isinstance(value, int) and abs(value) < _EXACT else text(value)


def _below(value: Mapping[Any, Any], depth: int) -> Any:
    if depth >= _DEEPEST:
        return _CUT
    pairs = [*value.items()][:_MOST_ITEMS]
    return {text(name, 100): _value(str(name), each, depth + 1) for name, each in pairs}


def _is_secret(name: str) -> bool:
    lower = name.lower()
    return lower in _SECRET_NAMES or not _SECRET_NAMES.isdisjoint(_WORDS.split(lower.replace("_", " ")))
