"""What the runs list can be filtered by."""

from typing import ClassVar

from django.db.models import Exists, OuterRef, Q

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
    TermFilterSet,
    TextTerm,
    WordTerm,
)  # fmt: skip
from dashboard.models import Run, RunAgent, Trial

STATUSES = tuple(status.value for status in RunStatus)
KINDS = tuple(kind.value for kind in RunKind)
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


class RunFilter(TermFilterSet):
    """Terms of the runs list's query box."""

    word_paths = ("name", "dataset", "agents_text", "external_id", "uid", "source__name")

    status = ChoiceTerm(path="status", choices=STATUSES, help="state of the run")
    kind = ChoiceTerm(path="kind", choices=KINDS, help="what it executes: agents at tasks, or one machine")
    source = TextTerm(path="source__name", help="where it comes from")
    name = TextTerm(path="name", help="name of the run")
    dataset = NameTerm(path="dataset", help="data set")
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
    is_ = WordTerm(words=WORDS, help="live, finished, stalled or gone")

    class Meta:
        model = Run
        fields: ClassVar[list[str]] = []
