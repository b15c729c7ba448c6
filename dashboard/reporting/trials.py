"""All trials of a report's runs, in batches: a table of any length is written in the room of one."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from decimal import Decimal
from itertools import islice
from typing import NamedTuple

from django.db.models import QuerySet

from dashboard.models import Run, Trial

MOST = 20_000
"""Trials that one document tells; the others are counted."""
BATCH = 500


class Row(NamedTuple):
    """What the table tells of a trial."""

    pk: int
    task__name: str
    task__dataset: str
    attempt: int
    agent: str
    model: str
    outcome: str
    has_error: bool
    reward: float | None
    duration: timedelta | None
    cost: Decimal | None
    error_type: str
    error_summary: str

    @property
    def task(self) -> str:
        """The task's name without that of its data set."""
        return self.task__name.removeprefix(f"{self.task__dataset}/") if self.task__dataset else self.task__name

    @property
    def error(self) -> str:
        """The exception's type and what it said."""
        return ": ".join(part for part in (self.error_type, self.error_summary) if part)


def count(run: Run) -> int:
    """Trials of a run that are there."""
    return Trial.objects.filter(run=run, is_gone=False).count()


def batches(runs: Sequence[Run]) -> Iterator[tuple[Run, list[Row]]]:
    """The first trials, run by run and by task, agent, model and attempt.

    Each batch is a query that has ended when it is given: nothing is read while whoever takes it writes.
    """
    left = MOST
    for run in runs:
        order = ("task__name", "agent", "model", "attempt", "pk")
        keys = iter(list(_of(run).order_by(*order).values_list("pk", flat=True)[:left]))
        while ids := list(islice(keys, BATCH)):
            found = {row[0]: Row._make(row) for row in _of(run).filter(pk__in=ids).values_list(*Row._fields)}
            left -= len(ids)
            yield run, [found[pk] for pk in ids if pk in found]


def _of(run: Run) -> QuerySet[Trial]:
    return Trial.objects.filter(run=run, is_gone=False).order_by()
