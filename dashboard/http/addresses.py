"""Which machines Quayside may talk to, decided on the address that is then connected to.

A host name is looked up once; every address it leads to must be allowed; the connection goes to one of those
very addresses. A name that answers differently the second time (DNS rebinding) therefore gains nothing.

The table of special addresses follows IANA's special-purpose registries for IPv4 and IPv6 and does not lean on
``ipaddress.is_global``, whose answers change with the version of Python.
"""

import ipaddress
import logging
import socket
from collections.abc import Callable, Collection, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as LookupTimeout
from contextlib import ExitStack
from typing import Self

from dashboard.domain.errors import Unreachable
from dashboard.http.deadlines import Pace

logger = logging.getLogger(__name__)

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Resolver = Callable[[str, int], Sequence[str]]
"""Takes a host name and a port, gives addresses as text; raises ``OSError`` when there are none."""

_SPECIAL = tuple(
    (ipaddress.ip_network(network), words)
    for network, words in (
        ("0.0.0.0/8", "no machine at all"),
        ("10.0.0.0/8", "a private network"),
        ("100.64.0.0/10", "a provider's shared network"),
        ("127.0.0.0/8", "this machine itself"),
        ("168.63.129.16/32", "a cloud's metadata service"),
        ("169.254.0.0/16", "the local link, where clouds keep their metadata"),
        ("172.16.0.0/12", "a private network"),
        ("192.0.0.0/24", "a reserved address"),
        ("192.0.2.0/24", "an address for documentation"),
        ("192.88.99.0/24", "a tunnel"),
        ("192.168.0.0/16", "a private network"),
        ("198.18.0.0/15", "a network for measurements"),
        ("198.51.100.0/24", "an address for documentation"),
        ("203.0.113.0/24", "an address for documentation"),
        ("224.0.0.0/4", "many machines at once"),
        ("240.0.0.0/4", "a reserved address"),
        ("::/128", "no machine at all"),
        ("::1/128", "this machine itself"),
        ("::ffff:0:0/96", "an IPv4 address in disguise"),
        ("64:ff9b::/96", "an IPv4 address in disguise"),
        ("64:ff9b:1::/48", "an IPv4 address in disguise"),
        ("2001::/32", "a tunnel"),
        ("2001::/23", "a reserved address"),
        ("2001:db8::/32", "an address for documentation"),
        ("2002::/16", "a tunnel"),
        ("3fff::/20", "an address for documentation"),
        ("fc00::/7", "a private network"),
        ("fe80::/10", "the local link"),
        ("ff00::/8", "many machines at once"),
    )
)
_UNICAST_V6 = ipaddress.IPv6Network("2000::/3")
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


def describe_special(address: Address) -> str:
    """What an address that is not public leads to, in words; empty for a public unicast address."""
    for network, words in _SPECIAL:
        if address.version == network.version and address in network:
            return words
    if isinstance(address, ipaddress.IPv6Address) and address not in _UNICAST_V6:
        return "a reserved address"
    return ""


