"""Addresses that a source gives for its artifacts: which of them may be fetched, how large one is, reading one.

An address comes from outside, so it leads nowhere but where it is allowed to: below the source's own host and port, and
below the roots that an administrator named. The source's token goes along only below the source's own base URL.
Addresses of buckets (``gs://``, ``s3://``) are read anonymously. Other schemes join by an entry in :data:`_OPENERS`.
"""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from typing import Self
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from dashboard.domain.errors import SourceError, Unreachable, Unsupported
from dashboard.domain.files import ByteReader
from dashboard.domain.records import SourceConfig
from dashboard.http import Limits, check_base_url
from dashboard.http.base_urls import build_url
from dashboard.sources import buckets
from dashboard.sources.buckets import Blob
from dashboard.sources.ranges import Place, open_file
from dashboard.sources.sessions import Peer, session_with

NOT_ALLOWED = "Not fetched: its address is not among those allowed."
NOT_AN_ADDRESS = "Not fetched: this is not an address that can be read."
NOT_SPOKEN = "Not fetched: addresses of this kind cannot be read yet."

_LONGEST = 4_000
_PURPOSE = "artifacts"
_BUCKET = re.compile(r"[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A place for bytes, taken apart: compared by its parts, so no spelling leads past a comparison."""

    origin: str
    """Scheme, host and port in their one spelling; for buckets, scheme and bucket."""
    segments: tuple[str, ...] = ()
    """The path's names, unquoted; in a bucket nothing is quoted, and ``?``, ``#`` and ``%`` are signs like others."""
    params: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    """The query, which may hold a signature."""

    @classmethod
    def parse(cls, uri: str) -> Self:
        """Take an address apart. Raises ``ValueError`` for what is none, or could be read in two ways."""
        if len(uri) > _LONGEST:
            raise ValueError("The address is too long.")
        scheme, _, rest = uri.partition("://")
        if scheme.lower() in buckets.SCHEMES:
            return cls._parse_bucket(scheme.lower(), *rest.partition("/")[::2])
        parts = urlsplit(uri)
        segments = tuple(unquote(segment) for segment in parts.path.strip("/").split("/") if parts.path.strip("/"))
        build_url("", segments)
        params = tuple(parse_qsl(parts.query, keep_blank_values=True, errors="surrogateescape"))
        return cls(origin=_origin(parts), segments=segments, params=params)

    @classmethod
    def _parse_bucket(cls, scheme: str, bucket: str, key: str) -> Self:
        if not _BUCKET.fullmatch(bucket):
            raise ValueError("The address names no bucket.")
        segments = tuple(key.removesuffix("/").split("/")) if key else ()
        build_url("", segments)
        return cls(origin=f"{scheme}://{bucket}", segments=segments)

    @property
    def scheme(self) -> str:
        return self.origin.partition(":")[0]

    def is_below(self, root: "Address") -> bool:
        """Whether it is the root or lies below it, path name by path name."""
        return self.origin == root.origin and self.segments[: len(root.segments)] == root.segments


def _origin(parts: SplitResult) -> str:
    if parts.scheme in {"http", "https"}:
        return check_base_url(f"{parts.scheme}://{parts.netloc}")
    if not parts.scheme or not parts.netloc:
        raise ValueError("The address names no scheme and no host.")
    return f"{parts.scheme}://{parts.netloc}"


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressRules:
    """Where a source's artifacts may be fetched from, and as whom."""

    own: Peer
    """The source itself: its base URL and token."""
    roots: tuple[Address, ...]

    @classmethod
    def of(cls, config: SourceConfig) -> Self:
        """The rules for a source that speaks HTTP. Raises ``ValueError`` for addresses of no use."""
        own = replace(Peer.of(config), base_url=check_base_url(config.address), purpose=_PURPOSE)
        itself = replace(Address.parse(own.base_url), segments=())
        return cls(own=own, roots=(itself, *map(Address.parse, config.allowed_artifacts)))

    def why_not(self, uri: str) -> str:
        """Why an address is not fetched, in a sentence; empty when it may be."""
        try:
            address = Address.parse(uri)
        except ValueError:
            return NOT_AN_ADDRESS
        if not any(address.is_below(root) for root in self.roots):
            return NOT_ALLOWED
        if address.scheme in buckets.SCHEMES:
            return _why_no_blob(address)
        return "" if address.scheme in _OPENERS else NOT_SPOKEN

    def place_of(self, address: Address) -> Place:
        """How an ``http`` or ``https`` address is reached: with the token only below the source's base URL."""
        base = Address.parse(self.own.base_url)
        if address.is_below(base):
            return _place(self.own, address, len(base.segments))
        return _place(replace(self.own, base_url=address.origin, token=""), address, 0)


def _why_no_blob(address: Address) -> str:
    if not address.segments:
        return NOT_AN_ADDRESS
    return "" if buckets.is_installed(address.scheme) else buckets.why_not_installed(address.scheme)


def _place(peer: Peer, address: Address, depth: int) -> Place:
    try:
        session = session_with(peer)
    except ValueError as error:
        raise Unreachable(str(error), source=peer.source, code="config") from None
    return Place(session=session, segments=address.segments[depth:], params=address.params)


def open_address(uri: str, rules: AddressRules, *, at: int = 0) -> AbstractContextManager[ByteReader]:
    """Open what an address leads to, for random access; ``at`` is where reading begins, most likely.

    Raises ``Unsupported`` (``address``) where the rules do not allow it, and what a session raises.
    """
    if sentence := rules.why_not(uri):
        raise Unsupported(sentence, source=rules.own.source, code="address")
    address = Address.parse(uri)
    return _OPENERS[address.scheme](address, rules, at)


def measure_address(uri: str, rules: AddressRules, *, seconds: float) -> int | None:
    """The size of what an address leads to, if its host says so within the time; never fails."""
    if seconds <= 0 or rules.why_not(uri):
        return None
    address = Address.parse(uri)
    try:
        if address.scheme in buckets.SCHEMES:
            return buckets.measure_blob(_blob(address), source=rules.own.source, seconds=seconds)
        return _measure_http(address, rules, seconds)
    except SourceError:
        return None  # Reading the file will say what is wrong; a listing does without its size.


def _measure_http(address: Address, rules: AddressRules, seconds: float) -> int | None:
    place = rules.place_of(address)
    limits = Limits(deadline=seconds, connect=seconds, read=seconds)
    return place.session.ask_size(place.segments, params=place.params, limits=limits)


def _open_http(address: Address, rules: AddressRules, at: int) -> AbstractContextManager[ByteReader]:
    return open_file(rules.place_of(address), at=at)


def _open_bucket(address: Address, rules: AddressRules, _at: int) -> AbstractContextManager[ByteReader]:
    """Opening one asks for none of its bytes."""
    return buckets.open_blob(_blob(address), source=rules.own.source)


def _blob(address: Address) -> Blob:
    bucket = address.origin.partition("://")[2]
    return Blob(scheme=address.scheme, bucket=bucket, key="/".join(address.segments))


_Opener = Callable[[Address, AddressRules, int], AbstractContextManager[ByteReader]]
_OPENERS: dict[str, _Opener] = {
    "http": _open_http,
    "https": _open_http,
    **dict.fromkeys(buckets.SCHEMES, _open_bucket),
}
