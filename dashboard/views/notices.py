"""What a list says about its filter: what it did not understand and left out, and the ways on from nothing."""

from collections.abc import Collection, Sequence

from dashboard.domain.queries import Query, QueryProblem
from dashboard.domain.query_values import shorten
from dashboard.filters.hints import Hint
from dashboard.tables.base import Table
from dashboard.views.addresses import OWN, here
from dashboard.views.requests import Request

MOST_NAMED = 3
"""Parts of a query that were left out and are named."""

UNDERSTOOD = frozenset(
    {
        "q", "sort", "size", "page", "limit", "offset", "columns", "all", "run", "source", "next", "told",
        "view", "density",
    }
) | OWN  # fmt: skip
"""Parameters that addresses of lists may have."""


def problems(request: Request, query: Query) -> list[dict[str, str]]:
    """What was not understood, each sentence once, and what became of it."""
    by_sentence: dict[tuple[str, str], list[QueryProblem]] = {}
    for problem in query.problems:
        by_sentence.setdefault((problem.sentence, problem.suggestion), []).append(problem)
    return [_notice(request, query, alike) for alike in by_sentence.values()]


def unknown(request: Request, table: type[Table], fields: Collection[str]) -> list[dict[str, str]]:
    """What of the address no list, or not this table, understands: parameters and columns to sort by."""
    found = [name for name, value in request.GET.items() if value and name not in UNDERSTOOD]
    wrong = [word for part in request.GET.get("sort", "").split(",") if not table.sorts_by(word := part.lstrip("-"))]
    filters = [_untold(f"There is no filter called “{shorten(name)}”.", _way(name, fields)) for name in found]
    columns = [_untold(f"There is no column “{shorten(word)}” to sort by.", "It was left out.") for word in wrong]
    return [*filters[:MOST_NAMED], *columns[:MOST_NAMED]]


def _way(name: str, fields: Collection[str]) -> str:
    """What to do about a parameter; it may be a field of the query box."""
    return f"Write “{name}:…” into the box." if name in fields else "It was left out."


def _untold(sentence: str, text: str) -> dict[str, str]:
    return {"sentence": sentence, "suggestion": "", "url": "", "text": text}


def left_out(found: Sequence[QueryProblem]) -> str:
    """“a:b”, “c:d” and 2 more; empty if nothing was left out."""
    tokens = [f"“{shorten(problem.token)}”" for problem in found if problem.token]
    more = [f"{len(tokens) - MOST_NAMED} more"] if len(tokens) > MOST_NAMED else []
    *head, last = [*tokens[:MOST_NAMED], *more] or [""]
    return f"{', '.join(head)} and {last}" if head else last


def ways_on(request: Request, hint: Hint) -> dict[str, str]:
    """What an empty list shows: why it is empty, and two links."""
    ways = [(way.label, here(request, q=way.query.text, page=None)) for way in hint.ways]
    clear = ("Clear all filters", here(request, q=None, page=None))
    (action, url), (second_action, second_url) = [*ways, clear, ("", "")][:2]
    return {
        "empty_hint": hint.text,
        "url": url,
        "action": action,
        "second_url": second_url,
        "second_action": second_action,
    }


def _notice(request: Request, query: Query, alike: list[QueryProblem]) -> dict[str, str]:
    """One notice about parts of the query of which the same is to be said."""
    problem, words = alike[0], left_out(alike)
    rest = "everything else that matches" if query.terms or query.words else "everything"
    verb = "were" if len(alike) > 1 else "was"
    return {
        "sentence": problem.sentence,
        "suggestion": problem.suggestion,
        "url": here(request, q=query.corrected(problem), page=None) if problem.suggestion else "",
        "text": f"{words} {verb} left out: the list shows {rest}." if words else "",
    }
