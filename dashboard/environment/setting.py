"""What is said of one variable of the environment, and a check that more than one of them needs."""

import re
from dataclasses import dataclass

from environs import ValidationError

_ORIGIN = re.compile(
    r"(?:http(?!.*:80$)|https(?!.*:443$))://[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::[1-9][0-9]{0,4})?", re.ASCII
)
"""As a browser spells it: the scheme's own port is left out."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One variable: its name, its default as written by a person (None: required) and what it is for."""

    name: str
    default: str | None
    purpose: str


def is_origin(value: str) -> None:
    """Raises ``ValidationError`` for what is not an origin as browsers write it; nothing at all is none, too."""
    if value and not _ORIGIN.fullmatch(value):
        raise ValidationError("Not an origin: write https://host, in small letters, without a path or the usual port.")
