"""A run's numbers as what its templates show: texts ready, geometry ready."""

from collections.abc import Mapping

from dashboard import formats
from dashboard.domain.failures import Cause
from dashboard.domain.queries import Query, Term
from dashboard.domain.statistics import Rate
from dashboard.filters.terms import findable
from dashboard.models import Run
from dashboard.services import runs
from dashboard.services.commands import Command
from dashboard.services.failures import FailureGroup
from dashboard.services.leaderboards import Standing
from dashboard.services.reach import capabilities
from dashboard.services.tests_passed import MeanShare, Solver
from dashboard.tables.runs import counts_of, outcome_label, outcome_segments


def pairs(run: Run) -> list[dict[str, object]]:
    """Ids, whereabouts and settings, for the list of facts."""
    details = runs.detail(run)
    has_folder = capabilities(run.source).is_local
    facts: list[dict[str, object]] = [
        *(_named_by_folder(run) if has_folder else [{"name": "Id", "value": run.own_id, "copyable": True}]),
        {"name": "Source", "value": run.source.name},
        *told(run),
        {"name": "Data set", "value": "" if "Data set" in details.facts else run.dataset},
        {"name": "Agents and models", "value": run.agents_text},
        {"name": "Source's word", "value": "" if has_folder else run.raw_status},
        {"name": "Reason", "value": run.status_reason},
        {"name": beginning(run).capitalize(), "value": formats.moment(run.started_at)},
        {"name": "Last change", "value": "" if run.updated_at == run.finished_at else formats.moment(run.updated_at)},
        {"name": "Finished", "value": formats.moment(run.finished_at)},
        {"name": "Attempts per task", "value": details.planned_attempts},
        {"name": "Trials at once", "value": details.concurrency},
        {"name": "Retries", "value": run.n_retries},
        {"name": "First seen here", "value": formats.moment(run.first_seen_at)},
    ]
    return [fact for fact in facts if fact["value"] not in {None, "", "–"}]


def beginning(run: Run) -> str:
    """What is known of when this run and its trials began: when they «started», or only when they were «created»."""
    return "started" if capabilities(run.source).starts else "created"


def told(run: Run) -> list[dict[str, object]]:
    """What only its source knows of it."""
    facts = runs.detail(run).facts
    return [{"name": label, "value": text, "copyable": True} for label, text in facts.items()]


def _named_by_folder(run: Run) -> list[dict[str, object]]:
    return [
        {"name": "Name", "value": run.external_id, "copyable": True},
        {"name": "Id", "value": run.uid, "copyable": True},
        {"name": "Address", "value": f"{run.source.address.rstrip('/')}/{run.external_id}", "copyable": True},
    ]


def typed(found: list[Command]) -> list[dict[str, object]]:
    """Commands, for a list of names and values; each can be copied."""
    return [{"name": command.label, "value": command.text, "copyable": True} for command in found]


def outcomes(run: Run) -> dict[str, object]:
    """Context of the wide outcome bar."""
    counts = counts_of(run)
    return {"segments": outcome_segments(counts), "label": outcome_label(counts)}


def rate(found: Rate) -> dict[str, object]:
    """Context of ``components/rate.html``."""
    blank: dict[str, object] = {"n": found.n, "interval": "", "low": "", "mid": "", "high": ""}
    if found.value is None:
        return blank | {"value": "–"}
    drawn = {} if found.interval is None else {
        "interval": formats.interval(found.interval), "low": f"{100 * found.interval.low:.1f}",
        "high": f"{100 * found.interval.high:.1f}", "mid": f"{100 * found.value:.1f}",
    }  # fmt: skip
    return blank | {"value": formats.percent(found.value)} | drawn


def leaderboard(standings: list[Standing], tests: Mapping[Solver, MeanShare] | None = None) -> list[dict[str, object]]:
    """Rows of the leaderboard; ``tests`` is how many of their tests the trials of each passed, where that is told."""
    ks = pass_at_columns(standings)
    return [
        {
            "standing": standing,
            "strict": rate(standing.strict),
            "scored": rate(standing.scored),
            "tests": _share((tests or {}).get((standing.agent, standing.model, standing.provider))),
            "errored": standing.counts.get("errored", 0),
            "pass_at": [formats.percent(standing.pass_at.get(k)) for k in ks],
            "segments": outcome_segments(standing.counts),
            "label": outcome_label(standing.counts),
        }
        for standing in standings
    ]


def _share(mean: MeanShare | None) -> dict[str, object] | None:
    """The text of a share, how long its bar is (0–100), and of how many trials."""
    if mean is None:
        return None
    return {"value": formats.percent(mean.value), "width": f"{100 * mean.value:.1f}", "n": mean.n}


def pass_at_columns(standings: list[Standing]) -> list[int]:
    """The k for which any row has a pass@k."""
    return sorted({k for standing in standings for k in standing.pass_at})


def failure_rows(groups: list[FailureGroup]) -> list[dict[str, object]]:
    """Rows of the failures table: each with the query that lists its trials."""
    return [
        {
            "error_type": group.error_type,
            "pattern": group.pattern,
            "n_trials": group.n_trials,
            "n_with_verdict": group.n_with_verdict,
            "n_tasks": group.n_tasks,
            "cause_label": Cause(group.cause).label if group.cause else "",
            "whose": _whose(group.cause),
            "first_trial": group.first_trial,
            "query": _group_query(group),
        }
        for group in groups
    ]


def _whose(cause: str) -> str:
    """Whether the agent brought it about; empty where that is not known."""
    if cause in {"", Cause.UNKNOWN, Cause.CANCELLED}:
        return ""
    return "agent's own" if Cause(cause).is_agents_own else "around the agent"


def _group_query(group: FailureGroup) -> str:
    if not group.error_type:
        return "outcome:failed,partial -is:raised"
    parts = {"error": group.error_type, **({"group": group.pattern} if group.pattern else {"is": "wordless"})}
    return Query(terms=tuple(Term.of(field, findable(text)) for field, text in parts.items())).text
