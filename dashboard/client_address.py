"""Where a request comes from: the one reading of it, for throttling, the audit log and lists of sessions.

Behind the trusted proxy (setting ``TRUSTED_PROXY``) that is what the proxy itself wrote: the right-most entry of
``X-Forwarded-For``. Whatever stands left of it, and the whole header without such a proxy, is the asker's own word.
"""

from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

_SITE_BITS = 64
"""Of an IPv6 address, those that a site is given: the rest is the asker's own to choose."""


def of(request: HttpRequest) -> str:
    """The asker's IP address in its usual spelling; empty where there is none, as on a socket of the machine."""
    if settings.TRUSTED_PROXY:
        _, _, last = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")
        if told := _plain(last):
            return told
    return _plain(request.META.get("REMOTE_ADDR", ""))


def network_of(address: str) -> str:
    """What one asker can hardly leave: an IPv4 address, or the /64 around one of IPv6. Empty for what is neither."""
    plain = _plain(address)
    if not plain or ":" not in plain:
        return plain
    return str(ip_network((plain, _SITE_BITS), strict=False))


def _plain(text: str) -> str:
    try:
        address = ip_address(text.strip())
    except ValueError:
        return ""
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    if isinstance(address, IPv6Address) and address.scope_id:
        address = IPv6Address(int(address))
    return str(mapped or address)
