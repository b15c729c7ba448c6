"""What every page's frame shows: the sources with their health, the reader's choices for this device."""

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from dashboard.domain.queries import MAX_CHARACTERS, Term
from dashboard.domain.query_tokens import printable, scan
from dashboard.filters.terms import findable
from dashboard.models import Source
from dashboard.services import held_forms, preferences, rights, troubles, visibility
from dashboard.services.reach import capabilities
from dashboard.views.requests import Request
from dashboard.views.shares import surroundings

_SOURCES, _CHOICE = "visible_sources", "chosen_for_pages"
KNOWN = {"theme": frozenset({"light", "dark"}), "density": frozenset({"compact"})}
"""What changes how pages look."""


def frame(request: Request) -> dict[str, Any]:
    """Context processor. ``sources`` is empty for those who are not signed in."""
    return {
        "sources": _sources(request) if hasattr(request, "user") else [],
        "may_administer": hasattr(request, "user") and rights.may_administer(request.user),
        "may_act": hasattr(request, "user") and rights.may_act(request.user),
        "has_role": hasattr(request, "user") and rights.may_read(request.user),
        "all_url": reverse("run-list"),
        "has_pipelines": hasattr(request, "user") and bool(tested_sources(request)),
        # Asked for by whole pages alone: fragments cost no query for it.
        "theme": SimpleLazyObject(lambda: _here(request, "theme")),
        "density": SimpleLazyObject(lambda: _here(request, "density")),
        "choice": SimpleLazyObject(lambda: chosen(request)),
        "writer": SimpleLazyObject(lambda: held_forms.writer(request.user) if hasattr(request, "user") else ""),
        **surroundings.frame(request),
    }


def chosen(request: Request) -> preferences.Choice:
    """What the reader chose for all pages; the database is asked once a request."""
    found: preferences.Choice | None = getattr(request, _CHOICE, None)
    if found is None:
        found = preferences.of(request.user) if hasattr(request, "user") else preferences.Choice()
        setattr(request, _CHOICE, found)
    return found


def chosen_columns(request: Request, list_name: str) -> list[str]:
    """The columns that the reader chose for a list; what they chose for all pages comes along."""
    choice, columns = preferences.of_list(request.user, list_name)
    setattr(request, _CHOICE, choice)
    return columns


def _here(request: Request, name: str) -> str:
    """What this device chose (nothing, too), else the account; of the density first of all the address.

    Empty for what is no theme, or no other density than the usual.
    """
    asked = request.GET.get(name) if name == "density" else None
    value = asked or request.COOKIES.get(name)
    value = getattr(chosen(request), name) if value is None else value
    return value if value in KNOWN[name] else ""


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
