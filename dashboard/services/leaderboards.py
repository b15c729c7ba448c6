"""How each agent and model did in a run."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import NamedTuple

from dashboard.domain import statistics
from dashboard.domain.statistics import Rate
from dashboard.domain.statuses import Outcome
from dashboard.models import Trial

ATTEMPTS = (2, 3, 4, 5, 8, 10, 16)
"""The k for which pass@k is shown where every task was tried that often."""

_FINAL = frozenset(outcome.value for outcome in Outcome if outcome.is_final)
_VERDICTS = frozenset(outcome.value for outcome in Outcome if outcome.is_verdict)


class TrialLine(NamedTuple):
    """What is read of a trial."""

    agent: str
    model: str
    provider: str
    task: int
    outcome: str
    cost: Decimal | None
    input_tokens: int | None
    output_tokens: int | None
    duration: timedelta | None
    attempt: int
    cause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One agent with one model: counts, rates over finished trials, money, time."""

    agent: str
    model: str
    provider: str
    counts: dict[str, int]
    """Trials by outcome."""
    n_tasks: int
    strict: Rate
    """Passed of all finished trials, with its interval."""
    scored: Rate
    """Passed of the trials with a verdict."""
    pass_at: dict[int, float]
    """pass@k, for each k that every task's attempts allow."""
    cost: Decimal | None
    n_with_cost: int
    cost_per_solved: Decimal | None
    input_tokens: int | None
    output_tokens: int | None
    median_duration: timedelta | None

    @property
    def n_trials(self) -> int:
        """All trials there are, finished or not."""
        return sum(self.counts.values())

    @property
    def n_finished(self) -> int:
        """Trials that came to an end."""
        return sum(n for outcome, n in self.counts.items() if Outcome(outcome).is_final)


def standings(lines: Iterable[TrialLine]) -> list[Standing]:
    """Standings from a run's trials, best strict rate first (an order, not a rank: see the intervals)."""
    piles: defaultdict[tuple[str, str, str], list[TrialLine]] = defaultdict(list)
    for line in lines:
        piles[line.agent, line.model, line.provider].append(line)
    found = [_standing(lines) for lines in piles.values()]
    return sorted(found, key=lambda s: (-(s.strict.value if s.strict.value is not None else -1), s.agent, s.model))


def of_run(run_id: int) -> list[Standing]:
    """The leaderboard of one run, in one query."""
    return standings(lines_of(run_id))


def lines_of(run_id: int) -> list[TrialLine]:
    """A run's trials as far as numbers need them, in no order."""
    rows = Trial.objects.filter(run=run_id, is_gone=False).order_by().values_list(*TrialLine._fields)
    return list(map(TrialLine._make, rows))


def _standing(lines: list[TrialLine]) -> Standing:
    counts: defaultdict[str, int] = defaultdict(int)
    for line in lines:
        counts[line.outcome] += 1
    finished = [line for line in lines if line.outcome in _FINAL]
    judged = [line for line in finished if line.outcome in _VERDICTS]
    tasks = _per_task(finished)
    costs = [line.cost for line in lines if line.cost is not None]
    cost = sum(costs, Decimal()) if costs else None
    first = lines[0]
    return Standing(
        agent=first.agent,
        model=first.model,
        provider=first.provider,
        counts=dict(counts),
        n_tasks=len({line.task for line in lines}),
        strict=statistics.pass_rate(tasks if judged or counts[Outcome.ERRORED] else []),
        scored=statistics.pass_rate(_per_task(judged)),
        pass_at=_pass_at(tasks) if len(finished) == len(lines) else {},
        cost=cost,
        n_with_cost=len(costs),
        cost_per_solved=statistics.cost_per_solved(cost, counts[Outcome.PASSED]),
        input_tokens=_sum(line.input_tokens for line in lines),
        output_tokens=_sum(line.output_tokens for line in lines),
        median_duration=_median([line.duration for line in finished if line.duration is not None]),
    )


def _per_task(lines: Iterable[TrialLine]) -> list[tuple[int, int]]:
    """(passed, all) of each task."""
    passed: defaultdict[int, int] = defaultdict(int)
    total: defaultdict[int, int] = defaultdict(int)
    for line in lines:
        total[line.task] += 1
        passed[line.task] += line.outcome == Outcome.PASSED
    return [(passed[task], total[task]) for task in total]


def _pass_at(tasks: list[tuple[int, int]]) -> dict[int, float]:
    found = {k: statistics.mean_pass_at_k(tasks, k) for k in ATTEMPTS}
    return {k: value for k, value in found.items() if value is not None}


def _sum(values: Iterable[int | None]) -> int | None:
    """Sum of what is known; None if nothing is."""
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def _median(durations: list[timedelta]) -> timedelta | None:
    middle = statistics.median([duration.total_seconds() for duration in durations])
    return None if middle is None else timedelta(seconds=middle)
