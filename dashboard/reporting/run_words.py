"""What a number is of, in the words of a run's page."""

from dashboard import formats
from dashboard.models import Run


def strict(run: Run) -> str:
    """Of what the strict rate is a rate."""
    if run.rate_strict is None:
        return "nothing judged yet"
    cancelled = f", {run.n_cancelled:,} of them cancelled" if run.n_cancelled else ""
    return f"{run.n_passed:,} passed of {run.n_finished:,} finished{cancelled}"


def scored(run: Run) -> str:
    """Of what the scored rate is a rate."""
    return f"{run.n_passed:,} passed of {run.n_scored:,} with a verdict" if run.n_scored else "no verdict yet"


def errored(run: Run) -> str:
    """Which share of the finished trials errored, and how many raised and were judged all the same."""
    share = run.n_errored / run.n_finished if run.n_finished else 0
    also = run.n_raised - run.n_errored
    parts = [formats.percent(share) + " of finished" if run.n_errored else "none without a verdict"]
    return " · ".join([*parts, *([f"{also:,} more raised, but judged"] if also > 0 else [])])


def known(run: Run, n: int, verb: str) -> str:
    """How many of the trials that began told it: «12 of 15 trials report a cost»."""
    total = run.n_finished + run.n_running
    if not total:
        return "no trial yet"
    return f"all {total:,} trials {verb}" if n == total else f"{n:,} of {total:,} trials {verb}"


def per_solved(run: Run) -> str:
    """What the cost per solved trial is made of."""
    if run.cost is None:
        return "no cost is known"
    return f"all cost ÷ {run.n_passed:,} passed" if run.n_passed else "nothing passed"
