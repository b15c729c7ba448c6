"""What a run's trials can be filtered by."""

from typing import ClassVar

from django.db.models import Exists, OuterRef, Q

from dashboard.domain.failures import Cause
from dashboard.domain.statuses import Outcome
from dashboard.filters.terms import (
    AfterTerm,
    BeforeTerm,
    ChoiceTerm,
    DurationTerm,
    NameTerm,
    NumberTerm,
    RelatedTerm,
    StarredTerm,
    TermFilterSet,
    TextTerm,
)  # fmt: skip
from dashboard.models import Label, Trial

OUTCOMES = tuple(outcome.value for outcome in Outcome)
CAUSES = tuple(cause.value for cause in Cause)


def _any_label(condition: Q) -> Q:
    return Q(Exists(Label.objects.filter(condition, trial=OuterRef("pk"))))


class TrialFilter(TermFilterSet):
    """Terms of the trials table's query box."""

    word_paths = ("task__name", "external_id", "agent", "model", "error_type", "error_summary")

    outcome = ChoiceTerm(path="outcome", choices=OUTCOMES, help="how it came out")
    error = TextTerm(path="error_type", help="exception, such as AgentTimeoutError")
    group = TextTerm(path="error_group", help="the error message's common form")
    cause = ChoiceTerm(path="cause", choices=CAUSES, help="whose fault the error was")
    agent = TextTerm(path="agent", help="agent")
    model = TextTerm(path="model", help="model")
    task = NameTerm(path="task__name", help="task, such as fix-*")
    dataset = NameTerm(path="task__dataset", help="data set")
    attempt = NumberTerm(path="attempt", help="which attempt: 1, >1")
    reward = NumberTerm(path="reward", help="primary reward: <1")
    cost = NumberTerm(path="cost", unit="$", help="US dollars: >0.5")
    tokens = NumberTerm(path="input_tokens", help="input tokens: >100k")
    duration = DurationTerm(path="duration", help="time it took: >10m")
    after = AfterTerm(path="started_at", help="started on or after")
    before = BeforeTerm(path="started_at", help="started before")
    label = RelatedTerm(path="name", related=_any_label, help="a label that the team gave it")
    is_ = StarredTerm(
        words={
            "raised": Q(has_error=True),
            "wordless": Q(error_group=""),
            "finished": ~Q(outcome__in=["running", "pending"]),
        },
        help="raised (an exception, also if judged), wordless (no error message), finished, or starred by you",
    )

    class Meta:
        model = Trial
        fields: ClassVar[list[str]] = []
