"""Random access to a file behind HTTP: parts of it (RFC 9110, section 14), or a bounded copy where there are none."""

import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from hashlib import blake2b
from http import HTTPStatus
from typing import IO
from uuid import uuid4

import requests

from dashboard.domain.errors import BadAnswer, SourceError, Unreachable
from dashboard.domain.files import WEAK
from dashboard.http import ByteStream, HttpSession, Limits, Params, Refusal, StreamLimits
from dashboard.http.deadlines import Deadline, Pace
from dashboard.http.decoding import declared_size

MOST_COPIED = 64 * 2**20
"""Bytes of a file that cannot be read in parts."""
OPENING = StreamLimits(deadline=2)
"""A person waits for the first byte."""
COPYING = StreamLimits(deadline=2, transfer=10, max_bytes=MOST_COPIED)
READING = 5.0
"""Seconds for one read, of a quarter of a megabyte mostly: who is slower than that is not waited for."""

_PLAIN = {"Accept": "*/*", "Accept-Encoding": "identity"}
_IN_MEMORY = 2**20
_SPAN = re.compile(r"bytes (\d{1,18})-(\d{1,18})/(\d{1,18})", re.ASCII)
_NO_SUCH_RANGE = "no_such_range"
_NOWHERE = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """An answer that may be a part of a file, its body still to be read."""

    stream: ByteStream
    start: int | None
    """Where the part begins; None when the answer is no part that can be relied on, but perhaps the whole file."""
    total: int
    """Size of the whole file, when it is a part."""
    etag: str
    """Made of all that says which bytes these are; empty where nothing does."""
    pace: Pace
    """How long its bytes may take; whoever reads sets its deadline."""
    is_whole: bool
    """The server answered with the whole file, whatever it was asked for."""


class RangeSession(HttpSession):
    """A session that can also ask for parts of files, and for a file's size alone."""

    @contextmanager
    def open_part(
        self, segments: Sequence[str], *, offset: int | None, params: Params | None, limits: StreamLimits
    ) -> Iterator[Part]:
        """GET a file from ``offset`` to its end; all of it, as an ordinary answer, where that is None.

        Raises ``BadAnswer`` (``no_such_range``) where no byte is there, and what :meth:`open_stream` raises.
        """
        deadline = Deadline(limits.deadline, clock=self._world.clock)
        exchange = self._prepare("GET", segments, limits, deadline, params=params, classify=_classify)
        exchange.headers = _PLAIN if offset is None else _PLAIN | {"Range": f"bytes={offset}-"}
        with closing(self._send(exchange)) as response:
            exchange.pace.deadline = Deadline(limits.transfer, clock=self._world.clock)
            stream = ByteStream(response, max_bytes=limits.max_bytes, explaining=self._transport.explaining)
            start, total = _span(response)
            etag, is_whole = _etag(response, total), response.status_code == HTTPStatus.OK
            yield Part(stream=stream, start=start, total=total, etag=etag, pace=exchange.pace, is_whole=is_whole)

    def ask_size(self, segments: Sequence[str], *, params: Params | None, limits: Limits) -> int | None:
        """The size of a file, by HEAD; None where the answer does not say it."""
        deadline = Deadline(limits.deadline, clock=self._world.clock)
        exchange = self._prepare("HEAD", segments, limits, deadline, params=params, classify=None)
        exchange.headers = _PLAIN
        with closing(self._send(exchange)) as response:
            return declared_size(response.headers)


def _classify(refusal: Refusal) -> SourceError | None:
    if refusal.status != HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
        return None
    return BadAnswer("The file has no such part.", code=_NO_SUCH_RANGE)


def _span(response: requests.Response) -> tuple[int | None, int]:
    """(where a part begins, the whole file's size); no beginning where it is none that lasts to the end."""
    coding = response.headers.get("Content-Encoding", "identity").strip().lower()
    match = _SPAN.fullmatch(response.headers.get("Content-Range", "").strip())
    if response.status_code != HTTPStatus.PARTIAL_CONTENT or match is None or coding != "identity":
        return None, 0
    first, last, total = map(int, match.groups())
    return (first, total) if first <= last == total - 1 else (None, 0)


def _etag(response: requests.Response, total: int) -> str:
    """A digest, since what strangers send must not get into headers of ours; weak where theirs is, or only a date."""
    stamps = [response.headers.get(name, "") for name in ("ETag", "Last-Modified")]
    strength = "" if stamps[0] and not stamps[0].startswith("W/") else WEAK
    return strength + digest_of(*stamps, total) if any(stamps) else ""


