"""The wire's runs → records."""

from collections.abc import Mapping
from datetime import datetime

from dashboard.domain.records import Json, RunRecord
from dashboard.domain.statuses import Outcome, RunKind
from dashboard.sources.docks.fingerprints import run_fingerprint
from dashboard.sources.docks.ids import RunId, WireKind
from dashboard.sources.docks.statuses import run_status
from dashboard.sources.docks.trials import AGENT_LIMIT, UID_LIMIT
from dashboard.sources.docks.values import TEXT_LIMIT, Fields, show_uri
from dashboard.sources.problems import Problems
from dashboard.sources.texts import clean, last_segment
from dashboard.sources.values import moment_of

DATASET_LIMIT = 300
RAW_STATUS_LIMIT = 100
MOST_VARIANTS = 200
MOST_RESULTS = 10_000
COUNTERS = ("total_trials", "completed_trials", "passed_trials", "failed_trials")


def run_record(run_id: RunId, item: Mapping[str, Json], problems: Problems) -> RunRecord:
    """The record of a run of either kind; what cannot be read goes to the problems."""
    fields = Fields(dict(item), "run", problems)
    return _evaluation(run_id, fields) if run_id.kind is WireKind.EVALUATION else _sandbox(run_id, fields)


def dataset_of(item: Mapping[str, Json]) -> str:
    """The name of a run's data set: what its address ends in."""
    uri = item.get("dataset_uri")
    return clean(last_segment(show_uri(uri)), DATASET_LIMIT) if isinstance(uri, str) else ""


def created_at(item: Mapping[str, Json]) -> datetime | None:
    """When a run was made, if its item says so."""
    return moment_of(item.get("created_at"))


def _evaluation(run_id: RunId, fields: Fields) -> RunRecord:
    raw, counts = fields.text("status", limit=RAW_STATUS_LIMIT), {key: fields.count(key) for key in COUNTERS}
    status, finished_at = run_status(raw), fields.moment("completed_at")
    leaderboard = _leaderboard(fields)
    variants = dict.fromkeys(str(entry["variant_name"])[:AGENT_LIMIT] for entry in leaderboard)
    return RunRecord(
        external_id=str(run_id),
        fingerprint=run_fingerprint(run_id.kind, fields.values),
        name=fields.text("name") or clean(run_id.wire),
        status=status,
        raw_status=raw,
        status_reason=fields.text("status_reason", "error_message", limit=TEXT_LIMIT),
        uid=_uid(run_id),
        dataset=dataset_of(fields.values),
        planned_agents=tuple((name, "") for name in variants if name),
        planned_trials=counts["total_trials"],
        source_stats={**counts, "leaderboard": leaderboard},
        started_at=fields.moment("created_at"),
        updated_at=finished_at,
        finished_at=finished_at if status.is_final else None,
        facts=_known({"Data set": show_uri(fields.text("dataset_uri", limit=TEXT_LIMIT))}),
        problems=fields.problems.listed(),
    )


def _leaderboard(fields: Fields) -> list[dict[str, Json]]:
    """The source's own, its shares in percent as it has them."""
    return [
        {
            "variant_name": entry.text("variant_name"),
            "trial_count": entry.count("trial_count"),
            "avg_pass_rate": entry.number("avg_pass_rate"),
            "completed_count": entry.count("completed_count"),
            "failed_count": entry.count("failed_count"),
        }
        for entry in fields.inners("leaderboard", MOST_VARIANTS)
    ]


def _sandbox(run_id: RunId, fields: Fields) -> RunRecord:
    raw = fields.text("status", limit=RAW_STATUS_LIMIT)
    return RunRecord(
        external_id=str(run_id),
        fingerprint=run_fingerprint(run_id.kind, fields.values),
        name=fields.text("template_name", "template_id") or clean(run_id.wire),
        status=run_status(raw),
        kind=RunKind.SANDBOX,
        raw_status=raw,
        status_reason=fields.text("status_reason", limit=TEXT_LIMIT),
        uid=_uid(run_id),
        task_outcomes=_task_outcomes(fields),
        started_at=fields.moment("created_at"),
        facts=_known(
            {
                "Template": fields.text("template_name", "template_id"),
                "Template id": fields.text("template_id"),
                "DNS name": fields.text("dns_name"),
                "Remote": show_uri(fields.text("remote_ref")),
            }
        ),
        problems=fields.problems.listed(),
    )


def _task_outcomes(fields: Fields) -> dict[Outcome, int]:
    """How many tasks passed, failed, and are neither yet; empty if it has none."""
    words = [entry.text("status").lower() for entry in fields.inners("task_results", MOST_RESULTS)]
    passed, failed = words.count("passed"), words.count("failed")
    counts = {Outcome.PASSED: passed, Outcome.FAILED: failed, Outcome.PENDING: len(words) - passed - failed}
    return counts if words else {}


def _uid(run_id: RunId) -> str:
    return run_id.wire if len(run_id.wire) <= UID_LIMIT else ""


def _known(facts: Mapping[str, str]) -> dict[str, str]:
    return {label: text for label, text in facts.items() if text}
