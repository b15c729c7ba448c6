"""The wire's trials → records."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from dashboard.domain.records import ErrorInfo, Json, TrialRecord, Usage
from dashboard.domain.statuses import Outcome
from dashboard.sources.docks.fingerprints import trial_fingerprint
from dashboard.sources.docks.ids import wire_id
from dashboard.sources.docks.statuses import TrialWord, trial_word
from dashboard.sources.docks.values import TEXT_LIMIT, Fields, number_of, show_uri
from dashboard.sources.problems import Problems
from dashboard.sources.rewards import verdict_of
from dashboard.sources.texts import clean
from dashboard.sources.values import MAX_REWARD, MAX_TOKENS

MOST_TRIALS = 100_000
AGENT_LIMIT = 200
ERROR_TYPE_LIMIT = 200
UID_LIMIT = 100
URI_KEYS = ("logs_uri", "trajectory_uri", "diff_uri", "result_uri")
ERROR_TYPE = "Error"
"""Of an error whose code the source does not say."""

_PLAIN_OUTCOMES = {
    TrialWord.PENDING: Outcome.PENDING,
    TrialWord.RUNNING: Outcome.RUNNING,
    TrialWord.CANCELLED: Outcome.CANCELLED,
    TrialWord.PASSED: Outcome.PASSED,
    TrialWord.PARTIAL: Outcome.PARTIAL,
}


@dataclass(frozen=True, slots=True)
class TrialsReading:
    """What a list of trials holds: those that changed, and the ids of all."""

    changed: tuple[TrialRecord, ...]
    present: frozenset[str]


def read_trials(items: list[Json], known: Mapping[str, str], *, dataset: str, problems: Problems) -> TrialsReading:
    """The trials of a list whose fingerprints are not the known ones; each id counts once, items without are told."""
    if len(items) > MOST_TRIALS:
        problems.add("trials", f"There are {len(items):,}, of which {MOST_TRIALS:,} are read.")
    changed, present = [], set[str]()
    for number, item in enumerate(items[:MOST_TRIALS], start=1):
        trial_id = wire_id(item.get("id")) if isinstance(item, dict) else ""
        if not isinstance(item, dict) or not trial_id:
            problems.add(f"trial {number}", "It has no usable id and cannot be shown.")
        elif trial_id not in present:
            present.add(trial_id)
            fingerprint = trial_fingerprint(item, dataset=dataset, uris=shown_uris(item))
            if known.get(trial_id) != fingerprint:
                changed.append(trial_record(item, trial_id, dataset=dataset, fingerprint=fingerprint))
    return TrialsReading(tuple(changed), frozenset(present))


def trial_record(item: Mapping[str, Json], trial_id: str, *, dataset: str, fingerprint: str) -> TrialRecord:
    """The record of one trial; whatever cannot be read of it is among its problems."""
    problems = Problems()
    fields = Fields(dict(item), "trial", problems)
    result = fields.embedded("result_data")
    rewards, error, duration = _rewards(result), _error(fields, result), _duration(fields, result)
    outcome = _outcome(fields, _primary(rewards), error, is_over=duration is not None)
    created_at = fields.moment("created_at")
    return TrialRecord(
        external_id=trial_id,
        fingerprint=fingerprint,
        uid=trial_id if len(trial_id) <= UID_LIMIT else "",
        task_name=_task(fields, trial_id),
        outcome=outcome,
        dataset=dataset,
        agent=fields.text("agent_variant", "variant_name", limit=AGENT_LIMIT),
        reward=_primary(rewards) if outcome.is_verdict else None,
        rewards=rewards or None,
        error=error,
        usage=Usage(input_tokens=result.count("prompt_tokens", MAX_TOKENS)),
        # Neither start nor end is told. What ended is put in order by when it was made; see ``Capabilities.starts``.
        started_at=created_at if outcome.is_final else None,
        duration=duration if outcome.is_final else None,
        extra=_extra(fields, result),
        problems=problems.listed(),
    )


def shown_uris(item: Mapping[str, Json]) -> dict[str, str]:
    """The addresses of a trial's artifacts that it has, fit to be shown."""
    found = {key: show_uri(uri) for key in URI_KEYS if isinstance(uri := item.get(key), str)}
    return {key: uri for key, uri in found.items() if uri}


