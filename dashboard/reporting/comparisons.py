"""Several runs side by side: over the tasks that all of them finished, and what the others lack by name."""

from collections.abc import Collection, Iterator, Mapping, Sequence
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
    """Names that other runs have a finished trial of and this one has not, in no data set."""

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
    namesakes: Sequence[str]
    """The first names that runs have tasks of in different data sets: different tasks, not compared."""
    n_namesakes: int
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
    names = _names(set().union(*(each.tasks for each in runs)))
    namesakes = sorted(_namesakes(runs, names))
    differing = [
        Difference(names[task], [each.tasks[task] for each in runs]) for task in shared if _differs(runs, task)
    ]
    return Comparison(
        n_shared=len(shared),
        strict=[statistics.pass_rate((one.passed, one.finished) for one in column) for column in columns],
        scored=[statistics.pass_rate((one.passed, one.judged) for one in column) for column in columns],
        lacks=list(_lacks(runs, names)),
        namesakes=namesakes[:MOST_NAMED],
        n_namesakes=len(namesakes),
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


def _differs(runs: Sequence[RunNumbers], task: int) -> bool:
    return bool(_spread([each.tasks[task] for each in runs]))


def _spread(tallies: Sequence[Tally]) -> float:
    """How far the best run of a task is from the worst."""
    rates = [one.passed / one.finished for one in tallies]
    return max(rates) - min(rates)


def _lacks(runs: Sequence[RunNumbers], names: Mapping[int, str]) -> Iterator[Lack]:
    for each in runs:
        missing = sorted(set(names.values()) - _called(each, names))
        if missing:
            yield Lack(each.run, missing[:MOST_NAMED], len(missing))


def _namesakes(runs: Sequence[RunNumbers], names: Mapping[int, str]) -> set[str]:
    """Names of tasks that a run has not, though it has another task of that name."""
    return {
        name
        for each, called in ((each, _called(each, names)) for each in runs)
        for task, name in names.items()
        if task not in each.tasks and name in called
    }


def _called(run: RunNumbers, names: Mapping[int, str]) -> set[str]:
    return {names[task] for task in run.tasks}


def _names(tasks: Collection[int]) -> dict[int, str]:
    """The tasks' names, by primary key, each without its data set."""
    return {pk: task.short_name for pk, task in Task.objects.in_bulk(list(tasks)).items()}
