"""An open file to the browser: whole or by ``Range`` (RFC 9110, one range), with an ETag. What it is, others say."""

import re
from collections.abc import Mapping
from contextlib import ExitStack

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.http import parse_etags

from dashboard.domain.files import WEAK, ByteReader
from dashboard.services.rights import Viewer
from dashboard.views.artifacts import slots
from dashboard.views.requests import Request

CHUNK = 256 * 1024
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)


def respond(
    request: Request, viewer: Viewer, opened: ExitStack, reader: ByteReader, headers: Mapping[str, str]
) -> HttpResponseBase:
    """Answer a GET or HEAD for one file with these headers and those of the transfer itself.

    304 for a known ETag, 206 for a range, 416 for one beyond the end, 503 (without the headers) while no more files
    can be sent. ``opened`` keeps the file open where its bytes need not be sent.
    """
    etag = _tag(reader.etag)
    dress = {"Accept-Ranges": "bytes", "Cache-Control": "private, no-cache", **headers, "ETag": etag}
    if _is_known(request, etag):
        return _dressed(HttpResponse(status=304), dress)
    span = _span(request, reader.size, etag)
    if span is None:
        return _dressed(HttpResponse(status=416), dress | {"Content-Range": f"bytes */{reader.size}"})
    answer = StreamingHttpResponse() if request.method == "HEAD" else streamed(request, viewer, opened, reader, span)
    return _dressed(_measured(answer, reader.size, *span), dress) if answer.streaming else answer


def streamed(
    request: Request, viewer: Viewer, opened: ExitStack, reader: ByteReader, span: tuple[int, int]
) -> HttpResponseBase:
    """The bytes of a span (start, length), closing the file at the end.

    Where no slot of the viewer's is free it stays with ``opened``.
    """

    def body(held: ExitStack) -> slots.Body:
        held.push(opened.pop_all())
        return _chunks(reader, *span)

    return slots.streamed(slots.of(request, viewer), body)


def _tag(etag: str) -> str:
    """As a header has it: weak where the bytes may differ all the same, so that no range of them is added to others."""
    return f'W/"{etag}"' if etag.startswith(WEAK) else f'"{etag}"'


def _is_known(request: Request, etag: str) -> bool:
    """Whether the asker has these bytes: compared weakly, as the RFC says, for a proxy may have weakened the tag."""
    known = parse_etags(request.headers.get("If-None-Match", ""))
    return "*" in known or etag.removeprefix("W/") in {tag.removeprefix("W/") for tag in known}


def _span(request: Request, size: int, etag: str) -> tuple[int, int] | None:
    """(start, length) to send; None: not satisfiable. What is not one plain range is ignored, as the RFC allows."""
    match = _RANGE.fullmatch(request.headers.get("Range", ""))
    if match is None or match.groups() == ("", "") or not _is_range_of(request, etag):
        return 0, size
    first, last = match.groups()
    if not first:
        length = min(int(last), size)
        return (size - length, length) if length else None
    start, end = int(first), min(int(last) if last else size - 1, size - 1)
    if last and int(last) < int(first):
        return 0, size
    return (start, end - start + 1) if start <= end else None


def _is_range_of(request: Request, etag: str) -> bool:
    """Whether the range is one of these bytes: compared strongly."""
    wanted = request.headers.get("If-Range")
    return wanted is None or (wanted == etag and not etag.startswith("W/"))


def _chunks(reader: ByteReader, start: int, length: int) -> slots.Body:
    """The bytes. A file that shrank ends early, so the length does not match."""
    while length > 0:
        data = reader.read(start, min(CHUNK, length))
        if not data:
            return
        start, length = start + len(data), length - len(data)
        yield data


def _measured(answer: HttpResponseBase, size: int, start: int, length: int) -> HttpResponseBase:
    """With its length, and which range it is if it is one."""
    answer["Content-Length"] = str(length)
    if length != size:
        answer.status_code = 206
        answer["Content-Range"] = f"bytes {start}-{start + length - 1}/{size}"
    return answer


def _dressed(response: HttpResponseBase, headers: Mapping[str, str]) -> HttpResponseBase:
    for name, value in headers.items():
        response[name] = value
    return response
