"""Google Cloud Storage through ``gcsfs``, without an account.

Of that file system only its calls are used: its paths have a syntax of their own (generations after ``#``), it lists
folders when asked for a file, keeps listings, and tries again for a minute. The plain class is used, since the one that
the package offers asks another service about each bucket. Form of the answers: the JSON API, ``objects.get``
(https://cloud.google.com/storage/docs/json_api/v1/objects).
"""

import re
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import aiohttp
from fsspec.asyn import get_loop, sync
from gcsfs.core import GCSFileSystem

from dashboard.domain.errors import Missing, SourceError
from dashboard.sources.buckets import Blob, Found
from dashboard.sources.stores.failures import changed, explain_failure, explain_status, garbled

_CONNECTING = 2.0
_CLOSING = 1.0
_MOST_METADATA = 2**20
_LENGTH = re.compile(r"\d{1,15}", re.ASCII)
_STORED = {"Accept-Encoding": "gzip"}
"""Bytes as they are stored: of a file stored compressed, the store would else send others and know no ranges."""


async def _guard(request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
    """Raise our errors at once: nothing is followed elsewhere or tried again, nothing endless is read."""
    try:
        response = await handler(request)
    except aiohttp.ClientError as error:
        raise explain_failure(error) from error
    refusal = explain_status(response.status) or _explain_length(request, response)
    if refusal is not None:
        response.close()
        raise refusal
    return response


def _explain_length(request: aiohttp.ClientRequest, response: aiohttp.ClientResponse) -> SourceError | None:
    """The error for an answer that is longer than what was asked for, or does not say how long it is."""
    asked = re.fullmatch(r"bytes=(\d+)-(\d+)", request.headers.get("Range", ""))
    length = response.headers.get("Content-Length", "" if asked else "0")
    if not _LENGTH.fullmatch(length):
        return garbled("it does not say how long it is")
    most = int(asked[2]) - int(asked[1]) + 1 if asked else _MOST_METADATA
    return changed() if asked and int(length) > most else garbled("it is too long") if int(length) > most else None


class GoogleStore:
    """Buckets at ``gs://``, as a :class:`~dashboard.sources.buckets.Store`."""

    def __init__(self) -> None:
        self._system = sync(get_loop(), _open_system)

    def find(self, blob: Blob, *, seconds: float) -> Found:
        """Ask for a file's size and generation."""
        parts = ("b/{}/o/{}", blob.bucket, blob.key)
        answer = self._call(*parts, seconds=seconds, json_out=True, fields="size,generation")
        values = answer if isinstance(answer, dict) else {}
        size, generation = str(values.get("size")), str(values.get("generation"))
        if not _LENGTH.fullmatch(size) or not generation.isdecimal():
            raise garbled("it names no size and no generation")
        return Found(blob=blob, size=int(size), version=generation)

    def fetch(self, found: Found, start: int, end: int, *, seconds: float) -> bytes:
        """The bytes from ``start`` to before ``end``, of the generation that was found."""
        span = f"{start}-{end - 1}"
        address = self._system.url(f"{found.blob.bucket}/{found.blob.key}", generation=found.version)
        try:
            headers, data = self._call(address, seconds=seconds, headers=_STORED | {"Range": f"bytes={span}"})
        except Missing:
            raise changed() from None
        return _checked(headers, bytes(data), f"bytes {span}/{found.size}", end - start)

    def close(self) -> None:
        """Let go of all connections."""
        with suppress(TimeoutError):
            sync(get_loop(), self._system.session.close, timeout=_CLOSING)

    def _call(self, *parts: str, seconds: float, **options: Any) -> Any:
        try:
            return sync(get_loop(), self._system._call, "GET", *parts, timeout=seconds, **options)
        except (aiohttp.ClientError, TimeoutError) as error:
            raise explain_failure(error) from error
        except ValueError as error:
            raise garbled("it is no JSON") from error


def _checked(headers: Mapping[str, str], data: bytes, span: str, length: int) -> bytes:
    if headers.get("Content-Range", "").strip() != span or len(data) != length:
        raise changed()
    return data


async def _open_system() -> Any:
    """The file system with its session; both live in the thread of ``fsspec``."""
    session = {
        "auto_decompress": False,
        "cookie_jar": aiohttp.DummyCookieJar(),
        "middlewares": (_guard,),
        "timeout": aiohttp.ClientTimeout(total=None, sock_connect=_CONNECTING),
    }
    options = {"skip_instance_cache": True, "use_listings_cache": False, "session_kwargs": session}
    system = GCSFileSystem(token="anon", asynchronous=True, **options)  # noqa: S106 - the word for no account
    await system._set_session()
    return system


def open_store() -> GoogleStore:
    """The store, not connected yet."""
    return GoogleStore()
