"""What waited in the mirror for something its source had not told yet: runs for their tests, reports for the rest."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.db.models.fields.json import KT

from dashboard.domain.reports import ReportMaker, SubjectKind
from dashboard.domain.statuses import RunKind
from dashboard.models import (
    MirrorClock,
    Pipeline,
    PipelineTemplate,
    PipelineTest,
    Report,
    ReportTemplate,
    Run,
    RunDetail,
    RunGroup,
    Source,
)
from dashboard.services.sync.merging import Merged

BATCH = 500
"""Rows a statement."""

Found = tuple["QuerySet[Any]", Mapping[str, Any]]
"""Rows, and the columns that they get."""


def attach(source: Source, merged: Sequence[Merged]) -> bool:
    """Attach what waited, within a transaction; whether there was anything.

    Runs whose test, or what that is below, has another name are news as well: lists show it.
    """
    found = [*_runs(source), *_reports(source), *_renamed(merged)]
    if not found:
        return False
    version = MirrorClock.tick()
    for rows, columns in found:
        rows.update(**columns, version=version)
    return True


def _runs(source: Source) -> Iterator[Found]:
    """Runs of tests that were not known when they were read."""
    waiting = RunDetail.objects.filter(run__source=source, run__kind=RunKind.TEST, run__test=None)
    tests = waiting.annotate(test_id=KT("test_run__test_id")).values_list("pk", "test_id")
    return _found(Run.objects.all(), "test_id", tests, PipelineTest.objects.filter(source=source))


def _reports(source: Source) -> Iterator[Found]:
    """Reports whose template or group was not known."""
    waiting = Report.objects.filter(source=source, maker=ReportMaker.SOURCE)
    templates = waiting.filter(template=None).values_list("pk", "template_external_id")
    yield from _found(waiting, "template_id", templates, ReportTemplate.objects.filter(source=source))
    of_groups = waiting.filter(group=None, external_id__startswith=f"{SubjectKind.GROUP}/")
    groups = of_groups.values_list("pk", "subject_external_id")
    yield from _found(waiting, "group_id", groups, RunGroup.objects.filter(source=source))


def _found(
    rows: "QuerySet[Any]", column: str, waiting: Iterable[tuple[int, str]], known: "QuerySet[Any]"
) -> Iterator[Found]:
    """By what each of these rows waited for, as far as that is known now."""
    by_name: dict[str, list[int]] = defaultdict(list)
    for pk, name in waiting:
        by_name[name].append(pk)
    if not by_name:
        return
    for name, found in known.filter(external_id__in=by_name).values_list("external_id", "pk"):
        ids = by_name[name]
        for start in range(0, len(ids), BATCH):
            yield rows.filter(pk__in=ids[start : start + BATCH]), {column: found}


_PATHS: dict[type[Any], str] = {
    Pipeline: "test__template__pipeline__in",
    PipelineTemplate: "test__template__in",
    PipelineTest: "test__in",
}


def _renamed(merged: Sequence[Merged]) -> Iterator[Found]:
    for each in merged:
        if each.renamed and each.model in _PATHS:
            yield Run.objects.filter(**{_PATHS[each.model]: each.renamed}), {}
