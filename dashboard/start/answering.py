"""Waiting until pages can be served."""

import http.client
import ssl
import threading
from collections.abc import Callable, Mapping
from http import HTTPStatus
from types import MappingProxyType

PAUSE = 0.05
PROBE_TIMEOUT = 2.0

_WILDCARDS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - told apart, not bound to  # nosec B104


def tell_when_answering(host: str, port: int, *, has_tls: bool, tell: Callable[[], None]) -> None:
    """In a thread that ends with the process: ask ``/healthz`` until it answers 200, then ``tell``, once."""

    def wait() -> None:
        pause = threading.Event()
        while not is_answering(host, port, has_tls=has_tls):
            pause.wait(PAUSE)
        tell()

    threading.Thread(target=wait, name="answering", daemon=True).start()


def is_answering(host: str, port: int, *, has_tls: bool) -> bool:
    """Whether ``/healthz`` answers 200 there, now."""
    # Behind a trusted proxy only what came by TLS is answered.
    headers = {"X-Forwarded-Proto": "https"}
    return status_of("/healthz", host, port, has_tls=has_tls, headers=headers) == HTTPStatus.OK


def status_of(
    path: str, host: str, port: int, *, has_tls: bool, headers: Mapping[str, str] = MappingProxyType({})
) -> int | None:
    """The status of what a page there answers now, asked as a browser on this machine does; None without an answer."""
    connection = _connection(_WILDCARDS.get(host, host), port, has_tls=has_tls)
    try:
        connection.request("GET", path, headers={"Host": "localhost", **headers})
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


def _connection(host: str, port: int, *, has_tls: bool) -> http.client.HTTPConnection:
    if not has_tls:
        return http.client.HTTPConnection(host, port, timeout=PROBE_TIMEOUT)
    # We ask ourselves, under a name that is not in the certificate.
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return http.client.HTTPSConnection(host, port, timeout=PROBE_TIMEOUT, context=context)
