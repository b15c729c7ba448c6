"""Bytes handed on as they arrive: artifacts, of any size, never held in memory."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import requests

from dashboard.http.decoding import declared_size, iterate, refuse_size


class ByteStream:
    """An answer's body, to be iterated once.

    ``size`` is the number of bytes the source announced, None where it announced none: then nobody can tell whether
    the end is the end, and what was read must be marked as perhaps cut short. Iterating raises ``Unreachable`` where
    fewer bytes come than announced or they come too slowly, and ``BadAnswer`` (``too_large``) beyond the cap.
    """

    def __init__(
        self, response: requests.Response, *, max_bytes: int, explaining: Callable[[], AbstractContextManager[None]]
    ) -> None:
        self.size = declared_size(response.headers)
        self.content_type = response.headers.get("Content-Type", "")
        self.etag = response.headers.get("ETag", "").removeprefix("W/").strip('"')
        self.received = 0
        self._chunks = iterate(response.raw)
        self._explaining = explaining
        self.allow(max_bytes)

    def allow(self, max_bytes: int) -> None:
        """From now on at most that many bytes in all. Raises ``BadAnswer`` (``too_large``) if more were announced."""
        self._max_bytes = max_bytes
        with self._explaining():
            refuse_size(self.size or 0, max_bytes)

    def __iter__(self) -> Iterator[bytes]:
        while chunk := self._next():
            yield chunk

    def _next(self) -> bytes:
        with self._explaining():
            chunk = next(self._chunks, b"")
            self.received += len(chunk)
            refuse_size(self.received, self._max_bytes)
        return chunk
