"""A trial's figures: reward, tests, time, cost and tokens."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.template.loader import get_template
from django.utils.safestring import SafeString

from dashboard import formats
from dashboard.domain.statuses import Outcome
from dashboard.domain.trajectories import Totals
from dashboard.models import Trial, TrialDetail
from dashboard.readers.values import moment
from dashboard.services.reach import capabilities

Row = dict[str, Any]


def shown(trial: Trial, details: TrialDetail, told: Totals | None = None) -> list[Row]:
    """The figures at the top, those that such a source can tell; ``told`` is what the trajectory says of some."""
    has = capabilities(trial.run.source)
    cached = f"{formats.tokens(trial.cached_tokens)} of them cached" if trial.cached_tokens is not None else ""
    tests = [{"label": "Tests passed", "value": tests_passed(details) or "–", "note": ""}] if has.test_shares else []
    said = None if told is None else told.cost
    cost = {"label": "Cost", "value": formats.money(trial.cost), "note": _beside(trial.cost, said, formats.money)}
    tokens_out = {"label": "Tokens out", "value": formats.tokens(trial.output_tokens), "note": ""}
    return [
        {"label": "Reward", "value": formats.number(trial.reward), "note": ""},
        *tests,
        {"label": "Duration", **_duration(trial, details)},
        *([cost] if has.costs else []),
        {"label": "Tokens in", "value": formats.tokens(trial.input_tokens), "note": cached},
        *([tokens_out] if has.costs else []),
    ]


def _duration(trial: Trial, details: TrialDetail) -> Row:
    """How long it took; of one that runs the time since it began, which the reader's clock keeps counting.

    Of a stalled run's trial nobody knows until when it ran.
    """
    began = trial.started_at or moment(details.extra.get("created_at"))
    if trial.duration is not None or Outcome(trial.outcome) is not Outcome.RUNNING or began is None:
        return {"value": formats.duration(trial.duration), "note": ""}
    if trial.run.is_stalled:
        return {"value": formats.UNKNOWN, "note": "stalled"}
    counting = SafeString(get_template("cells/since.html").render({"value": began}).strip())
    return {"value": counting, "note": "so far" if trial.started_at else "since it was created"}


def _beside(ours: Decimal | None, told: Decimal | None, text: Callable[[Decimal], str]) -> str:
    """What the trajectory says of a figure, beside what the result says."""
    if told is None:
        return ""
    return "as in the trajectory" if ours is not None and text(ours) == text(told) else f"trajectory: {text(told)}"


def tests_passed(details: TrialDetail) -> str:
    """How many of its tests it passed, as far as its source says so."""
    return formats.tests(details.extra.get("tests_passed"), details.extra.get("tests_total"))
