"""A task over time: its runs as columns, agents and models as rows, and what their trials say."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

from django.db.models import F

from dashboard.domain import statistics
from dashboard.domain.statistics import Rate
from dashboard.domain.statuses import Outcome
from dashboard.models import Task
from dashboard.services import visibility
from dashboard.services.tasks import FINAL, Verdict, verdict
from dashboard.services.visibility import Viewer
from dashboard.sources.registry import capabilities_of

NEWEST = 2_000
"""Trials that a task's page looks back on."""

_LONG_AGO = datetime.min.replace(tzinfo=UTC)


class Attempt(NamedTuple):
    """What is read of a trial: a history holds very many."""

    pk: int
    run_id: int
    run_name: str
    run_started_at: datetime | None
    run_source_kind: str
    external_id: str
    agent: str
    model: str
    attempt: int
    outcome: str
    error_type: str
    started_at: datetime | None
    duration: timedelta | None
    cost: Decimal | None

    @property
    def is_finished(self) -> bool:
        """Whether it came to an end, whichever way."""
        return self.outcome in FINAL

    @property
    def is_created(self) -> bool:
        """Whether ``started_at`` is only when it was made: its source does not tell when it began."""
        return not capabilities_of(self.run_source_kind).starts

    @property
    def is_passed(self) -> bool:
        """Whether it solved the task."""
        return self.outcome == Outcome.PASSED


_ELSEWHERE = {
    "run_name": "run__name",
    "run_started_at": "run__started_at",
    "run_source_kind": "run__source__kind",
}
_PATHS = tuple(_ELSEWHERE.get(name, name) for name in Attempt._fields)


class Column(NamedTuple):
    """One run that tried the task."""

    run_id: int
    name: str
    started_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Contender:
    """One agent with one model on a task."""

    agent: str
    model: str
    by_run: dict[int, tuple[Attempt, ...]]
    """Its attempts in order, by run; the newest run first."""
    rate: Rate
    """Passed of all finished trials of this one task (Wilson: its trials are draws of one coin)."""
    verdict: Verdict
    n_changes: int
    """Of neighbouring runs in which trials finished: how often one's majority passed and the other's did not."""
    n_steps: int
    """Pairs of such neighbours: runs in which trials finished, less one."""
    n_flaky: int
    """Runs in which some of several finished trials passed, but not all."""
    n_repeated: int
    """Runs in which several trials finished."""
    median_duration: timedelta | None
    mean_cost: Decimal | None
    n_with_cost: int


@dataclass(frozen=True, slots=True)
class History:
    """All that is read of a task."""

    columns: tuple[Column, ...]
    """Its runs, newest first."""
    contenders: tuple[Contender, ...]
    """The best established first: by the lower bound of the rate's interval, then by the number of trials."""
    newest: tuple[Attempt, ...]
    """Its trials, newest first."""

    @property
    def is_cut_off(self) -> bool:
        """Whether there may be older trials than were read."""
        return len(self.newest) >= NEWEST


def history(viewer: Viewer, task: Task) -> History:
    """How the task went, over the newest 2,000 trials; one query."""
    newest_first = F("started_at").desc(nulls_last=True)
    trials = visibility.trials(viewer).filter(task=task).order_by(newest_first, "-pk").values_list(*_PATHS)
    newest = tuple(map(Attempt._make, trials[:NEWEST]))
    columns = _columns(newest)
    piles: defaultdict[tuple[str, str], list[Attempt]] = defaultdict(list)
    for attempt in newest:
        piles[attempt.agent, attempt.model].append(attempt)
    found = [_contender(agent, model, pile, columns) for (agent, model), pile in piles.items()]
    return History(columns, tuple(sorted(found, key=_by_evidence)), newest)


def _columns(attempts: Sequence[Attempt]) -> tuple[Column, ...]:
    runs = {Column(one.run_id, one.run_name, one.run_started_at) for one in attempts}
    return tuple(sorted(runs, key=lambda run: (run.started_at or _LONG_AGO, run.run_id), reverse=True))


def _by_evidence(contender: Contender) -> tuple[float, int, str, str]:
    interval = contender.rate.interval
    return (-interval.low if interval else 1.0, -contender.rate.n, contender.agent, contender.model)


def _contender(agent: str, model: str, attempts: list[Attempt], columns: Sequence[Column]) -> Contender:
    by_run = _by_run(attempts, columns)
    finished = [one for one in attempts if one.is_finished]
    n_passed = sum(one.is_passed for one in finished)
    counts = [count for count in map(_count, by_run.values()) if count[1]]
    majorities = [2 * passed > n for passed, n in counts]
    costs = [one.cost for one in finished if one.cost is not None]
    return Contender(
        agent=agent,
        model=model,
        by_run=by_run,
        rate=statistics.pass_rate((int(one.is_passed), 1) for one in finished),
        verdict=verdict(n_passed, len(finished)),
        n_changes=sum(a != b for a, b in pairwise(majorities)),
        n_steps=max(0, len(counts) - 1),
        n_flaky=sum(0 < passed < n for passed, n in counts),
        n_repeated=sum(n > 1 for _, n in counts),
        median_duration=statistics.median(one.duration for one in finished if one.duration is not None),
        mean_cost=sum(costs, Decimal(0)) / len(costs) if costs else None,
        n_with_cost=len(costs),
    )


def _by_run(attempts: list[Attempt], columns: Sequence[Column]) -> dict[int, tuple[Attempt, ...]]:
    piles: defaultdict[int, list[Attempt]] = defaultdict(list)
    for one in sorted(attempts, key=lambda one: (one.attempt, one.pk)):
        piles[one.run_id].append(one)
    return {run.run_id: tuple(piles[run.run_id]) for run in columns if run.run_id in piles}


def _count(attempts: Sequence[Attempt]) -> tuple[int, int]:
    """(passed, finished)."""
    return sum(one.is_passed for one in attempts), sum(one.is_finished for one in attempts)
