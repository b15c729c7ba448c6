"""JSON from outside as JSON that can be kept and shown: secrets masked, bounded, without what databases refuse."""

import math
import re
from typing import cast

import orjson

from dashboard.domain.records import Json
from dashboard.sources.harbor.values import Fields
from dashboard.sources.texts import clean

MASK = "•••"
LARGEST = 256 * 1024
"""Bytes of JSON that are kept."""
DEEPEST = 64

_SECRET = re.compile(
    r"token|secret|passw|passphrase|credential|authorization|api[_-]?key|access[_-]?key|private[_-]?key", re.IGNORECASE
)
_ENVIRONMENT = re.compile(r"^(env|envs|headers|environment_variables|.*_env)$", re.IGNORECASE)
_USER_OF_URL = re.compile(r"(?<=://)[^/@\s]+@")


class TooLarge(Exception):
    """A JSON value that is not kept because there is too much of it."""


def kept(fields: Fields, key: str | None = None) -> Json:
    """The object, or one field of it, fit to be kept; None and a problem where it is too large."""
    value = fields.values if key is None else fields.raw(key)
    try:
        return _Keeper().keep(value)
    except TooLarge:
        fields.wrong(key or "all of it", f"is larger than {LARGEST // 1024} kB and is not kept")
        return None


class _Keeper:
    """Copies one JSON value; counts what it copied."""

    def __init__(self) -> None:
        self.left = LARGEST

    def keep(self, value: Json) -> Json:
        copy = self._copy(value, 0)
        if len(orjson.dumps(copy)) > LARGEST:
            raise TooLarge
        return copy

    def _copy(self, value: Json, depth: int) -> Json:
        if isinstance(value, str):
            self._spend(len(value))
            return _without_user(clean(value, LARGEST))
        self._spend(1)
        if isinstance(value, dict):
            return self._object(cast("dict[str, Json]", value), depth)
        if isinstance(value, list):
            return "…" if depth > DEEPEST else [self._copy(item, depth + 1) for item in value]
        return value if _is_storable(value) else None

    def _object(self, value: dict[str, Json], depth: int) -> Json:
        if depth > DEEPEST:
            return "…"
        return {self._key(key): self._member(key, item, depth) for key, item in value.items()}

    def _key(self, key: str) -> str:
        self._spend(len(key))
        return clean(key, LARGEST)

    def _member(self, key: str, value: Json, depth: int) -> Json:
        if _is_secret(key, value):
            return MASK
        if _ENVIRONMENT.match(key):
            return _without_values(self._copy(value, depth + 1))
        return self._copy(value, depth + 1)

    def _spend(self, amount: int) -> None:
        self.left -= amount
        if self.left < 0:
            raise TooLarge


def _is_secret(key: str, value: Json) -> bool:
    """By its key; not what is empty or on and off, nor a number of tokens."""
    if value is None or isinstance(value, bool) or not _SECRET.search(key):
        return False
    return not (isinstance(value, int | float) and "token" in key.lower())


def _without_values(environment: Json) -> Json:
    """The names of an environment's variables, without their values."""
    if isinstance(environment, dict):
        return dict.fromkeys(environment, MASK)
    if isinstance(environment, list):
        return [
            f"{item.split('=', 1)[0]}={MASK}" if isinstance(item, str) and "=" in item else MASK for item in environment
        ]
    return None if environment is None else MASK


def _without_user(text: str) -> str:
    """A text whose addresses have lost the user and password before their host."""
    return _USER_OF_URL.sub(f"{MASK}@", text) if "://" in text and "@" in text else text


def _is_storable(value: Json) -> bool:
    """Whether a number (or boolean, or None) fits what databases and browsers keep."""
    if isinstance(value, float):
        return math.isfinite(value)
    return not isinstance(value, int) or abs(value) < 2**63
