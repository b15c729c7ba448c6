"""Numbers as what the templates of a document show: texts ready, geometry ready."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from dashboard import formats
from dashboard.domain.failures import Cause
from dashboard.domain.statistics import Rate
from dashboard.models import Run
from dashboard.reporting import charts
from dashboard.reporting.numbers import RunNumbers
from dashboard.reporting.trials import Row
from dashboard.services import runs
from dashboard.services.failures import FailureGroup
from dashboard.services.leaderboards import Standing
from dashboard.services.reach import capabilities

MARKS = {
    "passed": "✓", "partial": "◐", "failed": "✕", "errored": "⚠", "unscored": "–", "cancelled": "⊘", "running": "●",
    "pending": "○",
}  # fmt: skip
"""What stands before an outcome's word, so that colour is not alone."""

LEFT_OUT_WARNING = 0.05
"""Share of finished trials without a verdict from which on the two rates answer different questions."""

KINDS = {"wilson": "Wilson", "task-level": "task-level"}


def labels(chosen: Sequence[Run]) -> dict[int, str]:
    """What each run is called in the document, by primary key: its name, with a number where others have it too."""
    n_named = Counter(run.name for run in chosen)
    return {
        run.pk: run.name if n_named[run.name] == 1 else f"{run.name} ({number})"
        for number, run in enumerate(chosen, start=1)
    }


def run_row(run: Run, label: str, origin: str) -> dict[str, Any]:
    """What a run is, and as of when it is told here; ``origin`` is where whoever asked reaches Quayside."""
    began = "started" if capabilities(run.source).starts else "created"
    return {
        "label": label,
        "id": run.own_id,
        "address": f"{origin}/runs/{run.pk}/",
        "source": run.source.name,
        "status": run.status,
        "status_note": _status_note(run),
        "began": f"{began} {formats.moment(run.started_at)}" if run.started_at else formats.UNKNOWN,
        "duration": formats.duration(run.duration),
        "seen": formats.moment(runs.seen_at(run)),
    }


def _status_note(run: Run) -> str:
    notes = [
        *(["no longer at its source"] if run.is_gone else []),
        *(["stalled"] if run.is_stalled else []),
        *([] if run.is_finished or run.is_gone else ["not finished: its numbers are so far"]),
        *([f"could not be read since {formats.moment(run.unread_since)}"] if run.unread_since else []),
    ]
    return "; ".join(notes)


def summary(found: RunNumbers, label: str) -> dict[str, Any]:
    """A run's headline figures, each with what it is of."""
    run, segments = found.run, charts.outcomes(found.counts)
    return {
        "label": label,
        "finished": formats.count(run.n_finished),
        "trials": formats.count(run.n_trials),
        "tasks": formats.plural(run.n_tasks, "task"),
        "strict": rate(found.strict),
        "scored": rate(found.scored),
        "errored": formats.count(run.n_errored),
        "errored_share": formats.percent(run.n_errored / run.n_finished if run.n_finished else None),
        "raised": max(0, run.n_raised - run.n_errored),
        "segments": segments,
        "in_words": charts.in_words(segments),
        "warning": _warning(run),
        "so_far": not run.is_finished,
    }


def _warning(run: Run) -> str:
    """Said where the two rates answer different questions."""
    floor = LEFT_OUT_WARNING * run.n_finished
    n_silent = run.n_errored + run.n_cancelled + run.n_unscored
    if not run.n_finished or n_silent <= floor:
        return ""
    return (
        f"{formats.count(n_silent)} of {formats.plural(run.n_finished, 'finished trial')} have no verdict. The strict "
        "rate counts them as not passed, the scored rate leaves them out: the two answer different questions."
    )


def rate(found: Rate) -> dict[str, Any]:
    """A rate with its denominator, its interval and how that was made."""
    interval = found.interval
    return {
        "value": formats.percent(found.value),
        "of": f"{found.successes:,} of {found.n:,}",
        "interval": formats.interval(interval) if interval and found.value is not None else "",
        "kind": KINDS.get(interval.kind, interval.kind) if interval else "",
        "marks": charts.marks(found),
        "is_known": found.value is not None,
    }


