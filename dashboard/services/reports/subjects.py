"""What a report is to be of: a run, a group of runs, or the runs below something that a filter chooses."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from dashboard.domain.reports import Parent, ReportKey, ReportMaker, ReportQuery, ReportRequest, SubjectKind
from dashboard.models import PipelineTemplate, PipelineTest, Report, Run, RunGroup, Source
from dashboard.services import visibility
from dashboard.services.visibility import Viewer

MOST_DIGITS = 18


class SeveralFound(LookupError):
    """More than one thing has the name that was given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """One of three: ``run``, ``group``, or what is ``below`` a ``parent``."""

    source: Source
    run: Run | None = None
    group: RunGroup | None = None
    parent: Parent | None = None
    below: Any = None
    """A pipeline, a template of tests, or a test."""

    def __str__(self) -> str:
        if isinstance(self.below, PipelineTest):
            return self.below.path
        if isinstance(self.below, PipelineTemplate):
            return f"{self.below.pipeline} › {self.below}"
        return str(self.run or self.group or self.below)

    @property
    def kind(self) -> SubjectKind | None:
        """What its report is found under; None of what a filter chooses."""
        if self.parent is not None:
            return None
        return SubjectKind.RUN if self.run is not None else SubjectKind.GROUP

    @property
    def is_gone(self) -> bool:
        """Whether its source has it no longer."""
        return bool((self.run or self.group or self.below).is_gone)

    @property
    def external_id(self) -> str:
        """The id at its source."""
        return str((self.run or self.group or self.below).external_id)

    def request(
        self, template_id: str, *, created_by: str, replaces_failed: bool, filters: Mapping[str, str]
    ) -> ReportRequest:
        """What the source is asked."""
        if self.parent is not None:
            query = ReportQuery(parent=self.parent, parent_id=self.external_id, filters=dict(filters))
            return ReportRequest(template_id=template_id, created_by=created_by, query=query)
        return ReportRequest(
            template_id=template_id,
            created_by=created_by,
            subject=self.kind,
            subject_id=self.external_id,
            replaces_failed=replaces_failed,
        )


def find(viewer: Viewer, *, run: str = "", group: str = "", parent: str = "", parent_id: str = "") -> Subject | None:
    """What an address names, by our ids, by those of the source or by name; None for what is not there.

    Raises ``SeveralFound`` for a name that more than one has.
    """
    if run:
        found = _one(visibility.runs(viewer).select_related("source"), run)
        return Subject(source=found.source, run=found) if found else None
    if group:
        found = _one(visibility.run_groups(viewer).select_related("source"), group)
        return Subject(source=found.source, group=found) if found else None
    return _below(viewer, parent, parent_id)


def made_of(viewer: Viewer, subject: Subject) -> dict[str, Report]:
    """The reports that its source has of it, by the id of their template; none of what a filter chooses."""
    if subject.kind is None:
        return {}
    there = visibility.reports(viewer).filter(source=subject.source, maker=ReportMaker.SOURCE, is_gone=False)
    stem = str(ReportKey(subject.kind, subject.external_id, ""))
    found = there.filter(external_id__startswith=stem).select_related("template")
    return {each.template_external_id: each for each in found}


def own_id(text: str) -> int:
    """A primary key as an address has it; 0 for what is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS else 0


def _below(viewer: Viewer, parent: str, parent_id: str) -> Subject | None:
    rows: dict[str, QuerySet[Any]] = {
        Parent.PIPELINE: visibility.pipelines(viewer).select_related("source"),
        Parent.TEMPLATE: visibility.pipeline_templates(viewer).select_related("source", "pipeline"),
        Parent.TEST: visibility.pipeline_tests(viewer).select_related("source", "template__pipeline"),
    }
    found = _one(rows[parent], parent_id) if parent in rows and parent_id else None
    return Subject(source=found.source, parent=Parent(parent), below=found) if found else None


def _one(rows: QuerySet[Any], text: str) -> Any:
    """By our id, the source's, or a name that only one has."""
    text = text.strip()
    if number := own_id(text):
        return rows.filter(pk=number).first()
    named = Q(external_id=text.lower()) | Q(external_id=text)
    if rows.model is not RunGroup:
        named |= Q(name=text)
    two = list(rows.filter(named)[:2])
    if len(two) > 1:
        raise SeveralFound(text)
    return two[0] if two else None
