"""Several runs side by side: over the tasks that all of them finished, and what the others lack by name."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from math import fsum, sqrt
from typing import NamedTuple

from dashboard.domain import statistics
from dashboard.domain.statistics import Interval, Rate
from dashboard.models import Run, Task
from dashboard.reporting.numbers import RunNumbers, Tally

MOST_NAMED = 50
"""Tasks that are named; the others are counted."""
MOST_DIFFERENCES = 500

_FEWEST = 2
"""Tasks from which on there is a spread."""


class Lack(NamedTuple):
    """Tasks that other runs have a finished trial of and this one has not."""

    run: Run
    names: Sequence[str]
    """The first of them."""
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairing:
    """Two runs over the same tasks: second less first, each task counting the same."""

    n_only_first: int
    """Tasks whose rate is higher in the first run."""
    n_only_second: int
    n_same: int
    difference: float
    interval: Interval | None
    """Student's, over the tasks; None where every task has one trial in each run, or none differs from another."""
    p_value: float | None
    """McNemar's, exact; only where every task has one trial in each run."""
    detectable: float | None
    """The smallest true difference that so many tasks would show four times in five."""


class Difference(NamedTuple):
    """A task whose runs fared differently."""

    name: str
    tallies: Sequence[Tally]
    """In the order of the runs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Runs over the tasks that each of them has a finished trial of."""

    n_shared: int
    strict: Sequence[Rate]
    """Over the shared tasks, in the order of the runs."""
    scored: Sequence[Rate]
    lacks: Sequence[Lack]
    """Only runs that lack any."""
    pairing: Pairing | None
    """Only of two runs."""
    differences: Sequence[Difference]
    """The largest of them, largest first."""
    n_differences: int


def compare(runs: Sequence[RunNumbers]) -> Comparison | None:
    """The comparison of two runs or more; None for one."""
    if len(runs) < _FEWEST:
        return None
    shared = sorted(set.intersection(*(set(each.tasks) for each in runs)))
    columns = [[each.tasks[task] for task in shared] for each in runs]
    differing = [
        Difference(name, [each.tasks[task] for each in runs]) for task, name in _names(_differing(runs, shared))
    ]
    return Comparison(
        n_shared=len(shared),
        strict=[statistics.pass_rate((one.passed, one.finished) for one in column) for column in columns],
        scored=[statistics.pass_rate((one.passed, one.judged) for one in column) for column in columns],
        lacks=list(_lacks(runs)),
        pairing=pair(columns[0], columns[1]) if len(runs) == _FEWEST and shared else None,
        differences=sorted(differing, key=lambda each: (-_spread(each.tallies), each.name))[:MOST_DIFFERENCES],
        n_differences=len(differing),
    )


def pair(first: Sequence[Tally], second: Sequence[Tally]) -> Pairing:
    """The paired comparison of two runs, whose tallies stand in the same order of tasks; there is at least one."""
    changes = [b.passed / b.finished - a.passed / a.finished for a, b in zip(first, second, strict=True)]
    worse, better = sum(change < 0 for change in changes), sum(change > 0 for change in changes)
    is_single = all(one.finished == 1 for one in (*first, *second))
    error = _standard_error(changes)
    return Pairing(
        n_only_first=worse,
        n_only_second=better,
        n_same=len(changes) - worse - better,
        difference=fsum(changes) / len(changes),
        interval=None if is_single else statistics.mean_interval(changes),
        p_value=statistics.mcnemar_exact(worse, better) if is_single else None,
        detectable=statistics.minimum_detectable_difference(error) if error else None,
    )


def _standard_error(changes: Sequence[float]) -> float:
    """The standard deviation ÷ √T; 0 below two tasks."""
    n = len(changes)
    mean = fsum(changes) / n
    return sqrt(fsum((change - mean) ** 2 for change in changes) / (n - 1) / n) if n >= _FEWEST else 0.0


def _differing(runs: Sequence[RunNumbers], shared: Sequence[int]) -> set[int]:
    return {task for task in shared if _spread([each.tasks[task] for each in runs])}


def _spread(tallies: Sequence[Tally]) -> float:
    """How far the best run of a task is from the worst."""
    rates = [one.passed / one.finished for one in tallies]
    return max(rates) - min(rates)


def _lacks(runs: Sequence[RunNumbers]) -> Iterator[Lack]:
    everywhere = set().union(*(each.tasks for each in runs))
    for each in runs:
        missing = everywhere - each.tasks.keys()
        if missing:
            yield Lack(each.run, [name for _, name in _names(missing)][:MOST_NAMED], len(missing))


def _names(tasks: Collection[int]) -> list[tuple[int, str]]:
    """(primary key, name) by name."""
    found = Task.objects.in_bulk(list(tasks))
    return sorted(((pk, task.short_name) for pk, task in found.items()), key=lambda pair: (pair[1], pair[0]))
