"""The one way to speak HTTP with a source: bounded in time and bytes, strict, and without surprises.

An :class:`HttpSession` belongs to one source and may be shared by threads. It raises the errors of
:mod:`dashboard.domain.errors` and no others; their texts hold no token and no query.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from http import HTTPStatus
from json import dumps
from typing import Self

import requests

from dashboard.domain.errors import SourceError, Unsupported
from dashboard.domain.records import Json
from dashboard.http.addresses import AddressPolicy, Dialer, Network
from dashboard.http.answers import (
    ACTION_LIMITS,
    Answer,
    Limits,
    StreamLimits,
    measure_skew,
    pick_headers,
    read_refusal,
)
from dashboard.http.base_urls import Params, build_query, build_url, check_base_url
from dashboard.http.deadlines import Deadline, Pace
from dashboard.http.decoding import decode_json, read_bounded
from dashboard.http.exchanges import ACTIONS, MAX_RETRIES, Exchange, Surroundings
from dashboard.http.failures import Classify, explain_refusal, explain_unwanted
from dashboard.http.messages import Mask
from dashboard.http.streams import ByteStream
from dashboard.http.transports import Transport


class HttpSession:
    """Speaks HTTP with one source; see the module's contract."""

    def __init__(
        self,
        base_url: str,
        *,
        source: str = "",
        headers: Mapping[str, str] | None = None,
        allowed_networks: Iterable[str | Network] = (),
        allowed_endpoints: Collection[tuple[str, int]] = (),
        ca_bundle: str | None = None,
        pool_size: int = 8,
        classify: Classify | None = None,
        surroundings: Surroundings | None = None,
    ) -> None:
        """Raise ``ValueError`` for a base URL or headers that cannot be used; the headers are taken as secret."""
        self.base_url = check_base_url(base_url)
        self.source = source
        self._world = surroundings or Surroundings()
        self._classify = classify
        self._mask = Mask(headers or {})
        policy = AddressPolicy(allowed_networks, allowed_endpoints)
        self._transport = Transport(
            Dialer(policy, resolver=self._world.resolver),
            source=source,
            headers=headers or {},
            pool_size=pool_size,
            ca_bundle=ca_bundle,
        )

    def get_json(
        self,
        segments: Sequence[str] = (),
        *,
        params: Params | None = None,
        limits: Limits | None = None,
        classify: Classify | None = None,
    ) -> Answer:
        """GET the JSON below the base URL; tried again, within the deadline, only as often as the limits say."""
        limits = limits or Limits()
        deadline = Deadline(limits.deadline, clock=self._world.clock)
        retries = min(limits.retries, MAX_RETRIES)
        attempt = 0
        while True:
            exchange = self._prepare("GET", segments, limits, deadline, params=params, classify=classify)
            try:
                return self._fetch(exchange, max_bytes=limits.max_bytes)
            except SourceError as error:
                pause = exchange.pause_after(error, attempt=attempt, jitter=self._world.jitter())
                if attempt >= retries or pause is None:
                    raise
            self._world.sleep(pause)
            attempt += 1

    def request_json(
        self,
        method: str,
        segments: Sequence[str],
        *,
        json: Json = None,
        params: Params | None = None,
        limits: Limits = ACTION_LIMITS,
        classify: Classify | None = None,
    ) -> Answer:
        """Make a change by POST, PUT, PATCH or DELETE, once; after ``timeout`` or ``reset`` its outcome is unknown."""
        if method not in ACTIONS:
            raise ValueError(f"{method} is not an action")
        deadline = Deadline(limits.deadline, clock=self._world.clock)
        exchange = self._prepare(method, segments, limits, deadline, params=params, classify=classify)
        if json is not None:
            exchange.body = dumps(json, allow_nan=False).encode()
            exchange.headers = {"Content-Type": "application/json"}
        return self._fetch(exchange, max_bytes=limits.max_bytes)

    @contextmanager
    def open_stream(
        self,
        segments: Sequence[str] = (),
        *,
        params: Params | None = None,
        limits: StreamLimits | None = None,
        classify: Classify | None = None,
    ) -> Iterator[ByteStream]:
        """GET bytes to be handed on as they come. While open, it occupies one of the pool's connections."""
        limits = limits or StreamLimits()
        deadline = Deadline(limits.deadline, clock=self._world.clock)
        exchange = self._prepare("GET", segments, limits, deadline, params=params, classify=classify)
        exchange.headers = {"Accept": "*/*", "Accept-Encoding": "identity"}
        with closing(self._send(exchange)) as response:
            exchange.pace.deadline = Deadline(limits.transfer, clock=self._world.clock)
            yield ByteStream(response, max_bytes=limits.max_bytes, explaining=self._transport.explaining)

    def close(self) -> None:
        """Close the idle connections."""
        self._transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"HttpSession({self.base_url!r}, source={self.source!r})"

    def _prepare(
        self,
        method: str,
        segments: Sequence[str],
        limits: Limits | StreamLimits,
        deadline: Deadline,
        *,
        params: Params | None,
        classify: Classify | None,
    ) -> Exchange:
        try:
            url = build_url(self.base_url, segments) + (f"?{build_query(params)}" if params else "")
        except ValueError as error:
            raise Unsupported(
                f"The source cannot be asked for this. {error}", source=self.source, code="path"
            ) from None
        pace = Pace(deadline, limits.read)
        return Exchange(method=method, url=url, pace=pace, connect=limits.connect, classify=classify)

    def _fetch(self, exchange: Exchange, *, max_bytes: int) -> Answer:
        with closing(self._send(exchange)) as response, self._transport.explaining():
            body = read_bounded(response.raw, max_bytes=max_bytes)
            value, is_mended = self._decode(exchange, body, response.headers.get("Content-Type", ""))
        return Answer(
            value=value,
            status=exchange.status,
            headers=pick_headers(response.headers),
            clock_skew=exchange.clock_skew,
            is_mended=is_mended,
        )

    def _decode(self, exchange: Exchange, body: bytearray, content_type: str) -> tuple[Json, bool]:
        """An action may be answered with nothing, a question only if the status says so."""
        if not body and (exchange.method in ACTIONS or exchange.status == HTTPStatus.NO_CONTENT):
            return None, False
        return decode_json(body, content_type=content_type)

    def _send(self, exchange: Exchange) -> requests.Response:
        """The response to a request, its body unread; anything but a success is raised."""
        response = self._transport.transmit(exchange)
        with ExitStack() as until_judged:
            until_judged.callback(response.close)
            exchange.status = response.status_code
            exchange.clock_skew = measure_skew(response.headers, now=self._world.now())
            self._refuse(exchange, response)
            until_judged.pop_all()
        return response

    def _refuse(self, exchange: Exchange, response: requests.Response) -> None:
        """Raise what a response stands for that is not a success."""
        if exchange.status < HTTPStatus.BAD_REQUEST:
            error = explain_unwanted(exchange.status, response.headers.get("Location", ""))
        else:
            refusal = read_refusal(response, method=exchange.method, mask=self._mask, now=self._world.now())
            classify = exchange.classify or self._classify
            error = (classify(refusal) if classify else None) or explain_refusal(refusal)
        if error is not None:
            error.source = error.source or self.source
            raise error
