"""The one tree of errors that a source may raise.

::

    SourceError                 something about a source went wrong
    ├── Unreachable             refused, DNS, TLS, time-out, reset; a folder that is not there
    ├── Denied                  401, 403; a folder we may not read
    ├── Missing                 the source says that this very thing does not exist
    ├── Conflict                409: the thing is in a state that does not allow it
    ├── Throttled               429: asked too often
    ├── BadAnswer               an answer that cannot be read: not JSON, too large, cut off
    ├── ServerError             5xx
    └── Unsupported             the source cannot do this at all

Each carries the source's name, a sentence for a person, a stable ``code`` (the finer kind, e.g. ``dns``),
whether trying again can help, and, where there is one, the source's own message. Nothing above the sources
knows another error of theirs, and only one place turns them into pages.
"""

from typing import ClassVar


class SourceError(Exception):
    """Something about a source went wrong; ``str()`` is a sentence for a person, without secrets."""

    default_code: ClassVar[str] = "source"
    can_retry: ClassVar[bool] = False

    def __init__(
        self,
        sentence: str,
        *,
        source: str = "",
        code: str = "",
        detail: str = "",
        hint: str = "",
        retry_after: float | None = None,
    ) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.source = source
        self.code = code or self.default_code
        self.detail = detail
        """The source's own message, quoted to the reader as it came (escaped, bounded)."""
        self.hint = hint
        """What the source advises to do."""
        self.retry_after = retry_after
        """Seconds the source asked us to wait, if it did."""


class Unreachable(SourceError):
    """No answer came: refused, unknown host, TLS, time-out, reset, or a folder that is not there."""

    default_code = "unreachable"
    can_retry = True


class Denied(SourceError):
    """The source knows us not, or does not let us."""

    default_code = "denied"


class Missing(SourceError):
    """The source says that this very thing does not exist (never: an empty list)."""

    default_code = "missing"


class Conflict(SourceError):
    """The thing is in a state that does not allow the action."""

    default_code = "conflict"


class Throttled(SourceError):
    """Asked too often; ``retry_after`` says for how long to be quiet."""

    default_code = "throttled"
    can_retry = True


class BadAnswer(SourceError):
    """An answer came that cannot be read: not JSON, too large, cut off, of another shape."""

    default_code = "bad_answer"
    can_retry = True


class ServerError(SourceError):
    """The source failed on its side."""

    default_code = "server"
    can_retry = True


class Unsupported(SourceError):
    """The source cannot do this at all; its capabilities say so beforehand."""

    default_code = "unsupported"


def is_of_source(error: SourceError) -> bool:
    """Whether an error says something of the whole source: whatever else is asked now fares the same."""
    return isinstance(error, (Unreachable, Throttled)) or (isinstance(error, Denied) and error.code == "auth")
