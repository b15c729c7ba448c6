"""What the reports list can be filtered by."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from dashboard.domain.queries import Kind, Value
from dashboard.domain.reports import ReportMaker, ReportStatus
from dashboard.filters.facets import Facet
from dashboard.filters.terms import (
    AfterTerm,
    BeforeTerm,
    ChoiceTerm,
    TermFilter,
    TermFilterSet,
    TextTerm,
    WordTerm,
    matches,
)
from dashboard.models import Report, Run, RunGroup
from dashboard.models.lookups import like_pattern

STATUSES = tuple(status.value for status in ReportStatus)
RAW_STATUSES = ("aborted", "created", "expired", "queuedincromwell", "starting", "waitingforqueuespace")
"""CARROT's own words for states, where they are not ours."""
MAKERS = tuple(maker.value for maker in ReportMaker)
FINAL = [status.value for status in ReportStatus if status.is_final]
MOST_DIGITS = 18
"""Of a number that a column of the database takes."""

WORDS = {
    "live": ~Q(status__in=FINAL) & Q(is_gone=False),
    "finished": Q(status__in=FINAL),
    "gone": Q(is_gone=True),
}


class StatusTerm(ChoiceTerm):
    """A state, in our word or in the source's own."""

    def condition(self, value: Value) -> Q:
        """Our word, or exactly the source's."""
        return Q(status=value.text) if value.text in STATUSES else Q(raw_status=value.text)


class TemplateTerm(TextTerm):
    """A template, by its name or by its id at the source."""

    def condition(self, value: Value) -> Q:
        """The whole name, or the id."""
        return matches(self.path, value) | Q(template_external_id__iexact=value.text)


class HoldsTerm(TermFilter):
    """A text that is held somewhere, without regard to case; ``*`` stands for anything."""

    def condition(self, value: Value) -> Q:
        """It holds the pieces in this order."""
        return Q(**{f"{self.path}__ilike": like_pattern(["", *value.pieces, ""])})


class SubjectTerm(TermFilter):
    """What a report is of: by our id, by the id at its source, or by a name."""

    kind: ClassVar[Kind] = "id"

    def __init__(self, *, model: type[Model], fields: Sequence[str], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.model = model
        self.fields = fields

    def condition(self, value: Value) -> Q:
        """A run or group that has this id or name, or that is mirrored no more."""
        named = Q()
        for field in self.fields:
            named |= Q(**{f"{field}__iexact": value.text})
        if value.text.isascii() and value.text.isdigit() and len(value.text) <= MOST_DIGITS:
            named |= Q(pk=int(value.text))
        return Q(Exists(self._related().filter(named))) | Q(subject_external_id__iexact=value.text)

    def _related(self) -> QuerySet[Any]:
        """The records that a report of the outer query is of."""
        return self.model._default_manager.filter(reports=OuterRef("pk"))


class LaterTerm(AfterTerm):
    """From the beginning of a day on; of a moment with a time of day only what is later, as CARROT has it."""

    def condition(self, value: Value) -> Q:
        """Not before the day, or later than the moment."""
        is_moment = value.span is not None and "T" in value.text.upper() and value.text.lower() != "today"
        return Q(**{f"{self.path}__gt": value.span.low}) if is_moment and value.span else super().condition(value)


class ReportFilter(TermFilterSet):
    """Terms of the reports list's query box; ``finished_after`` is written ``finished-after``."""

    word_paths = ("title", "template__name", "source__name", "created_by", "job_id", "external_id")

    status = StatusTerm(path="status", choices=(*STATUSES, *RAW_STATUSES), help="state, also in CARROT's own words")
    template = TemplateTerm(path="template__name", help="what it is made from, by its name or id")
    source = TextTerm(path="source__name", help="where it is made")
    owner = TextTerm(path="created_by", help="who asked for it")
    maker = ChoiceTerm(path="maker", choices=MAKERS, help="who makes it: the source, or Quayside")
    run = SubjectTerm(model=Run, fields=("external_id", "name"), help="a run it is of, by its id or name")
    group = SubjectTerm(model=RunGroup, fields=("external_id",), help="the group of runs it is of, by its id")
    job = TextTerm(path="job_id", help="the workflow engine's id of its job")
    results = HoldsTerm(path="results_text", help="a text in the names and addresses of its files")
    after = LaterTerm(path="created_at", help="created on or after: 2026-11-01, yesterday, 7d")
    before = BeforeTerm(path="created_at", help="created before")
    finished_after = LaterTerm(path="finished_at", help="finished on or after")
    finished_before = BeforeTerm(path="finished_at", help="finished before")
    id = TextTerm(path="external_id", help="the report's own id")
    is_ = WordTerm(words=WORDS, help="live, finished or gone")

    class Meta:
        model = Report
        fields: ClassVar[list[str]] = []

    @classmethod
    def by_name(cls) -> dict[str, TermFilter]:
        """The filters by the word one types."""
        return {name.replace("_", "-"): each for name, each in super().by_name().items()}


REPORT_FACETS: Sequence[Facet] = (
    Facet("status", "Status", "status"),
    Facet("template", "Template", "template__name"),
    Facet("source", "Source", "source__name"),
    Facet("owner", "Owner", "created_by"),
    Facet("maker", "Made by", "maker"),
)
