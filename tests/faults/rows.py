"""The faults a source can have: how each comes about, and what the product makes of it."""

import gzip
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import repeat

from tests.faults.tenant import TOKEN, Tenant
from tests.http.faulty_server import drip, raw, reply

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
GOOD = b'[{"id": "0f8fad5b", "status": "running"},' + b'{"id": "1a2b3c4d"},' * 50 + b"{}]"
LOGIN = b"<!doctype html><title>Sign in</title>"
SAID = b'{"detail": {"message": "No, not with %s", "hint": "Ask %s."}}' % (TOKEN.encode(), TOKEN.encode())
"""What a careless server says: it repeats the token."""

OF_SOURCE = {"refused", "dns", "tls", "timeout", "reset", "throttled", "auth"}
"""Codes that say something of the whole source, whichever run it was asked for."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """One fault: ``code`` and ``said`` are stored at the source, ``shown`` is what its banner says."""

    name: str
    begin: Callable[[Tenant], object]
    code: str
    said: str
    shown: str
    pause: tuple[float, float] = (0.7, 1.01)
    """Seconds, from and to, until the next look after the first that failed."""
    is_slow: bool = False
    tries: int = 1
    """Requests that one look sends."""
    hits_all: bool = True
    """Whether it befalls every route, those of files too."""

    def __str__(self):
        return self.name

    @property
    def is_of_source(self):
        return self.code in OF_SOURCE


def answering(handler):
    """Begin a fault that is another answer."""
    return lambda tenant: tenant.server.answer(handler)


def in_seconds(seconds):
    """A handler that asks for a pause until a moment."""

    def handle(peer, request):
        moment = format_datetime(datetime.now(UTC) + timedelta(seconds=seconds), usegmt=True)
        return reply(b"{}", status=429, headers={"Retry-After": moment})(peer, request)

    return handle


def numbers_are_nan(tenant):
    tenant.server.answer(tenant.changed(lambda body: re.sub(rb'"total_trials":\d+', b'"total_trials":NaN', body)))


def redirect(location):
    return answering(reply(b"", status=302, headers={"Location": location}))


def endless(peer, _):
    peer.send(HEAD + b"\r\n[")
    peer.drip(repeat(b"1," * 32_768, 2_000), every=0)


BOMB = gzip.compress(b" " * 2**20) * 200
"""200 MiB of blanks in as many members."""
LATE, UNUSABLE = "does not answer since", "gives no usable answer"
AWAY, FAILS = "is not reachable since", "fails on its side"

SLOW = (
    ("slow headers", lambda peer, _: peer.hang()),
    ("headers dripped", lambda peer, _: peer.drip([b"HTTP/1.1 200 OK\r\n", *repeat(b"X-A: b\r\n", 90)])),
    ("slow body", drip(HEAD + b"Content-Length: 90\r\n\r\n", *repeat(b"1", 90))),
    ("body that stops", lambda peer, _: (peer.send(HEAD + b"Content-Length: 90\r\n\r\n[1"), peer.hang())),
)
CUT = (
    ("reset before the headers", lambda peer, _: peer.reset()),
    (
        "reset in the body",
        lambda peer, _: (peer.send(HEAD + b"Content-Length: 9000\r\n\r\n" + GOOD[:100]), peer.reset()),
    ),
    ("closed in the body", lambda peer, _: peer.send(HEAD + b"Content-Length: 9000\r\n\r\n" + GOOD[:100])),
)
UNREADABLE = (
    ("closed in a body without length", raw(HEAD + b"Connection: close\r\n\r\n" + GOOD[:100]), "not valid JSON"),
    ("a web page with 200", reply(LOGIN, content_type="text/html"), "web page, not the API"),
    ("a web page that is said to be JSON", reply(LOGIN), "web page, not the API"),
    ("truncated JSON", reply(GOOD[:-20]), "not valid JSON"),
    ("nothing", reply(b""), "nothing at all"),
    ("JSON too deep", reply(b"[" * 100_000 + b"]" * 100_000), "not valid JSON"),
    ("JSON a little too deep", reply(b"[" * 80 + b"]" * 80), "nests too deeply"),
    ("a number of 10,000 digits", reply(b'[{"id": ' + b"9" * 10_000 + b"}]"), "not valid JSON"),
    ("another shape", reply(b'{"items": {"oops": true}}'), "not a list"),
    ("too many headers", raw(HEAD + b"".join(b"X-%d: y\r\n" % i for i in range(500)) + b"\r\n[]"), "HTTP properly"),
    ("a header too long", raw(HEAD + b"X-L: " + b"z" * 100_000 + b"\r\n\r\n[]"), "HTTP properly"),
    ("a banner", raw(b"SSH-2.0-OpenSSH_9\r\n"), "HTTP properly"),
)
LARGE = (
    ("endless stream", endless),
    ("gzip bomb", reply(BOMB, headers={"Content-Encoding": "gzip"})),
)
ELSEWHERE = (
    ("redirect loop", "/tenants", "sends its callers elsewhere (status 302)"),
    ("redirect to another host", "http://127.0.0.2:1/ok", "redirects to 127.0.0.2:1"),
    ("redirect to a file", "file:///etc/passwd", "sends its callers elsewhere (status 302)"),
)
FAILING = ((500, 1), (502, 3), (503, 3), (504, 3))
"""Status, and how often one look asks."""

ROWS = [
    Row(
        name="connection refused", begin=Tenant.refuse, code="refused", said="refused the connection",
        shown="is not reachable since", tries=0,
    ),
    Row(
        name="unknown host name", begin=lambda tenant: (setattr(tenant, "is_known", False), tenant.server.drop()),
        code="dns", said="“docks.test” was not found", shown="Its host name is not found.", tries=0,
    ),
    *(
        Row(name=name, begin=answering(how), code="timeout", said="in time", shown=LATE, is_slow=True)
        for name, how in SLOW
    ),
    *(
        Row(name=name, begin=answering(how), code="reset", said="cut the connection", shown=AWAY, tries=3)
        for name, how in CUT
    ),
    Row(
        name="401", begin=answering(reply(SAID, status=401)), code="auth", said="does not accept the access token",
        shown="refused the access token", pause=(300, 300),
    ),
    Row(
        name="403", begin=answering(reply(SAID, status=403)), code="forbidden", said="does not let this account",
        shown="The service account may not see this.", tries=2,
    ),
    Row(
        name="404 with a word", begin=answering(reply(SAID, status=404)), code="no_api", said="has no such list",
        shown="is not found at its address", tries=2,
    ),
    Row(
        name="404 of a proxy", begin=answering(reply(LOGIN, status=404, content_type="text/html")), code="no_api",
        said="has no such list", shown="is not found at its address", tries=2,
    ),
    Row(
        name="409", begin=answering(reply(SAID, status=409)), code="conflict", said="state of things at the source",
        shown="cannot be read",
    ),
    Row(
        name="429 with seconds", begin=answering(reply(SAID, status=429, headers={"Retry-After": "7"})),
        code="throttled", said="asks for a pause", shown="is paused by the server", pause=(7, 7),
    ),
    Row(
        name="429 with a date", begin=answering(in_seconds(30)), code="throttled", said="asks for a pause",
        shown="is paused by the server", pause=(25, 30),
    ),
    Row(
        name="503 for a day", begin=answering(reply(SAID, status=503, headers={"Retry-After": "86400"})),
        code="server", said="not available at the moment", shown=FAILS, pause=(300, 300),
    ),
    *(
        Row(
            name=f"{status} with a web page", begin=answering(reply(LOGIN, status=status, content_type="text/html")),
            code="server", said=f"(status {status})", shown=FAILS, tries=tries,
        )
        for status, tries in FAILING
    ),
    Row(
        name="500 with a number", code="server", said="(status 500, request r-42)", shown=FAILS,
        begin=answering(reply(SAID, status=500, headers={"X-Request-Id": "r-42"})),
    ),
    *(
        Row(name=name, begin=answering(how), code="bad_response", said=said, shown=UNUSABLE)
        for name, how, said in UNREADABLE
    ),
    Row(
        name="NaN", begin=numbers_are_nan, code="bad_response", said="not valid JSON", shown=UNUSABLE, hits_all=False,
    ),
    *(
        Row(name=name, begin=answering(how), code="too_large", said="larger than the 8 MiB", shown=UNUSABLE)
        for name, how in LARGE
    ),
    *(
        Row(name=name, begin=redirect(to), code="redirect", said=said, shown="sends its callers elsewhere")
        for name, to, said in ELSEWHERE
    ),
]  # fmt: skip
