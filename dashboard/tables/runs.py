"""The columns of the runs list."""

from typing import Any, ClassVar, cast

from django.db.models import Model
from django.template.loader import get_template
from django.utils.safestring import SafeString

from dashboard import formats
from dashboard.domain.statuses import Outcome, RunStatus
from dashboard.models import Run
from dashboard.tables.base import Table
from dashboard.tables.columns import (
    Cell,
    CountCell,
    DurationCell,
    LabelsCell,
    MoneyCell,
    Plain,
    TemplateCell,
    TimeCell,
    TokensCell,
)

BAR_ORDER = (
    Outcome.PASSED, Outcome.PARTIAL, Outcome.FAILED, Outcome.ERRORED,
    Outcome.UNSCORED, Outcome.CANCELLED, Outcome.RUNNING, Outcome.PENDING,
)  # fmt: skip

MOST_WHOLE = 10**15
"""Beyond it a floating-point number does not tell whole numbers apart."""
MOST_FIGURES = 2
"""Results of a run of a test that its row shows."""


def outcome_segments(counts: dict[str, int]) -> list[dict[str, object]]:
    """An outcome bar's segments: ``x`` and ``width`` in hundredths of the bar, only counts above zero."""
    total = sum(counts.values())
    segments: list[dict[str, object]] = []
    x = 0.0
    for outcome in BAR_ORDER:
        count = counts.get(outcome, 0)
        if count:
            width = 100 * count / total
            segments.append({"outcome": outcome.value, "x": f"{x:.2f}", "width": f"{width:.2f}", "count": count})
            x += width
    return segments


def outcome_label(counts: dict[str, int]) -> str:
    """The same in words: «61 passed, 20 failed»."""
    return (
        ", ".join(f"{counts[outcome]} {outcome.value}" for outcome in BAR_ORDER if counts.get(outcome)) or "no trials"
    )


def counts_of(run: Run) -> dict[str, int]:
    """A run's trials by outcome."""
    return {outcome.value: getattr(run, f"n_{outcome.value}") for outcome in BAR_ORDER}


def phase_of(run: Run) -> str:
    """How far an unfinished run of a test has come, or in which phase it failed; empty where that says nothing."""
    return "" if run.status == RunStatus.COMPLETED else run.phase


def figure(value: float | None, digits: int) -> str:
    """A numeric result: a whole number with all its digits, another with so many that matter."""
    if value is not None and value.is_integer() and abs(value) < MOST_WHOLE:
        return formats.count(int(value))
    return formats.number(value, digits)


def results_label(run: Run) -> str:
    """How many results a run of a test has: «3 results»."""
    return formats.plural(len(run.results.all()), "result")


def ending_label(run: Run) -> str:
    """What came of a run, in words: of a test its results, of others the outcomes of its trials."""
    return results_label(run) if run.is_test else outcome_label(counts_of(run))


class StatusCell(TemplateCell):
    """The run's state, and the phase in which a run of a test is or failed."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__("cells/run_status.html", **kwargs)

    def context_of(self, record: Model) -> dict[str, Any]:
        """The component's."""
        run = cast("Run", record)
        return {"status": run.status, "raw": run.raw_status, "stalled": run.is_stalled, "phase": phase_of(run)}


class DatasetCell(TemplateCell):
    """The data set; of a run of a test the pipeline, template and test."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__("cells/run_dataset.html", **kwargs)

    def plain(self, record: Model) -> Plain:
        """The name, or the three names."""
        run = cast("Run", record)
        return run.dataset if run.test is None else run.test.path


class OutcomesCell(TemplateCell):
    """The outcome bar with its counts; of a run of a test its first figures in its place."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__("cells/run_outcomes.html", **kwargs)

    def context_of(self, record: Model) -> dict[str, Any]:
        """What there is to draw, or to write."""
        run = cast("Run", record)
        if run.is_test:
            return {"figures": _figures(run), "label": results_label(run), "is_test": True}
        counts = counts_of(run)
        return {"segments": outcome_segments(counts), "label": outcome_label(counts), "is_test": False}

    def plain(self, record: Model) -> Plain:
        """The counts in words."""
        return ending_label(cast("Run", record))


def _figures(run: Run) -> list[dict[str, str]]:
    """The first numeric results of a run of a test."""
    numbers = [result for result in run.results.all() if result.number is not None]
    return [{"name": each.name, "value": figure(each.number, 4)} for each in numbers[:MOST_FIGURES]]


