"""A test over time: what each of its runs brought, and how that changed from the completed run before it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, F, Max, OuterRef, QuerySet, Subquery

from dashboard.domain.comparisons import Change, change
from dashboard.domain.pipelines import ResultType, ResultValue
from dashboard.domain.statuses import RunStatus
from dashboard.models import PipelineTest, Run, RunResult
from dashboard.services import visibility
from dashboard.services.visibility import Viewer

MOST_COLUMNS = 12
"""Results that a history shows: those that most of its runs have."""

Results = Mapping[str, ResultValue]


@dataclass(frozen=True, slots=True)
class Standing:
    """How many runs a test has, by state; and what tells that any of them changed."""

    counts: Mapping[str, int]
    version: int
    """Of the run that changed last."""

    @property
    def n_runs(self) -> int:
        """All of them."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One run of the test."""

    run: Run
    results: Results
    changes: Mapping[str, Change]
    """Of numeric results, against the completed run before."""
    software: Sequence[tuple[str, str]]
    """(name, commit or tag) of what was built for it."""
    previous_id: int | None
    """The completed run before it."""

    @property
    def pk(self) -> int:
        """The run's."""
        return self.run.pk


@dataclass(frozen=True, slots=True)
class Column:
    """One result over time."""

    name: str
    type: ResultType


@dataclass(frozen=True, slots=True)
class History:
    """A stretch of runs of a test, newest first."""

    rows: Sequence[Row]
    columns: Sequence[Column] = ()
    """The results that most of the runs have, by name; at most twelve."""
    left_out: Sequence[str] = field(default=())
    """Names of the other results."""


_SHOWN = ("name", "status", "raw_status", "phase", "is_stalled", "is_gone", "started_at", "duration", "version")


def standing(viewer: Viewer, test: PipelineTest) -> Standing:
    """How many runs a test has, by state; one query."""
    rows = visibility.runs(viewer).filter(test=test).order_by().values_list("status")
    found = list(rows.annotate(n=Count("pk"), newest=Max("version")))
    return Standing({status: n for status, n, _ in found}, max((newest for *_, newest in found), default=0))


def history(viewer: Viewer, test: PipelineTest, *, status: str = "", offset: int = 0, size: int = 50) -> History:
    """A stretch of the test's runs, or of those in one state, with results and changes; two queries."""
    found = visibility.runs(viewer).filter(test=test, **({"status": status} if status else {}))
    runs = list(_with_previous(viewer, found)[offset : offset + size])
    results = _results({run.pk for run in runs} | {run.previous_id for run in runs if run.previous_id})
    rows = [_row(run, results) for run in runs]
    columns, left_out = _columns([row.results for row in rows])
    return History(rows, columns, left_out)


def _with_previous(viewer: Viewer, found: QuerySet[Run]) -> QuerySet[Any]:
    """Newest first, each with the key of the completed run before it and with its software."""
    completed = visibility.runs(viewer).filter(test=OuterRef("test"), status=RunStatus.COMPLETED)
    before = completed.filter(started_at__lt=OuterRef("started_at")).order_by("-started_at", "-pk")
    newest_first = F("started_at").desc(nulls_last=True)
    return (
        found.only(*_SHOWN)
        .annotate(previous_id=Subquery(before.values("pk")[:1]), software=F("detail__test_run__software"))
        .order_by(newest_first, "-pk")
    )


def _results(runs: Iterable[int]) -> Mapping[int, dict[str, ResultValue]]:
    """The results of runs, by run and name."""
    found: defaultdict[int, dict[str, ResultValue]] = defaultdict(dict)
    rows = RunResult.objects.filter(run__in=runs).order_by("name")
    for run, name, kind, text, number in rows.values_list("run_id", "name", "type", "text", "number"):
        found[run][name] = ResultValue(name=name, text=text, type=ResultType(kind), number=number)
    return found


def _row(run: Any, results: Mapping[int, Results]) -> Row:
    own, before = results.get(run.pk, {}), results.get(run.previous_id, {})
    changes = {name: _change(before.get(name), value) for name, value in own.items()}
    return Row(
        run=run,
        results=own,
        changes={name: found for name, found in changes.items() if found is not None},
        software=software_of(run.software),
        previous_id=run.previous_id,
    )


def _change(before: ResultValue | None, after: ResultValue) -> Change | None:
    return None if before is None else change(before.number, after.number)


def software_of(told: object) -> list[tuple[str, str]]:
    """What a run's details say of the software that was built for it, as (name, version) pairs."""
    pairs = told if isinstance(told, list) else []
    return [(str(pair[0]), str(pair[1])) for pair in pairs if isinstance(pair, list) and len(pair) == 2]  # noqa: PLR2004


def _columns(rows: Sequence[Results]) -> tuple[list[Column], list[str]]:
    """What the history shows, and the names of what it leaves out. The newest run says of which type a result is."""
    frequency = Counter(name for results in rows for name in results)
    names = sorted(frequency, key=lambda name: (-frequency[name], name))
    types = {name: value.type for results in reversed(rows) for name, value in results.items()}
    return [Column(name, types[name]) for name in sorted(names[:MOST_COLUMNS])], sorted(names[MOST_COLUMNS:])
