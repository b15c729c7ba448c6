"""What a source counts itself, beside what we count, with whose denominator is which.

What is stored came from the source as it is: whatever has not the expected form is left out.
"""

from collections.abc import Iterator

from dashboard import formats
from dashboard.models import Run
from dashboard.services import runs

Row = dict[str, object]

MOST = 50
"""Rows of a source's own table that are shown."""


def evals(run: Run) -> list[Row]:
    """Harbor's table: trials, errors and metrics by agent, model and data set; empty if the source keeps none."""
    found = _stats(run).get("evals")
    if not isinstance(found, dict):
        return []
    return [_eval(key, value) for key, value in list(found.items())[:MOST] if isinstance(value, dict)]


def counters(run: Run) -> list[Row]:
    """The counters of a source that has some: its number and ours of the same name."""
    stats, failed = _stats(run), formats.count(run.n_failed + run.n_partial)
    ours = {
        "total_trials": ("Trials", formats.count(run.n_trials)),
        "completed_trials": ("Completed", formats.count(run.n_finished)),
        "passed_trials": ("Passed", formats.count(run.n_passed)),
        "failed_trials": (
            "Failed",
            f"{failed} and {formats.count(run.n_errored)} errored" if run.n_errored else failed,
        ),
    }
    return [
        {"label": label, "theirs": formats.count(number), "ours": mine}
        for key, (label, mine) in ours.items()
        if (number := _count(stats.get(key))) is not None
    ]


def variants(run: Run) -> list[Row]:
    """The source's own leaderboard, in its order; its pass rates are percentages already."""
    found = _stats(run).get("leaderboard")
    return [_variant(entry) for entry in _objects(found)]


def _stats(run: Run) -> dict[str, object]:
    stats = runs.detail(run).source_stats
    return stats if isinstance(stats, dict) else {}


def _variant(entry: dict[str, object]) -> Row:
    rate = entry.get("avg_pass_rate")
    is_share = isinstance(rate, (int, float)) and 0 <= rate <= 100  # noqa: PLR2004 - per cent
    return {
        "name": str(entry.get("variant_name") or "unknown"),
        "trials": formats.count(_count(entry.get("trial_count"))),
        "completed": formats.count(_count(entry.get("completed_count"))),
        "failed": formats.count(_count(entry.get("failed_count"))),
        "rate": formats.percent(rate / 100) if isinstance(rate, (int, float)) else formats.UNKNOWN,
        "width": f"{rate:.1f}" if is_share else "",
    }


def _eval(key: str, value: dict[str, object]) -> Row:
    return {
        "key": key,
        "n_trials": value.get("n_trials"),
        "n_errors": value.get("n_errors"),
        "metrics": ", ".join(_metrics(value.get("metrics"))) or "–",
    }


def _metrics(stored: object) -> list[str]:
    """«mean 0.61» of each metric that is a number."""
    pairs = [(name, number) for metric in _objects(stored) for name, number in metric.items()]
    return [f"{name} {number:.4g}" for name, number in pairs if isinstance(number, (int, float))]


def _objects(stored: object) -> Iterator[dict[str, object]]:
    yield from (each for each in stored[:MOST] if isinstance(each, dict)) if isinstance(stored, list) else ()


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