class RateCell(TemplateCell):
    """The strict pass rate with its interval and n."""

    is_number = True

    def __init__(self, **kwargs: Any) -> None:
        super().__init__("cells/rate.html", **kwargs)

    def context_of(self, record: Model) -> dict[str, Any]:
        """Texts, and where the drawing's marks stand (0–100)."""
        run = cast("Run", record)
        rate, low, high = run.rate_strict, run.interval_low, run.interval_high
        shown = {
            "value": formats.percent(rate),
            "n": run.n_finished,
            "so_far": rate is not None and not run.is_finished,
        }
        if rate is None or low is None or high is None:
            return shown | {"interval": "", "low": "", "mid": "", "high": ""}
        marks = {"low": f"{100 * low:.1f}", "mid": f"{100 * rate:.1f}", "high": f"{100 * high:.1f}"}
        return shown | marks | {"interval": f"{100 * low:.0f}–{100 * high:.0f} %"}

    def plain(self, record: Model) -> Plain:
        """The rate as a fraction."""
        return cast("Run", record).rate_strict


class AgentsCell(TemplateCell):
    """Agents on one line, their models on a second."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__("cells/run_agents.html", **kwargs)

    def context_of(self, record: Model) -> dict[str, Any]:
        """Each name once, in the run's order."""
        text = cast("Run", record).agents_text
        pairs = [entrant.partition(" · ") for entrant in text.split(", ")]
        agents, models = (", ".join(dict.fromkeys(pair[at] for pair in pairs if pair[at])) for at in (0, 2))
        return {"value": text, "agents": agents, "models": models}


class RunDurationCell(DurationCell):
    """Wall time; of a run still running the time since its start, which the reader's clock keeps counting.

    Of a stalled run nobody knows until when it ran.
    """

    def content(self, record: Model) -> str | SafeString:
        """A finished run's duration, a mark that counts on, or a dash that says why."""
        run = cast("Run", record)
        if run.duration is not None or run.started_at is None or run.is_finished:
            return super().content(record)
        template = "cells/stalled.html" if run.is_stalled else "cells/since.html"
        return SafeString(get_template(template).render({"value": run.started_at}).strip())


class ErroredCell(TemplateCell):
    """Trials without a verdict; a run of a test has no trials."""

    def value_of(self, record: Model) -> int | None:
        """The count, where there is anything to count."""
        run = cast("Run", record)
        return None if run.is_test else run.n_errored


class RunTable(Table):
    """Runs of all sources."""

    list_name: ClassVar[str] = "runs"
    row_prefix: ClassVar[str] = "run"
    is_selectable: ClassVar[bool] = True
    is_starrable: ClassVar[bool] = True
    default_columns: ClassVar[tuple[str, ...]] = (
        "name", "status", "source", "dataset", "agents", "outcomes", "rate", "errored", "cost", "tokens",
        "started", "duration", "labels",
    )  # fmt: skip

    name = TemplateCell("cells/run_name.html", verbose_name="Run", css="name", is_row_header=True)
    status = StatusCell()
    source = Cell(accessor="source__name", css="clip wide", label="Source")
    dataset = DatasetCell(verbose_name="Data set or test", css="clip", label="Data set or test")
    agents = AgentsCell(accessor="agents_text", verbose_name="Agent and model", css="clip", order_by=("agents_text",))
    outcomes = OutcomesCell(empty_values=(), orderable=False, verbose_name="Outcomes")
    rate = RateCell(empty_values=(), accessor="rate_strict", verbose_name="Pass rate", label="Pass rate")
    errored = ErroredCell(
        "cells/count_warn.html", accessor="n_errored", verbose_name="Errored", css="num spare", label="Errored"
    )
    cost = MoneyCell(verbose_name="Cost", label="Cost")
    tokens = TokensCell(accessor="input_tokens", verbose_name="Tokens in", css="spare tokens", label="Tokens in")
    output_tokens = TokensCell(verbose_name="Tokens out", label="Tokens out")
    trials = CountCell(accessor="n_trials", verbose_name="Trials", label="Trials")
    started = TimeCell(accessor="started_at", verbose_name="Started", label="Started")
    finished = TimeCell(accessor="finished_at", verbose_name="Finished", label="Finished")
    duration = RunDurationCell(verbose_name="Duration", label="Took")
    retries = CountCell(accessor="n_retries", verbose_name="Retries", label="Retries")
    uid = Cell(verbose_name="Id", css="mono clip", label="Id")
    kind = Cell(verbose_name="Kind", label="Kind")
    owner = Cell(accessor="created_by", verbose_name="Owner", css="clip", label="Owner")
    labels = LabelsCell(verbose_name="Labels")

    def name_of(self, record: Model) -> str:
        """The run's name, with the beginning of its id where the name is not one."""
        run = cast("Run", record)
        return f"{run.name} {run.short_id}".strip()

    class Meta(Table.Meta):
        model = Run
        fields: ClassVar[tuple[str, ...]] = ()
        order_by = "-started"
