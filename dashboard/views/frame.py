"""What every page's frame shows: the sources with their health, the reader's choices for this device."""

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from dashboard.domain.queries import MAX_CHARACTERS, Term
from dashboard.domain.query_tokens import printable, scan
from dashboard.filters.terms import findable
from dashboard.models import Source
from dashboard.services import troubles, visibility
from dashboard.services.reach import capabilities
from dashboard.views.requests import Request

_SOURCES = "visible_sources"


def frame(request: Request) -> dict[str, Any]:
    """Context processor. ``sources`` is empty for those who are not signed in."""
    theme, density = request.COOKIES.get("theme", ""), request.COOKIES.get("density", "")
    return {
        "sources": _sources(request) if hasattr(request, "user") else [],
        "all_url": reverse("run-list"),
        "has_pipelines": hasattr(request, "user") and bool(tested_sources(request)),
        "theme": theme if theme in {"light", "dark"} else "",
        "density": density if density == "compact" else "",
    }


def visible_sources(request: Request) -> list[Source]:
    """The sources that the reader may see; the database is asked once a request."""
    found: list[Source] | None = getattr(request, _SOURCES, None)
    if found is None:
        found = list(visibility.sources(request.user))
        setattr(request, _SOURCES, found)
    return found


def tested_sources(request: Request) -> list[Source]:
    """Of those, the sources whose runs are tests of pipelines."""
    return [source for source in visible_sources(request) if capabilities(source).pipelines]


def concerned_sources(request: Request) -> list[Source]:
    """The sources that a list is filtered by, or else all that the reader may see."""
    asked, found = _asked(request), visible_sources(request)
    return [source for source in found if _term(source.name) in asked] or found


def _asked(request: Request) -> set[str]:
    return {token.raw for token in scan(printable(request.GET.get("q", "")[:MAX_CHARACTERS]))}


def _sources(request: Request) -> list[dict[str, object]]:
    asked = _asked(request)
    return [
        {
            "name": source.name,
            "url": f"{reverse('run-list')}?{urlencode({'q': _term(source.name)})}",
            "health": source.health,
            "looked_at": source.last_good_at,
            "is_current": _term(source.name) in asked,
            "verdict": troubles.verdict(source),
            "is_sample": source.is_sample,
        }
        for source in visible_sources(request)
    ]


def _term(name: str) -> str:
    return Term.of("source", findable(name)).text
