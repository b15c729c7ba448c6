"""Bytes with ``ETag`` and ``Range`` (RFC 9110, sections 13 and 14); several ranges at once are answered in whole."""

import hashlib
import re

from dashboard.demo.answers import Answer
from dashboard.demo.calls import Call

ONE_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


def answer_bytes(call: Call, body: bytes, media_type: str) -> Answer:
    """200, 206, 304 or 416, as the request's headers have it."""
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = (("ETag", etag), ("Accept-Ranges", "bytes"), ("Cache-Control", "no-cache"))
    if matches(call.headers.get("if-none-match", ""), etag):
        return Answer(status=304, type=media_type, headers=headers)
    wanted = ONE_RANGE.fullmatch(call.headers.get("range", ""))
    if wanted is None or wanted.groups() == ("", "") or call.headers.get("if-range", etag) != etag:
        return Answer(body=body, type=media_type, headers=headers)
    first, end = span_of(wanted[1], wanted[2], len(body))
    if first >= end:
        return Answer(status=416, type=media_type, headers=(*headers, ("Content-Range", f"bytes */{len(body)}")))
    place = ("Content-Range", f"bytes {first}-{end - 1}/{len(body)}")
    return Answer(status=206, body=body[first:end], type=media_type, headers=(*headers, place))


def matches(wanted: str, etag: str) -> bool:
    """Whether ``If-None-Match`` names this one."""
    return wanted.strip() == "*" or etag in [each.strip().removeprefix("W/") for each in wanted.split(",")]


def span_of(first: str, last: str, size: int) -> tuple[int, int]:
    """The first byte and the one after the last."""
    if first == "":
        return max(0, size - int(last)), size if int(last) else 0
    return int(first), size if last == "" else min(size, int(last) + 1)
