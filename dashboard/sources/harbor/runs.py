"""The documents of one job → its run record."""

from dataclasses import dataclass
from datetime import datetime, tzinfo

from dashboard.domain.records import Json, RunRecord
from dashboard.domain.statuses import RunStatus
from dashboard.sources.harbor.documents import DocumentState
from dashboard.sources.harbor.keeping import kept
from dashboard.sources.harbor.mapping import CANCELLED_ERROR, agent_name, names_of, split_model, usage_of
from dashboard.sources.harbor.values import Fields, moment_at
from dashboard.sources.problems import Problems
from dashboard.sources.texts import clean
from dashboard.sources.values import MAX_COUNT

MOST_AGENTS = 200
MOST_DATASETS = 200
MOST_LOCKED = 100_000
MOST_EVALS = 1_000
UID_LIMIT = 100
RAW_STATUS_LIMIT = 100
INTERRUPTED = "interrupted"
"""What a job without an end is called that somebody ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSource:
    """Where a record comes from: who the run is, what its documents say, and what its files' stamps tell."""

    external_id: str
    folder_name: str
    config: Fields
    result: Fields
    lock: Fields
    result_state: DocumentState
    zone: tzinfo | None
    """The zone of naive times; None is the machine's own."""
    config_mtime_ns: int | None
    has_begun_since: bool
    """A trial began after the job's result was written."""
    last_change_ns: int
    is_quiet: bool
    """Nothing in the folder has changed for longer than a running job is believed to be silent."""
    problems: Problems


def is_enough(config: dict[str, Json], result: dict[str, Json]) -> bool:
    """Whether a job's configuration and result tell what its lock would: a lock can be large."""
    return all(config.get(key) is not None for key in ("agents", "n_concurrent_trials")) and all(
        result.get(key) is not None for key in ("started_at", "n_total_trials")
    )


def status_of(source: RunSource) -> RunStatus:
    """The run's state: Harbor has no word for it, only whether it wrote an end, and counts (decision 0007).

    A job whose process was killed has no end either and keeps running by its own account; it becomes stalled.
    """
    if source.result_state is DocumentState.UNREADABLE:
        return RunStatus.UNKNOWN
    if not has_end(source):
        return RunStatus.CANCELLED if _was_interrupted(source) else RunStatus.RUNNING
    return RunStatus.CANCELLED if _was_cancelled(source) else RunStatus.COMPLETED


def has_end(source: RunSource) -> bool:
    """Whether the job wrote its end; of one that did not, more may come."""
    return bool(source.result.raw("finished_at"))


def run_record(source: RunSource, *, fingerprint: str, status: RunStatus) -> RunRecord:
    """The record of a job."""
    result, config = source.result, source.config
    stated_end = result.moment("finished_at", source.zone)
    updated_at = _updated_at(source) or stated_end or moment_at(source.last_change_ns)
    is_interrupted = status.is_final and not has_end(source)
    planned, usage, stats = _planned_trials(source), usage_of(result.inner("stats")), kept(result, "stats")
    return RunRecord(
        external_id=source.external_id,
        fingerprint=fingerprint,
        name=config.text("job_name") or clean(source.folder_name),
        status=status,
        raw_status=INTERRUPTED if is_interrupted else _raw_status(result),
        is_stalled=status is RunStatus.RUNNING and source.is_quiet,
        uid=result.text("id", UID_LIMIT),
        dataset=clean(", ".join(names_of(config.inners("datasets", MOST_DATASETS)))),
        planned_agents=_planned_agents(source),
        planned_trials=planned,
        planned_attempts=_planned_attempts(config),
        concurrency=_concurrency(source),
        retries=_stat(source, "n_retries"),
        counted_usage=usage,
        source_stats=stats,
        started_at=_started_at(source),
        updated_at=updated_at,
        finished_at=updated_at if is_interrupted else stated_end,
        config=kept(config) if config.values else None,
        problems=source.problems.listed(),
    )


