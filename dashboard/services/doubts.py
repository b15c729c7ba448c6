"""Errors that leave open whether a source did what it was asked: one rule for all that is done at sources."""

from dashboard.domain.errors import BadAnswer, ServerError, SourceError, Unreachable

_LOST = frozenset({"timeout", "reset", Unreachable.default_code})
"""Codes of connections that came about, as far as anybody knows, and brought no answer."""
_NOT_TAKEN = frozenset({"redirect", "no_api", "no_word"})
"""Codes of answers that cannot be read, but that no API gave that took the request."""


def may_be_done(error: SourceError) -> bool:
    """Whether the source may have done what it was asked although this was raised; then nothing is sent again."""
    if isinstance(error, Unreachable):
        return error.code in _LOST
    return isinstance(error, ServerError) or (isinstance(error, BadAnswer) and error.code not in _NOT_TAKEN)
