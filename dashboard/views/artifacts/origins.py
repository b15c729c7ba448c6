"""The second origin: documents that others wrote are shown from there, never from the one that has our pages."""

from django.conf import settings

from dashboard.views.requests import Request

_LOOPBACK = {"localhost": "127.0.0.1", "127.0.0.1": "localhost", "[::1]": "localhost"}
"""Names of this machine, each with one that is another origin."""


def own_origin(request: Request) -> str:
    """The origin that was asked."""
    return f"{request.scheme}://{request.get_host()}"


def artifact_origin(request: Request) -> str:
    """The origin that shows documents; empty where there is none, and they can only be downloaded.

    It is the one that the settings name. On one's own machine, which has two names, it is the other one.
    """
    if settings.ARTIFACT_ORIGIN:
        return str(settings.ARTIFACT_ORIGIN)
    name, colon, port = request.get_host().rpartition(":")
    if not colon or port.endswith("]"):
        name, colon, port = request.get_host(), "", ""
    other = _LOOPBACK.get(name, "")
    is_served = other in settings.ALLOWED_HOSTS or "*" in settings.ALLOWED_HOSTS
    return f"{request.scheme}://{other}{colon}{port}" if other and is_served else ""
