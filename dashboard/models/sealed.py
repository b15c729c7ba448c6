"""A secret in a column: encrypted at rest, and not in the clear in memory until somebody asks for it.

``MultiFernet`` of ``cryptography`` is used directly: what it writes is authenticated, and a ring of keys lets old ones
be read while new ones are written. Packages of encrypted fields are mostly stale, and would be one more to trust.
"""

import re
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models

SHOWN = 4
"""Characters at the end of a secret by which people tell one from another."""
_LEAST = 12
"""Characters a secret must have for its end to be shown."""
_CIPHER = re.compile(r"gAAAA[A-Za-z0-9_-]{91,}={0,2}", re.ASCII)
"""What Fernet writes (https://github.com/fernet/spec): version 0x80, a time stamp, and at least 64 bytes, in Base64."""


class Sealed:
    """An encrypted text. Printed, logged and copied it stays that; :meth:`reveal` opens it."""

    __slots__ = ("cipher",)

    def __init__(self, cipher: str = "") -> None:
        self.cipher = cipher

    @classmethod
    def of(cls, text: str) -> "Sealed":
        """Encrypt with the newest key. Raises ``ImproperlyConfigured`` where there is none."""
        return cls(_ring().encrypt(text.encode()).decode()) if text else cls()

    def reveal(self) -> str | None:
        """The text; empty if there is none, None if no key of the ring opens it."""
        if not self.cipher:
            return ""
        try:
            return _ring().decrypt(self.cipher.encode()).decode()
        except (InvalidToken, ImproperlyConfigured, UnicodeDecodeError):
            return None

    @property
    def ending(self) -> str:
        """The last characters, of a text long enough to keep the rest to itself."""
        text = self.reveal() or ""
        return text[-SHOWN:] if len(text) >= _LEAST else ""

    def __bool__(self) -> bool:
        return bool(self.cipher)

    def __eq__(self, other: object) -> bool:
        return self.cipher == other.cipher if isinstance(other, Sealed) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.cipher)

    def __repr__(self) -> str:
        return "Sealed(•••)" if self else "Sealed()"

    __str__ = __repr__


class SealedTextField(models.TextField):  # type: ignore[type-arg]
    """Holds a :class:`Sealed`; a plain text that is assigned is sealed when it is saved."""

    def from_db_value(self, value: str | None, *_: object) -> Sealed:
        """The column as it is: nothing is decrypted by reading a row."""
        return Sealed(value or "")

    def to_python(self, value: Any) -> Sealed:
        """What a fixture holds, which is a cipher; a plain text that is validated before it is saved is sealed."""
        if isinstance(value, Sealed):
            return value
        return Sealed(value) if _CIPHER.fullmatch(value or "") else Sealed.of(value or "")

    def get_prep_value(self, value: Any) -> str:
        """The column's text."""
        return value.cipher if isinstance(value, Sealed) else Sealed.of(value or "").cipher

    def value_to_string(self, obj: models.Model) -> str:
        """What a dump of the database holds: the cipher."""
        return self.get_prep_value(self.value_from_object(obj))


def is_cipher(value: object) -> bool:
    """Whether a value looks like what is sealed, rather than like a text in the clear."""
    return isinstance(value, str) and _CIPHER.fullmatch(value) is not None


def is_possible() -> bool:
    """Whether there is a key to encrypt with."""
    return bool(settings.TOKEN_KEYS)


def _ring() -> MultiFernet:
    keys = tuple(settings.TOKEN_KEYS)
    if not keys:
        raise ImproperlyConfigured("TOKEN_KEYS names no key to encrypt access tokens with.")
    return _ring_of(keys)


@lru_cache(maxsize=4)
def _ring_of(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])
