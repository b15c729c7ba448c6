"""The columns of a run's trials."""

from typing import Any, ClassVar, cast

from django.db.models import Model
from django.template.loader import get_template
from django.utils.safestring import SafeString

from dashboard import formats
from dashboard.domain.statuses import Outcome
from dashboard.models import Trial
from dashboard.tables.base import Table
from dashboard.tables.columns import (
    Cell,
    CountCell,
    DurationCell,
    LabelsCell,
    MoneyCell,
    NumberCell,
    Plain,
    TemplateCell,
    TimeCell,
    TokensCell,
)


class OutcomeCell(TemplateCell):
    """How the trial came out."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__("components/outcome.html", **kwargs)

    def context_of(self, record: Model) -> dict[str, Any]:
        """The component's."""
        trial = cast("Trial", record)
        return {"outcome": trial.outcome, "error": trial.error_type, "large": False}


class TrialDurationCell(DurationCell):
    """The time it took; of a running trial the time since its start, which the reader's clock keeps counting."""

    def content(self, record: Model) -> str | SafeString:
        """A duration, or a mark that counts on."""
        trial = cast("Trial", record)
        if trial.outcome == Outcome.RUNNING and trial.started_at is not None:
            return SafeString(get_template("cells/since.html").render({"value": trial.started_at}).strip())
        return super().content(record)


class CreatedCell(TimeCell):
    """When a trial was made, where its source does not tell when it began."""

    exported_as = "created"


class TestsCell(Cell):
    """How many of its tests the trial passed."""

    is_number = True

    def content(self, record: Model) -> str:
        """«3 of 5»."""
        return formats.tests(self.value_of(record), getattr(record, "tests_total", None)) or formats.UNKNOWN

    def plain(self, record: Model) -> Plain:
        """The same in words; None where it is not known."""
        return formats.tests(self.value_of(record), getattr(record, "tests_total", None)) or None


class ArtifactsCell(CountCell):
    """How many artifacts the source names."""

    def content(self, record: Model) -> str:
        """None at all is the same as unknown: most sources name none."""
        return formats.count(self.value_of(record) or None)


class TrialTable(Table):
    """Trials of one run. Some columns want what :func:`dashboard.services.trials.with_told` adds."""

    list_name: ClassVar[str] = "trials"
    row_prefix: ClassVar[str] = "trial"
    is_starrable: ClassVar[bool] = True
    ties: ClassVar[tuple[str, ...]] = ("task__name", "agent", "model", "attempt", "pk")
    default_columns: ClassVar[tuple[str, ...]] = (
        "task", "attempt", "outcome", "agent", "model", "reward", "error", "cost", "tokens", "started", "duration",
        "labels",
    )  # fmt: skip

    task = TemplateCell(
        "cells/trial_name.html", accessor="task__name", verbose_name="Task", css="name", is_row_header=True
    )
    attempt = CountCell(label="Attempt")
    outcome = OutcomeCell()
    agent = Cell(css="clip", label="Agent")
    model = Cell(css="clip", label="Model")
    reward = NumberCell(label="Reward")
    error = TemplateCell(
        "cells/trial_error.html", accessor="error_type", verbose_name="Error", css="clip", label="Error"
    )
    cost = MoneyCell(label="Cost")
    tokens = TokensCell(accessor="input_tokens", verbose_name="Tokens in", label="Tokens in")
    output_tokens = TokensCell(verbose_name="Tokens out", label="Tokens out")
    started = TimeCell(accessor="started_at", verbose_name="Started", label="Started")
    duration = TrialDurationCell(label="Took")
    tests = TestsCell(accessor="tests_passed", verbose_name="Tests passed", orderable=False, label="Tests passed")
    artifacts = ArtifactsCell(accessor="n_artifacts", verbose_name="Artifacts", orderable=False, label="Artifacts")
    message = Cell(accessor="error_summary", verbose_name="Error message", css="clip", label="Error message")
    dataset = Cell(accessor="task__dataset", verbose_name="Data set", css="clip", label="Data set")
    trial = Cell(accessor="external_id", verbose_name="Trial", css="mono clip", label="Trial")
    labels = LabelsCell(verbose_name="Labels")

    class Meta(Table.Meta):
        model = Trial
        fields: ClassVar[tuple[str, ...]] = ()
        order_by = "task"


class ToldTrialTable(TrialTable):
    """The same of a source that tells tests and addresses, and neither models nor costs, nor when a trial began."""

    default_columns: ClassVar[tuple[str, ...]] = (
        "task", "attempt", "outcome", "agent", "tests", "reward", "message", "artifacts", "tokens", "started",
        "duration", "labels",
    )  # fmt: skip

    started = CreatedCell(accessor="started_at", verbose_name="Created", label="Created")

    class Meta(TrialTable.Meta):
        """Nothing else."""
