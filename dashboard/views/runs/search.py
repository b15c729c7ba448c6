"""Find across a run: the text of its trials' logs and trajectories, by trial, as far as one answer gets, then on."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from dashboard.models import Run, Trial
from dashboard.services import run_search
from dashboard.services.run_search import FileHits, Hit, NoExpression, Part, Place, Sought
from dashboard.services.trial_files import Kind
from dashboard.views import crumbs, fragments
from dashboard.views.addresses import whole_number
from dashboard.views.requests import Request
from dashboard.views.runs import pages as runs
from dashboard.views.trials import lists as trial_lists
from dashboard.views.trials import tabs

MOST = 300
"""Hits after which a page goes on only when it is told to."""

_TABS = {Kind.LOG: "trial-logs", Kind.TRAJECTORY: "trial-trajectory"}


@require_safe
def find(request: Request, run_id: int) -> HttpResponse:
    """What is found, and where the next part is; what the next part finds, for a page that is there already."""
    run = runs.find(request.user, run_id)
    text, problem, part = request.GET.get("find", ""), "", None
    if text:
        try:
            part = _search(request, run, _sought(request))
        except NoExpression as error:
            problem = str(error)
    context = {
        "run": run,
        "crumbs": crumbs.below_run(run, "Find"),
        "text": text,
        "is_regex": "regex" in request.GET,
        "is_case": "case" in request.GET,
        "query": request.GET.get("q", ""),
        "all_url": _address(run, request, q="", **{"from": ""}),
        "bad": problem,
        "longest": run_search.LONGEST,
        "per_file": run_search.PER_FILE,
        **_results(request, run, part),
    }
    return _announced(fragments.page(request, "runs/search.html", context, fragment="found"), request, part)


def _sought(request: Request) -> Sought:
    given = request.GET
    return run_search.sought(given.get("find", ""), is_regex="regex" in given, is_case="case" in given)


def _search(request: Request, run: Run, what: Sought) -> Part:
    return run_search.search(trial_lists.ordered(request, run), what, Place.parse(request.GET.get("from", "")))


def _results(request: Request, run: Run, part: Part | None) -> dict[str, Any]:
    if part is None:
        return {"part": None, "found": [], "left_out": [], "more_url": "", "goes_on": False, "n_found": 0}
    n_found = whole_number(request.GET.get("found")) + part.n_hits
    goes_on = part.place is not None and n_found < MOST and not part.problem
    return {
        "part": part,
        "found": [
            {"trial": each.trial, "files": [_file(each.trial, file, request) for file in each.files]}
            for each in part.found
        ],
        "left_out": [_file(trial, file, request) | {"trial": trial} for trial, file in part.left_out],
        "more_url": _address(run, request, found=str(n_found), **{"from": str(part.place)}) if part.place else "",
        "goes_on": goes_on,
        "n_found": n_found,
    }


def _file(trial: Trial, file: FileHits, request: Request) -> dict[str, Any]:
    """A file with its hits, each with its place in the viewer; ``url`` leads to all that its viewer finds."""
    page = tabs.address(_TABS[file.kind], trial)
    asked = {"file": file.path, **_kept(request, "find", "regex", "case", "q", "sort")}
    return {
        "path": file.path,
        "icon": file.kind.value,
        "note": file.note,
        "has_more": file.has_more,
        "url": f"{page}?{urlencode(asked)}",
        "hits": [_hit(hit, page, file.path, request) for hit in file.hits],
    }


def _hit(hit: Hit, page: str, path: str, request: Request) -> dict[str, Any]:
    at = {"line": str(hit.line)} if hit.step is None else {"step": str(hit.step)}
    anchor = f"L{hit.line}" if hit.step is None else f"s{hit.step}"
    where = f"line {hit.line:,}" if hit.line is not None else f"step {hit.step:,}, {hit.what}"
    query = urlencode({"file": path, **at, **_kept(request, "q", "sort")})
    return {
        "where": where,
        "url": f"{page}?{query}#{anchor}",
        "before": hit.before,
        "found": hit.found,
        "after": hit.after,
    }


def _kept(request: Request, *names: str) -> dict[str, str]:
    return {name: request.GET[name] for name in names if request.GET.get(name)}


def _address(run: Run, request: Request, **changes: str) -> str:
    asked = _kept(request, "find", "regex", "case", "q", "sort") | changes
    return f"{reverse('run-search', args=[run.pk])}?{urlencode({key: value for key, value in asked.items() if value})}"


def _announced(response: HttpResponse, request: Request, part: Part | None) -> HttpResponse:
    """Have it said when a search that went on by itself is over."""
    if part is None or part.place is not None or not fragments.wants_fragment(request):
        return response
    n_found = whole_number(request.GET.get("found")) + part.n_hits
    return fragments.announce(response, f"All searched: {n_found:,} shown.")
