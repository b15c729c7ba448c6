"""Names of files as patches write them."""

import re

from dashboard.readers.diffs import limits

NOWHERE = "/dev/null"

_PREFIX = re.compile(r"[abciow12]/")
_ESCAPE = re.compile(rb'\\([0-3][0-7]{2}|[abfnrtv"\\])')
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
_LETTERS = {b"a": 7, b"b": 8, b"f": 12, b"n": 10, b"r": 13, b"t": 9, b"v": 11, b'"': 34, b"\\": 92}


def unquoted(name: str) -> str:
    """A name as it is: git writes names of unusual characters in quotes, as C does, byte by byte."""
    match = _QUOTED.fullmatch(name)
    if not match:
        return name[: limits.PATH]
    raw = _ESCAPE.sub(_byte, match[1].encode("utf-8", "replace"))
    return raw.decode("utf-8", "replace")[: limits.PATH]


def of_side(text: str) -> str:
    """The name in what follows ``---`` or ``+++``, which may have a time behind it; empty for a file that is not."""
    name = unquoted(text.partition("\t")[0].rstrip("\r"))
    return "" if name == NOWHERE else name


def without_prefixes(old: str, new: str) -> tuple[str, str]:
    """Both names without git's ``a/`` and ``b/``, if all that are there have such a thing."""
    if all(_PREFIX.match(name) for name in (old, new) if name):
        return old[2:], new[2:]
    return old, new


def of_git_line(text: str) -> tuple[str, str]:
    """Both names in what follows ``diff --git``. They are not parted without doubt unless they are equal or quoted."""
    quoted = _QUOTED.match(text)
    if quoted:
        return unquoted(quoted[0]), unquoted(text[quoted.end() :].lstrip(" "))
    middle = len(text) // 2
    old, new = text[:middle], text[middle + 1 :]
    if text[middle : middle + 1] == " " and old.partition("/")[2] == new.partition("/")[2]:
        return old[: limits.PATH], new[: limits.PATH]
    before, _, after = text.partition(" b/")
    return (before[: limits.PATH], f"b/{after}"[: limits.PATH]) if after else (text[: limits.PATH],) * 2


def _byte(match: re.Match[bytes]) -> bytes:
    what = match[1]
    return bytes([_LETTERS[what] if what in _LETTERS else int(what, 8)])
