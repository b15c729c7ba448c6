"""Clocks of servers that differ from ours."""

from datetime import timedelta

TOLERATED = timedelta(seconds=5)
"""An answer's date is in whole seconds, and the answer took some time."""

_MINUTE = 60
_HOUR = 3_600


def describe_skew(skew: timedelta | None) -> str:
    """A sentence on a clock that is this much ahead of ours (behind, if negative); empty where that is too little.

    In whole minutes or hours, so that it stays the same from look to look.
    """
    if skew is None or abs(skew) <= TOLERATED:
        return ""
    return f"The server's clock is {_about(abs(skew))} {'ahead of' if skew > timedelta(0) else 'behind'} ours."


def _about(span: timedelta) -> str:
    seconds = span.total_seconds()
    if seconds < _MINUTE:
        return "some seconds"
    return f"{seconds / _MINUTE:.0f} min" if seconds < 2 * _HOUR else f"{seconds / _HOUR:.0f} h"