def _embedded(address: Address) -> tuple[ipaddress.IPv4Address, ...]:
    """The IPv4 addresses that a transition mechanism hides inside an IPv6 one."""
    if isinstance(address, ipaddress.IPv4Address):
        return ()
    inner = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    if address in _NAT64:
        inner.append(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    return tuple(one for one in inner if one is not None)


class AddressPolicy:
    """Public unicast addresses, the networks an operator named, and exactly the host:port pairs they named.

    Without ``has_public`` only what was named.
    """

    def __init__(
        self,
        networks: Iterable[str | Network] = (),
        endpoints: Collection[tuple[str, int]] = (),
        *,
        has_public: bool = True,
    ) -> None:
        self._has_public = has_public
        self._networks = tuple(ipaddress.ip_network(str(network)) for network in networks)
        self._endpoints = frozenset((host.lower().strip("[]").rstrip("."), port) for host, port in endpoints)

    def check(self, host: str, port: int, addresses: Iterable[str]) -> list[str]:
        """The addresses as they came, if every one is allowed; raises ``Unreachable`` (``address_refused``)."""
        checked = [address.partition("%")[0] for address in addresses]
        if (host.lower(), port) not in self._endpoints:
            for address in checked:
                self._check_one(host, port, ipaddress.ip_address(address))
        return checked

    def _check_one(self, host: str, port: int, address: Address) -> None:
        if (str(address), port) in self._endpoints or self._is_allowed(address):
            return
        logger.warning("refused to connect to %s port %d: its address %s is not allowed", host, port, address)
        raise Unreachable(
            f"“{host}” leads to {describe_special(address) or 'a public address'}, where this dashboard may not go.",
            code="address_refused",
            hint="An operator can allow the network or this very host and port.",
        )

    def _is_allowed(self, address: Address) -> bool:
        named = any(address.version == network.version and address in network for network in self._networks)
        public = self._has_public and not describe_special(address)
        return (named or public) and all(self._is_allowed(inner) for inner in _embedded(address))


def resolve(host: str, port: int) -> list[str]:
    """The addresses of a host as the operating system gives them, without doubles."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class Dialer:
    """Opens TCP connections to checked addresses only, within a deadline.

    The system's resolver cannot be interrupted, so it works in a thread of its own, at most four at once; a lookup
    that takes too long is left behind and the caller goes on.
    """

    def __init__(self, policy: AddressPolicy, *, resolver: Resolver = resolve) -> None:
        self._policy = policy
        self._resolver = resolver
        self._lookups = ThreadPoolExecutor(max_workers=4, thread_name_prefix="lookup")

    def dial(self, host: str, port: int, *, connect: float, pace: Pace) -> socket.socket:
        """A connected socket whose time-out is what the pace allows for the next wait.

        Raises ``Unreachable`` with the codes ``dns``, ``address_refused``, ``refused`` and ``timeout``.
        """
        failure: OSError | None = None
        for address in self._policy.check(host, port, self._look_up(host, port, pace)):
            try:
                return _connect(address, port, connect, pace)
            except OSError as error:
                failure = error
        raise _explain_dialing(host, failure)

    def close(self) -> None:
        """Let the threads end that look names up."""
        self._lookups.shutdown(wait=False, cancel_futures=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _look_up(self, host: str, port: int, pace: Pace) -> Sequence[str]:
        try:
            return [str(ipaddress.ip_address(host.strip("[]")))]
        except ValueError:
            pass  # A name, or one of the old spellings of IPv4 that only the resolver understands.
        lookup = self._lookups.submit(self._resolver, host, port)
        try:
            return lookup.result(timeout=pace.deadline.remaining())
        except LookupTimeout:
            lookup.cancel()
            raise Unreachable(f"Looking up the host name “{host}” took too long.", code="dns") from None
        except (OSError, UnicodeError):
            raise Unreachable(f"The host name “{host}” was not found.", code="dns") from None


def _connect(address: str, port: int, connect: float, pace: Pace) -> socket.socket:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with ExitStack() as until_connected:
        connection = until_connected.enter_context(socket.socket(family, socket.SOCK_STREAM))
        _keep_alive(connection)
        connection.settimeout(min(connect, pace.allowance()))
        connection.connect((address, port))
        connection.settimeout(pace.allowance())
        until_connected.pop_all()
    return connection


def _keep_alive(connection: socket.socket) -> None:
    """Notice within about a minute that an idle peer has vanished, where the system can be told so."""
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for option, value in (("TCP_KEEPIDLE", 30), ("TCP_KEEPINTVL", 10), ("TCP_KEEPCNT", 3)):
        if hasattr(socket, option):
            connection.setsockopt(socket.IPPROTO_TCP, getattr(socket, option), value)


def _explain_dialing(host: str, failure: OSError | None) -> Unreachable:
    if failure is None:
        return Unreachable(f"The host name “{host}” has no address.", code="dns")
    if isinstance(failure, TimeoutError):
        return Unreachable(f"“{host}” did not take the connection in time.", code="timeout")
    if isinstance(failure, ConnectionRefusedError):
        return Unreachable(f"“{host}” refused the connection: nothing listens there.", code="refused")
    return Unreachable(f"There is no way to “{host}”.", code="refused")
