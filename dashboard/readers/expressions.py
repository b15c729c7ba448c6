"""Regular expressions of people, made so that neither making one nor trying it takes longer than it may.

The library's time-out holds for one search, not for compiling, and is seldom looked at within recursion; so what makes
those slow is refused beforehand: repeats of repeats, recursion, and approximate matches.
"""

import time
from collections.abc import Iterator
from math import prod

import regex

LONGEST = 500
"""Characters of an expression, or of the words that are looked for."""
MOST_REPEATS = 100_000
"""The product of all counted repeats: the library writes repeats of repeats out."""

_REPEAT = regex.compile(r"\{(\d*)(,?)(\d*)\}")
_RECURSION = regex.compile(r"\(\?(?:R|[-+]?\d|&|P>)")
_VERBOSE = regex.compile(r"\(\?[A-Za-z0-9-]*x[A-Za-z0-9-]*[:)]")
_APPROXIMATE = regex.compile(r"(?<!\\)(?:\\\\)*\{\s*(?:\d+\s*<?=?\s*)?[deis]\s*[}<>=,:+]")


class NoExpression(ValueError):
    """What cannot be searched for; its text is a sentence that says why."""


def compiled(text: str, *, is_regex: bool, is_case: bool, flags: int = 0) -> "regex.Pattern[str]":
    """What finds the text: words as they are, or an expression; ``is_case``: large and small letters differ.

    Raises ``NoExpression`` for nothing, for too much, for what is no expression and for one that is refused.
    """
    if not text or len(text) > LONGEST:
        raise NoExpression(f"Say what to find, in at most {LONGEST} characters.")
    flags |= 0 if is_case else regex.IGNORECASE
    if not is_regex:
        return regex.compile(regex.escape(text), flags)
    _refuse(text)
    try:
        return regex.compile(text, flags)
    except (regex.error, RecursionError, OverflowError, ValueError) as error:
        raise NoExpression(f"This is no regular expression: {error}.") from error


def spans(pattern: "regex.Pattern[str]", text: str, *, seconds: float) -> Iterator[tuple[int, int]]:
    """Where it is found in a text: from, to. What is empty is not found. Raises ``TimeoutError`` when time is up."""
    until = time.monotonic() + seconds
    for match in pattern.finditer(text, timeout=seconds):
        if match.end() > match.start():
            yield match.span()
        if time.monotonic() > until:
            raise TimeoutError


def _refuse(text: str) -> None:
    repeats = (max(int(low or 0), int(high or 0), 1) for low, _, high in _REPEAT.findall(text))
    if prod(repeats) > MOST_REPEATS:
        raise NoExpression("This expression repeats too often: the product of its counted repeats is too large.")
    if _RECURSION.search(text):
        raise NoExpression("An expression cannot call itself or another group here.")
    if _VERBOSE.search(text):
        # In such a one blanks and comments hide what is refused above.
        raise NoExpression("Verbose expressions, with the flag x, are not taken.")
    if _APPROXIMATE.search(text):
        raise NoExpression("Approximate matches are not looked for; write \\{ for a brace.")
