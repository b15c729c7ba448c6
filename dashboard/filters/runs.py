"""What the runs list can be filtered by."""

from functools import reduce
from operator import or_
from typing import ClassVar

from django.db.models import Exists, OuterRef, Q, QuerySet

from dashboard.domain.pipelines import RunPhase
from dashboard.domain.queries import Value
from dashboard.domain.statuses import RunKind, RunStatus
from dashboard.filters.terms import (
    AfterTerm,
    BeforeTerm,
    ChoiceTerm,
    DurationTerm,
    NameTerm,
    NumberTerm,
    PercentTerm,
    RelatedTerm,
    StarredTerm,
    TermFilterSet,
    TextTerm,
    matches,
)  # fmt: skip
from dashboard.models import Label, PipelineTest, Run, RunAgent, Trial

STATUSES = tuple(status.value for status in RunStatus)
KINDS = tuple(kind.value for kind in RunKind)
PHASES = tuple(phase.value for phase in RunPhase)
FINAL = [status.value for status in RunStatus if status.is_final]

WORDS = {
    "live": ~Q(status__in=FINAL) & Q(is_gone=False),
    "finished": Q(status__in=FINAL),
    "stalled": Q(is_stalled=True),
    "gone": Q(is_gone=True),
}


def _any_agent(condition: Q) -> Q:
    return Q(Exists(RunAgent.objects.filter(condition, run=OuterRef("pk"))))


def _any_trial(condition: Q) -> Q:
    return Q(Exists(Trial.objects.filter(condition, run=OuterRef("pk"), is_gone=False)))


def _any_label(condition: Q) -> Q:
    return Q(Exists(Label.objects.filter(condition, run=OuterRef("pk"))))


def _named(word: str) -> QuerySet[PipelineTest]:
    """The tests that have the word in their own name or in that of their template or pipeline."""
    names = ("name", "template__name", "template__pipeline__name")
    conditions = (Q(**{f"{name}__icontains": word}) for name in names)
    return PipelineTest.objects.filter(reduce(or_, conditions)).order_by()


class TestedTerm(TextTerm):
    """Text of what is tested. There are few tests: those that have it are found first, and then their runs by them."""

    def condition(self, value: Value) -> Q:
        """Runs of the tests that the text fits."""
        fits = matches(self.path.removeprefix("test__"), value)
        return Q(test__in=PipelineTest.objects.filter(fits).order_by())


class RunFilter(TermFilterSet):
    """Terms of the runs list's query box."""

    word_paths = ("name", "dataset", "agents_text", "external_id", "uid", "source__name")

    status = ChoiceTerm(path="status", choices=STATUSES, help="state of the run")
    kind = ChoiceTerm(path="kind", choices=KINDS, help="what it executes: tasks, a machine, or a test")
    source = TextTerm(path="source__name", help="where it comes from")
    name = TextTerm(path="name", help="name of the run")
    dataset = NameTerm(path="dataset", help="data set")
    pipeline = TestedTerm(path="test__template__pipeline__name", help="the pipeline that is tested")
    template = TestedTerm(path="test__template__name", help="how it is tested")
    test = TestedTerm(path="test__name", help="the test, such as NA12878*")
    phase = ChoiceTerm(path="phase", choices=PHASES, help="how far a run of a test has come, or where it failed")
    owner = TextTerm(path="created_by", help="who made it, such as ada@*")
    agent = RelatedTerm(path="agent", related=_any_agent, help="an agent in it")
    model = RelatedTerm(path="model", related=_any_agent, help="a model in it")
    provider = RelatedTerm(path="provider", related=_any_agent, help="whose model")
    task = RelatedTerm(path="task__name", related=_any_trial, names=True, help="a task in it, such as fix-*")
    error = RelatedTerm(path="error_type", related=_any_trial, help="an exception in it, such as AgentTimeoutError")
    after = AfterTerm(path="started_at", help="started on or after: 2026-11-01, yesterday, 7d")
    before = BeforeTerm(path="started_at", help="started before")
    cost = NumberTerm(path="cost", unit="$", help="US dollars: >5, 1..10")
    tokens = NumberTerm(path="input_tokens", help="input tokens: >2M")
    duration = DurationTerm(path="duration", help="wall time: >1h, 5m..30m")
    rate = PercentTerm(path="rate_strict", unit="%", help="strict pass rate in percent: <50")
    trials = NumberTerm(path="n_trials", help="how many trials")
    errored = NumberTerm(path="n_errored", help="how many trials errored: >0")
    id = TextTerm(path="uid", help="the run's own id")
    label = RelatedTerm(path="name", related=_any_label, help="a label that the team gave it")
    is_ = StarredTerm(words=WORDS, help="live, finished, stalled, gone, or starred by you")

    @classmethod
    def _word(cls, word: str) -> Q:
        """Also the names of what is tested: there are few of them, so they are looked through once."""
        return super()._word(word) | Q(test__in=_named(word))

    class Meta:
        model = Run
        fields: ClassVar[list[str]] = []
