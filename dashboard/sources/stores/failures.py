"""What goes wrong with buckets, translated into the one tree of errors.

Codes, as of the HTTP session: ``timeout``, ``dns``, ``tls``, ``refused``, ``reset``, ``unreachable`` (no answer came);
``forbidden``, ``gone``, ``throttled``, ``server`` (the store said no); ``changed``, ``redirect``, ``bad_response`` (an
answer of no use). Nothing of the libraries' own texts is handed on: they quote addresses.
"""

import socket
import ssl
from collections.abc import Iterator
from http import HTTPStatus

from dashboard.domain.errors import BadAnswer, Denied, Missing, ServerError, SourceError, Throttled, Unreachable

_LONGEST_CHAIN = 20

_EXCEPTIONS: tuple[tuple[type[BaseException], str, str], ...] = (
    (socket.gaierror, "dns", "The host of the buckets was not found."),
    (ssl.SSLError, "tls", "No trusted connection to the host of the buckets came about."),
    (TimeoutError, "timeout", "The host of the buckets did not answer in time."),
    (ConnectionRefusedError, "refused", "The host of the buckets refused the connection."),
    (ConnectionError, "reset", "The host of the buckets cut the connection."),
)
_CHANGED = {HTTPStatus.PRECONDITION_FAILED, HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE}


def late() -> SourceError:
    """The error for a deadline that has passed."""
    return explain_failure(TimeoutError())


def explain_failure(failure: BaseException) -> SourceError:
    """The error for what a library raised when no answer came; one of ours that it wrapped, as it was."""
    chain = list(_chain(failure))
    for link in chain:
        if isinstance(link, SourceError):
            return link
    for kind, code, sentence in _EXCEPTIONS:
        if any(isinstance(link, kind) for link in chain):
            return Unreachable(sentence, code=code)
    return Unreachable("The connection to the host of the buckets failed.", code="unreachable")


def _chain(failure: BaseException) -> Iterator[BaseException]:
    link: BaseException | None = failure
    for _ in range(_LONGEST_CHAIN):
        if link is None:
            return
        yield link
        link = link.__cause__ or link.__context__


def explain_status(status: int) -> SourceError | None:
    """The error for an answer's status; None for a success."""
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return None
    if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        return Denied(f"The bucket cannot be read without an account (status {status}).", code="forbidden")
    if status in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}:
        return Missing(f"This is not in the bucket (status {status}).", code="gone")
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return Throttled("The host of the buckets asks for a pause (status 429).", code="throttled")
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return ServerError(f"The host of the buckets failed on its side (status {status}).", code="server")
    return _explain_unwanted(status)


def _explain_unwanted(status: int) -> SourceError:
    if status in _CHANGED:
        return changed()
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
        return BadAnswer(f"The host of the buckets sends its callers elsewhere (status {status}).", code="redirect")
    return garbled(f"status {status}")


def changed() -> SourceError:
    """The error for a file that is no longer the one that was opened."""
    return BadAnswer("The file changed while it was read.", code="changed")


def garbled(words: str) -> SourceError:
    """The error for an answer of no use; ``words`` say what is wrong with it."""
    return BadAnswer(f"The host of the buckets gave an answer that cannot be read: {words}.", code="bad_response")
