"""A trial's facts as what its template shows: texts ready, geometry ready."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from dashboard import formats
from dashboard.domain.failures import Cause
from dashboard.domain.statuses import Outcome
from dashboard.models import Trial, TrialDetail
from dashboard.views.runs.facts import beginning

Row = dict[str, Any]

LONG = 40
"""Characters from which a value is cut off and gets a button that copies it: hashes and addresses."""

REST = timedelta(seconds=0.5)
"""Time between phases that is always worth telling; of a short trial also less, from a hundredth of it."""

_URIS = {"logs_uri": "Logs", "trajectory_uri": "Trajectory", "diff_uri": "Diff", "result_uri": "Result"}
_IN_TILES = ("tests_passed", "tests_total")
_LABELS = {"status": "Source's word", "created_at": "Created"}

TONES = {"environment setup": 1, "agent setup": 2, "agent": 3, "verifier": 4}


def reason(trial: Trial, details: TrialDetail) -> str:
    """One sentence: why the trial came out as it did."""
    outcome = Outcome(trial.outcome)
    if outcome is Outcome.ERRORED:
        return f"It ended by {trial.error_type or 'an exception'} and was not judged."
    if outcome.is_verdict:
        return _verdict(trial, details)
    if outcome is Outcome.UNSCORED and details.problems:
        problem = details.problems[0]
        return (
            f"It ended, but no reward is known, for what it left cannot be read: {problem['where']}: {problem['what']}"
        )
    if outcome is Outcome.RUNNING and trial.run.is_stalled:
        return "It has not ended, but nothing in its run has changed for a while: what ran it may have died."
    return {
        Outcome.UNSCORED: "It ended, but no reward says how well: the verifier was off, or left several keys and none "
        "called “reward”.",
        Outcome.RUNNING: "It is still running.",
        Outcome.PENDING: "It has not started.",
        Outcome.CANCELLED: "It was cancelled before it was judged.",
    }.get(outcome, "")


def _verdict(trial: Trial, details: TrialDetail) -> str:
    key = "reward" if not details.rewards or "reward" in details.rewards else next(iter(details.rewards))
    if trial.reward is None:
        said = f"The verifier judged it as {trial.outcome}."
    else:
        said = f"The verifier gave {key} {trial.reward:.4g}: 1 or more is a pass."
    also = f" It raised {trial.error_type} all the same." if trial.has_error else ""
    return said + also


def phases(
    stored: Sequence[Mapping[str, Any]], started: datetime | None = None, finished: datetime | None = None
) -> Row | None:
    """Context of ``components/phases.html``; None if no phase has both its times.

    Gaps stay gaps, and what no phase measured of the time from ``started`` to ``finished`` is a row of its own, so
    that the rows add up to the whole. Where one of the two is unknown, the whole is what the phases span.
    """
    spans = [
        (str(phase["name"]), start, end)
        for phase in stored
        for start, end in [_span(phase)]
        if start and end and end >= start
    ]
    if not spans:
        return None
    if started is None or finished is None or finished <= started:
        started, finished = min(start for _, start, _ in spans), max(end for _, _, end in spans)
    total = finished - started
    rows = [_phase(name, start, end, started, total) for name, start, end in spans]
    rows += _not_measured(total - sum((end - start for _, start, end in spans), timedelta()), total)
    label = "Phases: " + ", ".join(f"{row['name']} {row['duration']}" for row in rows)
    return {"phases": rows, "label": label, "total": formats.duration(total)}


def all_phases(trial: Trial, details: TrialDetail) -> Row | None:
    """The phases of the whole trial, those of its steps too."""
    return phases([*details.phases, *step_spans(details.steps)], trial.started_at, trial.finished_at)


def _not_measured(rest: timedelta, total: timedelta) -> list[Row]:
    """A last row for what is left of the whole, unless that is next to nothing. The gaps themselves are its drawing."""
    if rest < min(REST, total / 100) or not rest:
        return []
    share = formats.percent(rest / total, 0)
    return [
        {"name": "Not measured", "x": "0", "width": "0", "duration": formats.duration(rest), "share": share, "tone": 0}
    ]


def _phase(name: str, start: datetime, end: datetime, first: datetime, total: timedelta) -> Row:
    whole = total.total_seconds() or 1
    share = (end - start).total_seconds() / whole
    return {
        "name": name[:1].upper() + name[1:],
        "x": f"{100 * (start - first).total_seconds() / whole:.2f}",
        "width": f"{max(0.3, 100 * share):.2f}",
        "duration": formats.duration(end - start),
        "share": formats.percent(share, 0),
        "tone": TONES.get(name, 3),
    }


def _span(phase: Mapping[str, Any]) -> tuple[datetime | None, datetime | None]:
    return _time(phase.get("started_at")), _time(phase.get("finished_at"))


def _time(text: object) -> datetime | None:
    return datetime.fromisoformat(text) if isinstance(text, str) else None


def step_spans(stored: Sequence[Mapping[str, Any]]) -> list[Row]:
    """The steps of a multi-step trial as phases of it: each from its first phase's start to its last one's end."""
    spans = []
    for step in stored:
        found = [phase for phase in step.get("phases") or [] if all(_span(phase))]
        if found:
            times = {"started_at": found[0]["started_at"], "finished_at": found[-1]["finished_at"]}
            spans.append({"name": f"step {step['name']}", **times})
    return spans


def steps(stored: Sequence[Mapping[str, Any]]) -> list[Row]:
    """The steps of a multi-step trial, in order."""
    return [
        {
            "name": step["name"],
            "rewards": rewards(step.get("rewards")),
            "error": step.get("error"),
            "phases": phases(step.get("phases") or []),
            "usage": _usage(step.get("usage") or {}),
        }
        for step in stored
    ]


def rewards(stored: Mapping[str, float] | None) -> list[Row]:
    """Reward keys and values, the primary one first."""
    pairs = sorted((stored or {}).items(), key=lambda pair: (pair[0] != "reward", pair[0]))
    return [{"name": name, "value": f"{value:.6g}"} for name, value in pairs]


def model_usage(stored: Mapping[str, Mapping[str, Any]]) -> list[Row]:
    """Tokens and cost by model; empty unless several models were used."""
    return [{"model": model, **_usage(usage)} for model, usage in stored.items()] if len(stored) > 1 else []


def _usage(usage: Mapping[str, Any]) -> Row:
    cost = usage.get("cost")
    return {
        "input": formats.tokens(usage.get("input_tokens")),
        "cached": formats.tokens(usage.get("cached_tokens")),
        "output": formats.tokens(usage.get("output_tokens")),
        "cost": formats.money(None if cost is None else Decimal(cost)),
    }


def pairs(trial: Trial, details: TrialDetail) -> list[Row]:
    """Ids and circumstances, for the list of facts."""
    cause = Cause(trial.cause) if trial.cause else None
    facts: list[Row] = [
        {"name": "Trial", "value": trial.external_id, "copyable": True},
        {"name": "Id", "value": "" if trial.uid == trial.external_id else trial.uid, "copyable": True},
        {"name": "Task", "value": trial.task.name},
        {"name": "Data set", "value": trial.task.dataset},
        {"name": "Agent", "value": " ".join(part for part in (trial.agent, trial.agent_version) if part)},
        {"name": "Model", "value": "/".join(part for part in (trial.provider, trial.model) if part)},
        {"name": "Cause of the error", "value": cause.label if cause else ""},
        {"name": beginning(trial.run).capitalize(), "value": formats.moment(trial.started_at)},
        {"name": "Finished", "value": formats.moment(trial.finished_at)},
        *_extra(trial, details),
    ]
    return [fact for fact in facts if fact["value"] not in {None, "", "–"}]


def _extra(trial: Trial, details: TrialDetail) -> list[Row]:
    """Facts that only the source knows, but for those that stand elsewhere on the page."""
    elsewhere = {*_URIS, *_IN_TILES}
    elsewhere |= set() if trial.duration is None else {"duration_seconds"}
    elsewhere |= set() if trial.started_at is None else {"created_at"}
    shown = {name: value for name, value in details.extra.items() if name not in elsewhere}
    return [
        {
            "name": _LABELS.get(name, name.replace("_", " ").capitalize()),
            "value": value,
            "copyable": len(str(value)) >= LONG,
        }
        for name, value in shown.items()
        if isinstance(value, (str, int, float))
    ]


def addresses(details: TrialDetail) -> list[Row]:
    """Where the source says that the trial's artifacts are, whether or not they can be fetched from there."""
    found = [(label, details.extra.get(key)) for key, label in _URIS.items()]
    return [{"name": label, "value": uri, "copyable": True} for label, uri in found if isinstance(uri, str)]