def _raw_status(result: Fields) -> str:
    """The word in the ``status`` of early jobs, if there is one."""
    status = result.raw("status")
    word = status.get("status") if isinstance(status, dict) else status
    return clean(word, RAW_STATUS_LIMIT) if isinstance(word, str) else ""


def _was_interrupted(source: RunSource) -> bool:
    """Whether the counts of a job without an end say that nothing runs any more and something was cancelled."""
    cancelled, running = _stat(source, "n_cancelled_trials"), _stat(source, "n_running_trials")
    return bool(cancelled) and running == 0 and not source.has_begun_since


def _was_cancelled(source: RunSource) -> bool:
    """Whether trials were cancelled and none was left over for another reason."""
    cancelled = _stat(source, "n_cancelled_trials")
    if cancelled is None:
        cancelled = _count_cancelled(source.result.inner("stats"))
    left = (_stat(source, "n_pending_trials") or 0) + (_stat(source, "n_running_trials") or 0)
    return cancelled > 0 and left == 0


def _stat(source: RunSource, key: str) -> int | None:
    """A count of the statistics, which early jobs keep in their ``status``."""
    stats = source.result.inner("stats")
    if stats.raw(key) is not None or not isinstance(source.result.raw("status"), dict):
        return stats.count(key)
    return source.result.inner("status").count(key)


def _count_cancelled(stats: Fields) -> int:
    """Cancelled trials by the exceptions counted, for early jobs that count nothing else."""
    evals = stats.inner("evals")
    names: set[str] = set()
    for key in list(evals.values)[:MOST_EVALS]:
        found = evals.inner(key).inner("exception_stats").raw(CANCELLED_ERROR)
        if isinstance(found, list):
            names.update(name for name in found if isinstance(name, str))
    return len(names)


def _planned_agents(source: RunSource) -> tuple[tuple[str, str], ...]:
    """Agents and models as configured; a job with the default agent names none, but its lock does."""
    if source.config.raw("agents") is not None:
        agents = list(source.config.inners("agents", MOST_AGENTS))
    else:
        locked = (trial.inner("agent") for trial in source.lock.inners("trials", MOST_LOCKED))
        agents = [agent for agent in locked if agent.values]
    pairs = dict.fromkeys((agent_name(agent), split_model(agent.text("model_name"))[1]) for agent in agents)
    return tuple(pairs)[:MOST_AGENTS]


def _planned_trials(source: RunSource) -> int | None:
    """How many the job says it has, else how many it locked."""
    if source.result.raw("n_total_trials") is not None:
        return source.result.count("n_total_trials")
    locked = source.lock.raw("trials")
    return min(len(locked), MAX_COUNT) if isinstance(locked, list) else None


def _planned_attempts(config: Fields) -> int | None:
    """As configured; 1, Harbor's default, where a configuration leaves it out."""
    if not config.values:
        return None
    return 1 if config.raw("n_attempts") is None else config.count("n_attempts")


def _concurrency(source: RunSource) -> int | None:
    """As configured; early jobs have it below ``orchestrator``, and the default stands only in the lock."""
    places = (source.config, source.config.inner("orchestrator"), source.lock)
    found = (place.count("n_concurrent_trials") for place in places)
    return next((number for number in found if number is not None), None)


def _started_at(source: RunSource) -> datetime | None:
    """As the result says; before there is one, when the inputs were locked or the configuration was written."""
    stated = source.result.moment("started_at", source.zone) or source.lock.moment("created_at")
    if stated is None and source.config_mtime_ns is not None:
        return moment_at(source.config_mtime_ns)
    return stated


def _updated_at(source: RunSource) -> datetime | None:
    """As the result says, or the ``status`` of early jobs."""
    stated = source.result.moment("updated_at", source.zone)
    if stated is None and isinstance(source.result.raw("status"), dict):
        return source.result.inner("status").moment("updated_at", source.zone)
    return stated
