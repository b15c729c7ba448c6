"""Ids of CARROT: UUIDs all of them, in one spelling here."""

import re

from dashboard.domain.records import Json

PATTERN = r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"

_UUID = re.compile(PATTERN)


def read_id(value: Json) -> str:
    """The UUID in a value, in small letters; empty where there is none."""
    return value.lower() if isinstance(value, str) and _UUID.fullmatch(value) else ""