def leaderboard(found: RunNumbers, label: str) -> dict[str, Any]:
    """A run's agents and models."""
    ks = sorted({k for standing in found.standings for k in standing.pass_at})
    return {"label": label, "ks": ks, "rows": [_standing(standing, ks) for standing in found.standings]}


def _standing(standing: Standing, ks: Sequence[int]) -> dict[str, Any]:
    return {
        "agent": standing.agent or formats.UNKNOWN,
        "model": "/".join(part for part in (standing.provider, standing.model) if part) or formats.UNKNOWN,
        "done": f"{standing.n_finished:,} of {standing.n_trials:,}",
        "tasks": formats.plural(standing.n_tasks, "task"),
        "strict": rate(standing.strict),
        "scored": rate(standing.scored),
        "errored": formats.count(standing.counts.get("errored", 0)),
        "pass_at": [formats.percent(standing.pass_at.get(k)) for k in ks],
        "cost": formats.money(standing.cost),
        "cost_per_solved": formats.money(standing.cost_per_solved),
        "tokens_in": formats.tokens(standing.input_tokens),
        "tokens_out": formats.tokens(standing.output_tokens),
        "duration": formats.duration(standing.median_duration),
    }


def failures(found: RunNumbers, label: str) -> dict[str, Any]:
    """A run's failures: by cause, and by their form."""
    causes: Counter[str] = Counter()
    for group in found.groups:
        causes[_cause(group)] += group.n_trials
    most = max(causes.values(), default=0)
    return {
        "label": label,
        "n": formats.plural(sum(causes.values()), "trial"),
        "causes": [{"name": name, "n": n, "share": charts.share(n, most)} for name, n in causes.most_common()],
        "groups": [_group(group) for group in found.groups],
    }


def _group(group: FailureGroup) -> dict[str, Any]:
    return {
        "type": group.error_type or "Judged as not passed",
        "pattern": group.pattern,
        "cause": _cause(group),
        "n": formats.count(group.n_trials),
        "n_judged": group.n_with_verdict if group.error_type else 0,
        "tasks": formats.count(group.n_tasks),
        "example": group.first_trial.task.short_name,
    }


def _cause(group: FailureGroup) -> str:
    if not group.error_type:
        return "judged as not passed"
    cause = Cause(group.cause or Cause.UNKNOWN)
    return f"{cause.label} (the agent's own)" if cause.is_agents_own else cause.label


def costs(found: RunNumbers, label: str) -> dict[str, Any]:
    """A run's money, tokens and time."""
    run = found.run
    begun = run.n_finished + run.n_running
    return {
        "label": label,
        "cost": formats.money(run.cost),
        "cost_of": f"{run.n_with_cost:,} of {begun:,}",
        "cost_per_solved": formats.money(found.cost_per_solved),
        "cost_median": formats.money(found.cost.median),
        "cost_p90": formats.money(found.cost.p90),
        "tokens_in": formats.tokens(run.input_tokens),
        "tokens_cached": formats.tokens(run.cached_tokens),
        "tokens_out": formats.tokens(run.output_tokens),
        "tokens_of": f"{run.n_with_tokens:,} of {begun:,}",
        "duration_median": formats.duration(found.duration.median),
        "duration_p90": formats.duration(found.duration.p90),
        "duration_of": f"{found.duration.n:,} of {run.n_finished:,}",
        "cut_off": found.n_cut_off,
        "histogram": charts.histogram(found.durations),
    }


def trial_rows(rows: Sequence[Row], label: str) -> list[dict[str, Any]]:
    """Trials as the table shows them."""
    return [
        {
            "run": label,
            "task": row.task,
            "attempt": row.attempt,
            "agent": row.agent,
            "model": row.model,
            "outcome": row.outcome,
            "mark": MARKS[row.outcome],
            "raised": row.has_error and row.outcome != "errored",
            "reward": formats.number(row.reward),
            "duration": formats.duration(row.duration),
            "cost": formats.money(row.cost),
            "error": row.error,
        }
        for row in rows
    ]
