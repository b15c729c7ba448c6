"""Whether a run did worse than the one before it, by more than chance explains. Pure: what is compared is numbers.

Of evaluations the tasks are compared in pairs, as a comparison of two runs does it. Of tests of pipelines each numeric
result is held against those of earlier runs of the same test: a single value has no spread of its own.
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dashboard.domain import statistics
from dashboard.domain.quantiles import t_within
from dashboard.domain.statistics import Task

LEVEL = 0.05
"""Chance accepted of calling a run worse that is not; of tests of pipelines over all of a run's results together."""
FEWEST_VALUES = 5
"""Earlier values of a result from which on one is called usual or not."""
_BY_ROUNDING = 1e-9
"""Relative difference that the writing of a number may bring."""

_COSTS = re.compile(
    r"(?:^|[^a-z])(?:time|runtime|duration|elapsed|seconds|minutes|hours|latency|cost|price|memory|mem|size|bytes|errors?"
    r"|failures?|failed|loss|fp|fn|fpr|fnr|fdr|false|mismatch(?:es)?|missing|warnings?)(?:$|[^a-z])"
)
"""Words in the name of a result of which less is better. Sources do not tell which way is better."""
_HUMPS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Decline:
    """An evaluation that passes less than the one before it, over the tasks that both finished."""

    n_tasks: int
    n_worse: int
    n_better: int
    before: float
    """Mean of the tasks' rates."""
    after: float
    p_value: float | None
    """McNemar's, exact; where each task has one trial in each run, or all tasks changed alike."""
    low: float | None = None
    """Of the interval around the difference, 95 %, over the tasks; otherwise."""
    high: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WorseResult:
    """A result of a test that is worse than that of the run before, and than what runs of the test usually bring."""

    name: str
    before: float
    after: float
    low: float
    """Of what is usual."""
    high: float
    n_earlier: int


def decline(before: Mapping[int, Task], after: Mapping[int, Task]) -> Decline | None:
    """What an evaluation lost against another, if that is significant: tasks as (passed, finished trials) by their key.

    Only tasks that both have finished trials of count, each the same. With one trial a task it is McNemar's exact
    test; with several the interval around the mean difference, over the tasks. Where all tasks changed alike there is
    no spread to make one from, and the signs of the differences are tested. None where it is not worse, or where so few
    tasks cannot show it.
    """
    shared = sorted(task for task in before.keys() & after.keys() if before[task][1] and after[task][1])
    if not shared:
        return None
    first, second = ([rates[task][0] / rates[task][1] for task in shared] for rates in (before, after))
    changes = [b - a for a, b in zip(first, second, strict=True)]
    n_worse, n_better = sum(change < 0 for change in changes), sum(change > 0 for change in changes)
    is_single = all(rates[task][1] == 1 for rates in (before, after) for task in shared)
    interval = None if is_single else statistics.mean_interval(changes)
    p_value = statistics.mcnemar_exact(n_worse, n_better) if interval is None else None
    is_worse = p_value < LEVEL if p_value is not None else interval is not None and interval.high < 0
    if not is_worse or math.fsum(changes) >= 0:
        return None
    return Decline(
        n_tasks=len(shared),
        n_worse=n_worse,
        n_better=n_better,
        before=math.fsum(first) / len(shared),
        after=math.fsum(second) / len(shared),
        p_value=p_value,
        low=interval.low if interval else None,
        high=interval.high if interval else None,
    )


def worse_results(
    before: Mapping[str, float], after: Mapping[str, float], earlier: Mapping[str, Sequence[float]]
) -> list[WorseResult]:
    """The results of a run of a test that got worse, by name.

    A result counts as worse if it is worse than that of the run ``before``, and outside the interval in which the next
    value is expected after ``earlier`` ones (of at least five completed runs of the test, that before among them):
    mean ± t·sd·√(1 + 1/n), at a level that is shared out over all results of which there are enough (Bonferroni).
    Values that never differed make an interval of that one value.
    """
    known = [name for name in sorted(before.keys() & after.keys()) if len(earlier.get(name, ())) >= FEWEST_VALUES]
    found = (_worse(name, before[name], after[name], earlier[name], LEVEL / len(known)) for name in known)
    return [each for each in found if each is not None]


def is_less_better(name: str) -> bool:
    """Whether less of what a result is called is better: of times, costs and mistakes."""
    return _COSTS.search(_HUMPS.sub(" ", name).lower()) is not None


def _worse(name: str, before: float, after: float, earlier: Sequence[float], level: float) -> WorseResult | None:
    interval = _expected(earlier, level)
    if interval is None or not (math.isfinite(before) and math.isfinite(after)):
        return None
    low, high = interval
    slack = _BY_ROUNDING * max(abs(low), abs(high))
    is_worse = after > max(before, high + slack) if is_less_better(name) else after < min(before, low - slack)
    if not is_worse:
        return None
    return WorseResult(name=name, before=before, after=after, low=low, high=high, n_earlier=len(earlier))


def _expected(values: Sequence[float], level: float) -> tuple[float, float] | None:
    """Where the next value is expected; None for values that are no numbers to reckon with."""
    n = len(values)
    try:
        mean = math.fsum(values) / n
        deviation = math.sqrt(math.fsum((value - mean) * (value - mean) for value in values) / (n - 1))
        half = t_within(1 - level, n - 1) * deviation * math.sqrt(1 + 1 / n)
    except (OverflowError, ValueError):
        return None
    return (mean - half, mean + half) if math.isfinite(mean) and math.isfinite(half) else None
