"""Two runs of tests side by side: which of their inputs differ, then which of their results."""

from functools import partial
from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from dashboard import formats
from dashboard.domain.comparisons import Change, InputPair, ResultPair, Verdict
from dashboard.domain.pipelines import ResultType, ResultValue
from dashboard.models import Run, RunResult
from dashboard.services import results
from dashboard.services.pipelines import comparisons
from dashboard.services.pipelines.comparisons import Comparison, Side
from dashboard.services.results import IsFetched
from dashboard.tables.histories import DIGITS, signed
from dashboard.views import ages, fragments
from dashboard.views.addresses import whole_number
from dashboard.views.crumbs import Crumbs, below_run
from dashboard.views.pipelines.pages import crumbs_to
from dashboard.views.requests import Request
from dashboard.views.runs import pipeline_runs as run_tests

LONGEST = 300
"""Characters of a text that are shown."""
WORDS = {
    Verdict.SAME: "same",
    Verdict.DIFFERENT: "different",
    Verdict.NOT_YET: "not known yet",
}
OLDER, NEWER = "Older", "Newer"


@require_safe
def compare(request: Request, run_id: int) -> HttpResponse:
    """The run beside the previous one of its test, or beside that which ``with`` names."""
    run = _find(request, run_id)
    context: dict[str, Any] = {"run": run, "crumbs": _crumbs(run), "choices": []}
    if not run.is_test:
        return fragments.page(request, "pipelines/comparison.html", context | {"comparison": None})
    other = _other(request, run)
    context["choices"] = _choices(request, run, other)
    context["comparison"] = None if other is None else _compared(other, run)
    return ages.tell_of_run(fragments.page(request, "pipelines/comparison.html", context), run)


def _compared(other: Run, run: Run) -> dict[str, Any]:
    """The older run before the newer, whichever was chosen, so that a change is one in time."""
    is_known = None not in {other.started_at, run.started_at}
    found = comparisons.compare(*comparisons.in_order(other, run))
    return shown(found, (OLDER, NEWER) if is_known else ("First", "Second"))


def shown(found: Comparison, labels: tuple[str, str]) -> dict[str, Any]:
    """A comparison as ``pipelines/_comparison.html`` shows it; ``labels`` says what the two runs are."""
    differing = [_input(pair) for pair in found.inputs if not pair.is_equal]
    return {
        "sides": [_side(side, label) for side, label in zip((found.before, found.after), labels, strict=True)],
        "is_of_one_test": found.is_of_one_test,
        "differing": differing,
        "equal": [_input(pair) for pair in found.inputs if pair.is_equal],
        "has_inputs": bool(found.inputs),
        "results": [_result(pair, labels) for pair in found.results],
        "files": _files(found),
        "n_different": sum(pair.verdict.is_difference for pair in found.results),
        "n_not_yet": sum(pair.verdict is Verdict.NOT_YET for pair in found.results),
    }


def _find(request: Request, run_id: int) -> Run:
    try:
        return comparisons.runs_of_tests(request.user).get(pk=run_id)
    except Run.DoesNotExist as error:
        raise Http404("There is no such run.") from error


def _other(request: Request, run: Run) -> Run | None:
    """The run that is compared with: the one named, which must be a run of a test; else the one before."""
    named = whole_number(request.GET.get("with"))
    if not named:
        return comparisons.previous(request.user, run)
    other = _find(request, named)
    if not other.is_test:
        raise Http404("Only runs of tests are compared.")
    return other


def _crumbs(run: Run) -> Crumbs:
    if run.test is None:
        return below_run(run, "Comparison")
    *way, last = crumbs_to(run.test.template.pipeline, run.test.template, run.test.name)
    test = last | {"url": reverse("pipeline-test", args=[run.test.pk])}
    own = {"label": run.name, "url": reverse("run-detail", args=[run.pk])}
    return [*way, test, own, {"label": "Comparison"}]


def _choices(request: Request, run: Run, other: Run | None) -> list[dict[str, Any]]:
    """Other runs of the test, to compare with instead."""
    return [
        {
            "pk": each.pk,
            "label": f"{each.name} · {each.status} · {formats.short_moment(each.started_at)}",
            "current": other is not None and each.pk == other.pk,
        }
        for each in comparisons.nearest(request.user, run)
    ]


def _side(side: Side, label: str) -> dict[str, Any]:
    return {
        "run": side.run,
        "label": label,
        "software": ", ".join(" ".join(pair) for pair in side.software),
        "errors": [error[: LONGEST * 3] for error in side.errors],
    }


def _input(pair: InputPair) -> dict[str, Any]:
    kind, _, key = pair.path.partition(" › ")
    return {"kind": kind.replace("_", " "), "key": key, "before": _clipped(pair.before), "after": _clipped(pair.after)}


def _clipped(text: str | None) -> str | None:
    return text if text is None or len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _result(pair: ResultPair, labels: tuple[str, str]) -> dict[str, Any]:
    is_number = pair.change is not None
    return {
        "name": pair.name,
        "before": _value(pair.before),
        "after": _value(pair.after),
        "absent": "not yet" if pair.verdict is Verdict.NOT_YET else "missing",
        "is_number": is_number,
        "is_different": pair.verdict.is_difference,
        "words": _words(pair, labels),
        "relative": formats.signed_percent(pair.change.relative) if pair.change else "",
    }


def _words(pair: ResultPair, labels: tuple[str, str]) -> str:
    if pair.change:
        return _difference(pair.verdict, pair.change)
    only = dict(zip((Verdict.ONLY_BEFORE, Verdict.ONLY_AFTER), labels, strict=True))
    return f"only in the {only[pair.verdict].lower()}" if pair.verdict in only else WORDS[pair.verdict]


def _files(found: Comparison) -> list[dict[str, Any]]:
    """Results that are files, of each run, with the links that the run's own page has."""
    before, after = (
        partial(_file_of, side.run, results.fetched_of(side.run.source)) for side in (found.before, found.after)
    )
    return [{"name": pair.name, "sides": [before(pair.before), after(pair.after)]} for pair in found.files]


def _file_of(run: Run, is_fetched: IsFetched, result: RunResult | None) -> dict[str, Any]:
    if result is None:
        return {"absent": "missing" if run.is_finished else "not yet", "file": None}
    return {"absent": "", "file": run_tests.result_row(run, result, is_fetched)}


def _difference(verdict: Verdict, change: Change) -> str:
    """«higher by 0.012»: in words, for a sign is easily missed."""
    return "same" if verdict is Verdict.SAME else f"{verdict} by {signed(change).lstrip('+−')}"


def _value(value: ResultValue | None) -> dict[str, str] | None:
    if value is None:
        return None
    is_number = value.type == ResultType.NUMERIC and value.number is not None
    text = formats.number(value.number, DIGITS) if is_number else value.text
    return {"text": _clipped(text) or "", "full": value.text}
