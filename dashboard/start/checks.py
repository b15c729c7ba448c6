"""What must hold before anything starts; each fault is one plain sentence."""

import errno
import ipaddress
import socket
from collections.abc import Callable, Mapping
from pathlib import Path

from dashboard.sources.harbor import roots
from dashboard.start.faults import StartFault

LEAST_DIFFERENT = 8
"""Different characters of a secret key."""

_YES = frozenset({"1", "true", "t", "yes", "y", "on"})
_WILDCARDS = frozenset({"0.0.0.0", "::"})  # noqa: S104 - told apart, not bound to  # nosec B104


def said(environ: Mapping[str, str], name: str) -> str:
    """What a setting says: the text of the file that ``NAME_FILE`` names, which wins, or the variable's own.

    Raises ``StartFault`` for a file that holds no text. The same as ``environment.read``, before there is Django.
    """
    path = environ.get(f"{name}_FILE")
    if not path:
        return environ.get(name, "").strip()
    try:
        return Path(path).read_text().strip()
    except (OSError, UnicodeDecodeError) as error:
        raise StartFault(f"{name}_FILE names no file with text that can be read: {path}") from error


def is_on(environ: Mapping[str, str], name: str) -> bool:
    """Whether a yes-or-no setting says yes."""
    return said(environ, name).lower() in _YES


def has_tls(environ: Mapping[str, str]) -> bool:
    """Whether the dashboard itself speaks TLS."""
    return bool(said(environ, "TLS_CERTIFICATE") and said(environ, "TLS_KEY"))


def is_loopback(host: str) -> bool:
    """Whether only this machine can ask at that address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def check_folder(path: Path) -> None:
    """Raises ``StartFault`` unless the folder is there, can be read, and is not itself a job."""
    if fault := roots.fault_of(path):
        raise StartFault(fault)


def check_network(host: str, environ: Mapping[str, str]) -> None:
    """Raises ``StartFault`` where strangers could ask and something is not safe for that.

    Passwords that would cross a network in the clear; pages that tell how the program works inside; a name for every
    host, or none; the sign-in link of one's own machine; a key that can be guessed.
    """
    is_proxied = is_on(environ, "TRUSTED_PROXY")
    if is_loopback(host) and not is_proxied:
        return
    if not (has_tls(environ) or is_proxied or is_on(environ, "PLAIN_HTTP")):
        raise StartFault(
            f"{host} can be asked from other machines, and passwords would travel unencrypted. Set TLS_CERTIFICATE and "
            "TLS_KEY, or TRUSTED_PROXY=true behind a proxy that speaks TLS, or PLAIN_HTTP=true to accept that."
        )
    if host in _WILDCARDS and not said(environ, "ALLOWED_HOSTS"):
        raise StartFault("Say in ALLOWED_HOSTS under which host names the dashboard will be asked for.")
    for is_wrong, sentence in _UNSAFE:
        if is_wrong(environ):
            raise StartFault(sentence)


def _names_every_host(environ: Mapping[str, str]) -> bool:
    return "*" in {name.strip() for name in said(environ, "ALLOWED_HOSTS").split(",")}


def _has_poor_key(environ: Mapping[str, str]) -> bool:
    """Whether the key is somebody's example: Django's own mark, or hardly any different characters."""
    key = said(environ, "SECRET_KEY")
    return bool(key) and (key.startswith("django-insecure-") or len(set(key)) < LEAST_DIFFERENT)


_UNSAFE: tuple[tuple[Callable[[Mapping[str, str]], bool], str], ...] = (
    (lambda environ: is_on(environ, "DEBUG"), "DEBUG shows strangers the inside of the program. Unset it."),
    (_names_every_host, "ALLOWED_HOSTS=* lets links be forged. Name the hosts."),
    (lambda environ: is_on(environ, "ONE_TIME_SIGN_IN"), "ONE_TIME_SIGN_IN is for loopback alone. Unset it."),
    (_has_poor_key, "SECRET_KEY can be guessed. Make one: python3 -c 'import secrets; print(secrets.token_hex(48))'"),
)


def check_port(host: str, port: int) -> None:
    """Raises ``StartFault`` unless that address and port are free for us."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise StartFault(_why(error, host, port)) from error


def _why(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} is taken by another program. Choose another: PORT={port + 1} or --port {port + 1}."
    if error.errno == errno.EACCES:
        return f"Port {port} is not open to you. Choose one above 1023: PORT=8000 or --port 8000."
    return f"This machine cannot answer at {host}: {error.strerror or error}."
