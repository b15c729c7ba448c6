"""Sending by webhook: one POST, signed, to an address that may be reached, whose answer counts by its status alone.

The connection is the hardened one of :mod:`dashboard.http`: the address is checked each time after it was looked up
(nothing private but ``NOTICE_NETWORKS``, and without TLS nothing else), no redirect is followed, ten seconds for
everything. Nothing of the answer's body is read: whoever may make a channel learns no more of a network than that
something answered. Where sources may be (``ALLOWED_NETWORKS``) is the administrator's to use, not everybody's.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from dashboard.domain.errors import SourceError
from dashboard.http import check_base_url
from dashboard.http.addresses import AddressPolicy, Dialer
from dashboard.http.deadlines import Deadline, Pace
from dashboard.http.exchanges import Exchange
from dashboard.http.transports import Transport

SECONDS = 10.0
"""For everything: looking up, connecting, sending, waiting."""
MOST_BYTES = 64 * 1024
"""Of a body; ours are some two thousand."""
LONGEST_ADDRESS = 2_000

_GONE = HTTPStatus.GONE
_WORDS = {
    "dns": "Its host name was not found.",
    "address_refused": "Its address is in a network where this dashboard may not go. "
    "An administrator of the server can allow it: NOTICE_NETWORKS.",
    "refused": "Nothing listens there.",
    "timeout": f"It did not answer within {SECONDS:.0f} seconds.",
    "reset": "It cut the connection.",
    "tls": "Its certificate is not trusted, or it does not speak TLS.",
    "bad_response": "What answers there does not speak HTTP.",
}
_NEEDS_TLS = (
    "The address must begin with https://. With http:// only networks of one's own can be reached, "
    "once an administrator of the server names them: NOTICE_NETWORKS."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came of one try, in words without secrets."""

    is_delivered: bool
    text: str
    is_final: bool = False
    """Another try cannot help."""
    is_gone: bool = False
    """Whoever answers there wants no more of these."""


def check_address(address: str) -> str:
    """The address of a webhook, with scheme and host in their one spelling.

    Raises ``ValueError`` with a sentence for the person who typed it.
    """
    text = address.strip(" ")
    if len(text) > LONGEST_ADDRESS:
        raise ValueError(f"The address is longer than {LONGEST_ADDRESS:,} characters.")
    if not text.isascii() or not text.isprintable() or " " in text or "\\" in text:
        raise ValueError("The address must not hold blanks, control characters, backslashes or other letters than A–Z.")
    start, _, _ = text.partition("#")
    beginning, question, query = start.partition("?")
    base = check_base_url(beginning)
    if base.startswith("http:") and not settings.NOTICE_NETWORKS:
        raise ValueError(_NEEDS_TLS)
    _check_number(base)
    path = urlsplit(beginning).path
    parts = urlsplit(base)
    return f"{parts.scheme}://{parts.netloc}{path}{question}{query}"


def _check_number(base: str) -> None:
    """Raises ``ValueError`` for an IP address where nothing may be sent; what a name leads to, only sending tells."""
    parts = urlsplit(base)
    host = parts.hostname or ""
    if not _is_number(host):
        return
    try:
        _policy(base).check(host, parts.port or 0, [host])
    except SourceError as error:
        raise ValueError(_WORDS.get(error.code, error.sentence)) from None


def _is_number(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _policy(address: str) -> AddressPolicy:
    """Where this address may lead: to what is public, and to the networks named; without TLS to these alone."""
    return AddressPolicy(settings.NOTICE_NETWORKS, has_public=not address.startswith("http:"))


def signature(secret: str, body: bytes, *, at: int) -> str:
    """``t=<seconds>,v1=<hex>``: HMAC-SHA256, by the channel's secret, of the seconds, a full stop and the body."""
    signed = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256)
    return f"t={at},v1={signed.hexdigest()}"


def webhook(address: str, secret: str, body: Mapping[str, Any], *, delivery: int, now: datetime) -> Answer:
    """Send a notice's body, signed."""
    content = _encoded({**body, "delivery": delivery})
    headers = {
        "Quayside-Event": str(body.get("event", "")),
        "Quayside-Delivery": str(delivery),
        "Quayside-Signature": signature(secret, content, at=int(now.timestamp())),
    }
    return _post(address, content, headers, name=f"delivery {delivery}")


def slack(address: str, text: str, *, delivery: int) -> Answer:
    """Send a message as Slack takes it."""
    return _post(address, _encoded({"text": text}), {}, name=f"delivery {delivery}")


def _encoded(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, allow_nan=False, ensure_ascii=True).encode()


def _post(address: str, content: bytes, headers: Mapping[str, str], *, name: str) -> Answer:
    if len(content) > MOST_BYTES:
        return Answer(is_delivered=False, text="The notice is too long to be sent.", is_final=True)
    dialer = Dialer(_policy(address))
    transport = Transport(dialer, source=name, headers=headers, pool_size=1, ca_bundle=None)
    pace = Pace(Deadline(SECONDS), SECONDS)
    exchange = Exchange(method="POST", url=address, pace=pace, connect=SECONDS / 2, body=content)
    exchange.headers = {"Content-Type": "application/json"}
    with closing(transport):
        try:
            with closing(transport.transmit(exchange)) as response:
                return _judged(response.status_code)
        except SourceError as error:
            return Answer(is_delivered=False, text=_WORDS.get(error.code, "No answer came."))


def _judged(status: int) -> Answer:
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return Answer(is_delivered=True, text=f"Answered {status}.")
    if status == _GONE:
        return Answer(is_delivered=False, text=f"Answered {status}: it wants no more.", is_final=True, is_gone=True)
    is_elsewhere = HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST
    text = f"Answered {status}: redirects are not followed." if is_elsewhere else f"Answered {status}."
    return Answer(is_delivered=False, text=text)
