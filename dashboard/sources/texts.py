"""Texts from outside as texts that can be stored: bounded, without NUL, without halves of characters."""

import re

NAME_LIMIT = 500
"""Characters of a name."""

_UNSTORABLE = re.compile("[\ud800-\udfff]")


def clean(text: str, limit: int = NAME_LIMIT) -> str:
    """At most ``limit`` characters; NUL, which PostgreSQL refuses, is left out; a lone surrogate is U+FFFD."""
    if len(text) > limit:
        text = text[: limit - 1] + "…"
    if "\0" in text:
        text = text.replace("\0", "")
    return text if text.isascii() else _UNSTORABLE.sub("\ufffd", text)


def last_segment(path: str) -> str:
    """What a path ends in."""
    return path.rstrip("/").rsplit("/", 1)[-1]