def _task(fields: Fields, trial_id: str) -> str:
    name = fields.text("task_slug")
    if not name:
        fields.wrong("task_slug", "is missing; the trial's id stands for it")
    return name or clean(trial_id)


def _rewards(result: Fields) -> dict[str, float]:
    """The reward, and the share of tests that passed, as far as they are known."""
    reward, tests = result.values.get("reward"), _tests_rate(result)
    number = float(reward) if isinstance(reward, bool) else result.number("reward")
    if number is not None and abs(number) > MAX_REWARD:
        result.wrong("reward", "is not a number that can be believed")
        number = None
    found = {"reward": number, "tests_passed": tests}
    return {key: float(value) for key, value in found.items() if value is not None}


def _tests_rate(result: Fields) -> float | None:
    """From 0 to 1. A count without its total says nothing, a boolean everything."""
    passed = result.values.get("tests_passed")
    if isinstance(passed, bool):
        return float(passed)
    count, total = result.number("tests_passed"), result.number("tests_total")
    if count is None or total is None or total <= 0 or not 0 <= count <= total:
        return None
    return count / total


def _primary(rewards: Mapping[str, float]) -> float | None:
    """The key ``reward``, else the only key."""
    return rewards.get("reward", rewards.get("tests_passed"))


def _error(fields: Fields, result: Fields) -> ErrorInfo | None:
    """What the trial says went wrong; an errored one always has an error."""
    message = fields.text("error_message", limit=TEXT_LIMIT) or result.text("error_message", "error", limit=TEXT_LIMIT)
    code = result.text("error_code", limit=ERROR_TYPE_LIMIT)
    is_errored = trial_word(fields.text("status")) is TrialWord.ERRORED
    return ErrorInfo(type=code or ERROR_TYPE, message=message) if message or code or is_errored else None


def _outcome(fields: Fields, reward: float | None, error: ErrorInfo | None, *, is_over: bool) -> Outcome:
    """What the status says; where it leaves that open, what reward, error and duration say."""
    word = trial_word(fields.text("status"))
    if word in _PLAIN_OUTCOMES:
        return _PLAIN_OUTCOMES[word]
    if word is TrialWord.FAILED:
        return Outcome.PARTIAL if 0 < (reward or 0) < 1 else Outcome.FAILED
    if word is TrialWord.ERRORED and not (reward or 0) > 0:
        return Outcome.ERRORED
    if word is TrialWord.UNKNOWN and not is_over and reward is None and error is None:
        return Outcome.RUNNING
    if reward is not None:
        return verdict_of(reward)
    return Outcome.ERRORED if error else Outcome.UNSCORED


def _duration(fields: Fields, result: Fields) -> timedelta | None:
    duration = fields.duration("duration_seconds")
    return result.duration("duration_seconds") if duration is None else duration


def _extra(fields: Fields, result: Fields) -> dict[str, Json]:
    """Facts that only this source knows, where they are known."""
    facts: dict[str, Json] = {"status": fields.text("status", limit=100)}
    facts |= {key: _plain(result.values.get(key)) for key in ("tests_passed", "tests_total")}
    facts |= {key: fields.text(key, limit=100) for key in ("created_at", "duration_seconds")}
    facts |= {"error_code": result.text("error_code", limit=ERROR_TYPE_LIMIT), **shown_uris(fields.values)}
    return {key: value for key, value in facts.items() if value not in (None, "")}


def _plain(value: Json) -> Json:
    """A boolean or a number."""
    return value if isinstance(value, bool) else number_of(value)
