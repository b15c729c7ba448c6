"""S3 and what speaks like it, through ``s3fs``, without an account.

Of that file system only its calls are used: its paths have a syntax of their own (versions after ``?``, ARNs), it lists
folders when asked for a file, and tries again. Form of the answers: ``HeadObject`` and ``GetObject``
(https://docs.aws.amazon.com/AmazonS3/latest/API/). Where a store names a bucket's region, the library composes that
region's address and asks there; addresses that a store names are not followed.
"""

from contextlib import suppress
from typing import Any

import aiohttp
from aiobotocore.httpsession import AIOHTTPSession
from botocore.exceptions import BotoCoreError, ClientError
from fsspec.asyn import get_loop, sync
from s3fs.core import S3FileSystem

from dashboard.domain.errors import Missing, SourceError
from dashboard.sources.buckets import Blob, Found
from dashboard.sources.stores.failures import changed, explain_failure, explain_status, garbled

_CLOSING = 1.0


async def _stay(request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
    """Raise our error where an answer names another address; the library would follow it anywhere."""
    response = await handler(request)
    refusal = explain_status(response.status) if "Location" in response.headers else None
    if refusal is not None:
        response.close()
        raise refusal
    return response


class _StayingSession(AIOHTTPSession):  # type: ignore[misc]
    async def _get_session(self, proxy_url: str | None) -> aiohttp.ClientSession:
        """The session for a proxy, the administrator's; it follows nothing and keeps no cookies."""
        async with self._sessions_lock:
            if proxy_url not in self._sessions:
                session = aiohttp.ClientSession(
                    auto_decompress=False,
                    connector=await self._create_connector(proxy_url),
                    cookie_jar=aiohttp.DummyCookieJar(),
                    middlewares=(_stay,),
                    skip_auto_headers={"Content-Type"},
                    timeout=self._timeout,
                )
                self._sessions[proxy_url] = await self._exit_stack.enter_async_context(session)
            kept: aiohttp.ClientSession = self._sessions[proxy_url]
            return kept


_CONFIG = {
    "http_session_cls": _StayingSession,
    "connect_timeout": 2,
    "read_timeout": 10,
    "retries": {"total_max_attempts": 1},
    "request_checksum_calculation": "when_required",
    "response_checksum_validation": "when_required",
}


class AmazonStore:
    """Buckets at ``s3://``, as a :class:`~dashboard.sources.buckets.Store`."""

    def __init__(self) -> None:
        self._system = sync(get_loop(), _open_system)

    def find(self, blob: Blob, *, seconds: float) -> Found:
        """Ask for a file's size and entity tag."""
        answer = self._run(self._head, blob, seconds=seconds)
        size, tag = answer.get("ContentLength"), answer.get("ETag")
        if not isinstance(size, int) or size < 0 or not isinstance(tag, str):
            raise garbled("it names no size and no entity tag")
        return Found(blob=blob, size=size, version=tag)

    def fetch(self, found: Found, start: int, end: int, *, seconds: float) -> bytes:
        """The bytes from ``start`` to before ``end``, as long as the entity tag is the one that was found."""
        try:
            span, data = self._run(self._get, found, start, end, seconds=seconds)
        except Missing:
            raise changed() from None
        if span != f"bytes {start}-{end - 1}/{found.size}" or len(data) != end - start:
            raise changed()
        return bytes(data)

    def close(self) -> None:
        """Let go of all connections."""
        with suppress(TimeoutError):
            sync(get_loop(), self._close, timeout=_CLOSING)

    async def _head(self, blob: Blob) -> Any:
        return await self._system._call_s3("head_object", Bucket=blob.bucket, Key=blob.key)

    async def _get(self, found: Found, start: int, end: int) -> tuple[Any, bytes]:
        place = {"Bucket": found.blob.bucket, "Key": found.blob.key, "IfMatch": found.version}
        answer = await self._system._call_s3("get_object", **place, Range=f"bytes={start}-{end - 1}")
        async with answer["Body"] as body:
            return answer.get("ContentRange"), await body.read(end - start + 1)

    async def _close(self) -> None:
        client = await self._system.set_session()
        await client.close()

    def _run(self, function: Any, *parts: Any, seconds: float) -> Any:
        try:
            return sync(get_loop(), function, *parts, timeout=seconds)
        except (OSError, ValueError, BotoCoreError, ClientError, aiohttp.ClientError) as error:
            raise _explain(error) from error


def _explain(error: BaseException) -> SourceError:
    """The error for what the libraries raised; an answer's status is in the cause that ``s3fs`` keeps."""
    answer = error if isinstance(error, ClientError) else error.__cause__
    if not isinstance(answer, ClientError):
        return explain_failure(error)
    status = answer.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return explain_status(status) or garbled("it contradicts itself")


async def _open_system() -> Any:
    system = S3FileSystem(
        anon=True, asynchronous=True, skip_instance_cache=True, use_listings_cache=False, config_kwargs=_CONFIG
    )
    system.retries = 1
    return system


def open_store() -> AmazonStore:
    """The store, not connected yet."""
    return AmazonStore()
