"""The numbers of one run in a report: those its page shows, from the same services, and how trials spread."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Generic, NamedTuple, TypeVar

from dashboard.domain import statistics
from dashboard.domain.failures import Cause
from dashboard.domain.statistics import Interval, Rate
from dashboard.domain.statuses import Outcome
from dashboard.models import Run
from dashboard.services import failures, leaderboards
from dashboard.services.failures import FailureGroup
from dashboard.services.leaderboards import Standing, TrialLine

Quantity = TypeVar("Quantity", Decimal, timedelta)


class Tally(NamedTuple):
    """A task's trials in one run."""

    passed: int
    judged: int
    """With a verdict."""
    finished: int


@dataclass(frozen=True, slots=True)
class Spread(Generic[Quantity]):
    """How a quantity spreads over the ``n`` trials that tell it."""

    n: int
    median: Quantity | None
    p90: Quantity | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunNumbers:
    """What a report says of one run."""

    run: Run
    counts: Mapping[str, int]
    """Trials by outcome; pending ones are those planned and not there yet."""
    strict: Rate
    scored: Rate
    standings: Sequence[Standing]
    groups: Sequence[FailureGroup]
    """Failures by cause and form, largest first."""
    tasks: Mapping[int, Tally]
    """By primary key of the task."""
    most_attempts: int
    """Trials of the task that has most."""
    cost: Spread[Decimal]
    duration: Spread[timedelta]
    durations: Sequence[timedelta]
    """Of finished trials."""
    n_cut_off: int
    """Finished trials that ran out of their budget: their duration says no more than that."""

    @property
    def cost_per_solved(self) -> Decimal | None:
        """All cost by passed trials."""
        return statistics.cost_per_solved(self.run.cost, self.run.n_passed)


def of_run(run: Run) -> RunNumbers:
    """The numbers of a run as the mirror has it now."""
    lines = leaderboards.lines_of(run.pk)
    finished = [line for line in lines if Outcome(line.outcome).is_final]
    durations = [line.duration for line in finished if line.duration is not None]
    tasks = tallies(finished)
    return RunNumbers(
        run=run,
        counts={outcome.value: getattr(run, f"n_{outcome.value}") for outcome in Outcome},
        strict=strict_rate(run),
        scored=statistics.pass_rate((tally.passed, tally.judged) for tally in tasks.values()),
        standings=leaderboards.standings(lines),
        groups=failures.groups(run),
        tasks=tasks,
        most_attempts=max((tally.finished for tally in tasks.values()), default=0),
        cost=_spread([line.cost for line in lines if line.cost is not None], _percentile_of_money),
        duration=_spread(durations, statistics.percentile),
        durations=durations,
        n_cut_off=sum(line.cause == Cause.AGENT_BUDGET for line in finished),
    )


def strict_rate(run: Run) -> Rate:
    """The rate and the interval that the run's page shows."""
    bounds = (run.interval_low, run.interval_high)
    interval = None if None in bounds else Interval(*bounds, run.interval_kind)  # type: ignore[arg-type]
    return Rate(run.n_passed, run.n_finished, run.rate_strict, interval)


def tallies(finished: Iterable[TrialLine]) -> dict[int, Tally]:
    """The tasks of finished trials."""
    found: defaultdict[int, list[int]] = defaultdict(lambda: [0, 0, 0])
    for line in finished:
        counts = found[line.task]
        counts[0] += line.outcome == Outcome.PASSED
        counts[1] += Outcome(line.outcome).is_verdict
        counts[2] += 1
    return {task: Tally(*counts) for task, counts in found.items()}


def _spread(values: list[Quantity], percentile: Callable[[list[Quantity], float], Quantity | None]) -> Spread[Quantity]:
    return Spread(len(values), percentile(values, 50), percentile(values, 90))


def _percentile_of_money(values: list[Decimal], q: float) -> Decimal | None:
    """Of amounts whose sixth decimal is the last: as floats they lose nothing that is shown."""
    found = statistics.percentile([float(value) for value in values], q)
    return None if found is None else Decimal(str(found))