def digest_of(*stamps: object) -> str:
    """One word made of all that says which bytes these are."""
    return blake2b(repr(stamps).encode(), digest_size=16).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A file: where it is below a session's base URL."""

    session: RangeSession
    segments: tuple[str, ...]
    params: tuple[tuple[str, str], ...] = ()


@contextmanager
def open_file(place: Place, *, at: int = 0) -> Iterator["PartsReader | CopyReader"]:
    """Open a file for random access; of a server that knows no parts, at most 64 MiB are copied beforehand.

    Reading from ``at`` on costs no further request, if the file has such a byte. Raises what a session raises, and
    ``BadAnswer`` (``too_large``) where more would have to be copied.
    """
    with ExitStack() as stack:
        part = _open_at(stack, place, at)
        if part is not None and part.start in {at, 0}:
            yield stack.enter_context(closing(PartsReader(place, part, stack.pop_all())))
            return
        with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as file:
            reader = _copy(part, file) if part is not None and part.is_whole else None
            stack.close()
            yield reader or _copy_anew(place, file)


def _open_at(stack: ExitStack, place: Place, at: int) -> Part | None:
    """The file from there on, or all of it where it ends before; None where there is no byte at all."""
    for offset in dict.fromkeys((at, 0)):
        opened = place.session.open_part(place.segments, offset=offset, params=place.params, limits=OPENING)
        try:
            return stack.enter_context(opened)
        except BadAnswer as error:
            if error.code != _NO_SUCH_RANGE:
                raise
    return None


def _copy_anew(place: Place, file: IO[bytes]) -> "CopyReader":
    with place.session.open_part(place.segments, offset=None, params=place.params, limits=COPYING) as part:
        return _copy(part, file)


def _copy(part: Part, file: IO[bytes]) -> "CopyReader":
    digest = blake2b(digest_size=16)
    part.stream.allow(COPYING.max_bytes)
    part.pace.deadline = Deadline(COPYING.transfer)
    for chunk in part.stream:
        file.write(chunk)
        digest.update(chunk)
    return CopyReader(file, size=part.stream.received, etag=digest.hexdigest())


class CopyReader:
    """A file that was copied whole, as a :class:`~dashboard.sources.base.ByteReader`."""

    def __init__(self, file: IO[bytes], *, size: int, etag: str) -> None:
        self._file = file
        self.size = size
        self.etag = etag

    def read(self, offset: int, length: int) -> bytes:
        """At most ``length`` bytes from ``offset``; fewer only at the end."""
        self._file.seek(offset)
        return self._file.read(length)


class PartsReader:
    """A file read in parts, as a :class:`~dashboard.sources.base.ByteReader`.

    Reading on where the last read ended goes on with the same answer; reading elsewhere asks for another part.
    Raises ``BadAnswer`` (``changed``) where the file is no longer the one that was opened.
    """

    def __init__(self, place: Place, part: Part, held: ExitStack) -> None:
        self.size = part.total
        self.etag = part.etag or WEAK + uuid4().hex
        self._place = place
        self._part = part
        self._held = held
        self._position = part.start or 0
        self._left = b""

    def read(self, offset: int, length: int) -> bytes:
        """At most ``length`` bytes from ``offset``; fewer only at the end."""
        wanted = min(offset + length, self.size) - offset
        if wanted <= 0:
            return b""
        if offset != self._position:
            self._go_to(offset)
        return self._take(wanted)

    def close(self) -> None:
        """Let go of the connection."""
        self._held.close()

    def _go_to(self, offset: int) -> None:
        self._held.close()
        self._position, self._left = _NOWHERE, b""
        opened = self._place.session.open_part(
            self._place.segments, offset=offset, params=self._place.params, limits=OPENING
        )
        part = self._held.enter_context(opened)
        if (part.start, part.total, part.etag) != (offset, self.size, self._part.etag):
            raise BadAnswer("The file changed while it was read.", source=self._place.session.source, code="changed")
        self._part, self._position = part, offset

    def _take(self, wanted: int) -> bytes:
        position, self._position = self._position, _NOWHERE
        pieces, missing = [self._left[:wanted]], wanted - len(self._left)
        self._left = self._left[wanted:]
        self._part.pace.deadline = Deadline(READING)
        while missing > 0:
            chunk = self._next_chunk()
            pieces.append(chunk[:missing])
            self._left = chunk[missing:]
            missing -= len(chunk)
        self._position = position + wanted
        return b"".join(pieces)

    def _next_chunk(self) -> bytes:
        chunk = next(iter(self._part.stream), b"")
        if not chunk:
            raise Unreachable("The file ended before its end.", source=self._place.session.source, code="reset")
        return chunk
