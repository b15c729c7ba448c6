"""JSON of jobs and trials alike → parts of records: usage, phases, errors, rewards, agents, models."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from dashboard.domain.records import ErrorInfo, Phase, Usage
from dashboard.domain.statuses import Outcome
from dashboard.sources.harbor.values import MAX_COST, Fields, number_of
from dashboard.sources.rewards import verdict_of
from dashboard.sources.texts import clean, last_segment
from dashboard.sources.values import MAX_REWARD, MAX_TOKENS

ERROR_NAME_LIMIT = 200
MESSAGE_LIMIT = 4_000
TRACEBACK_LIMIT = 64_000
MOST_REWARDS = 100
MOST_MODELS = 100
DEFAULT_AGENT = "oracle"
"""The agent where a configuration names none (Harbor 0.24, ``AgentConfig``): defaults are left out."""
CANCELLED_ERROR = "CancelledError"
"""The exception by which Harbor says that somebody stopped a trial."""


def usage_of(fields: Fields) -> Usage:
    """Tokens and money, of an agent's result, of one of its models, or of a job's statistics."""
    return Usage(
        input_tokens=fields.count("n_input_tokens", MAX_TOKENS),
        cached_tokens=fields.count("n_cache_tokens", MAX_TOKENS),
        output_tokens=fields.count("n_output_tokens", MAX_TOKENS),
        cost=fields.cost("cost_usd"),
    )


def sum_usage(usages: Iterable[Usage]) -> Usage:
    """Each number added up over those that know it; None where none does."""
    all_of_them = list(usages)
    costs = [usage.cost for usage in all_of_them if usage.cost is not None]
    cost = sum(costs, Decimal(0)) if costs else None
    return Usage(
        input_tokens=_sum(usage.input_tokens for usage in all_of_them),
        cached_tokens=_sum(usage.cached_tokens for usage in all_of_them),
        output_tokens=_sum(usage.output_tokens for usage in all_of_them),
        cost=cost if cost is None or abs(cost) < MAX_COST else None,
    )


def _sum(numbers: Iterable[int | None]) -> int | None:
    known = [number for number in numbers if number is not None]
    return sum(known) if known else None


def model_usage_of(fields: Fields) -> dict[str, Usage]:
    """Usage by model, of an agent's result."""
    inner = fields.inner("model_usage")
    if len(inner.values) > MOST_MODELS:
        fields.wrong("model_usage", f"has {len(inner.values):,} models, of which {MOST_MODELS} are read")
    return {clean(model): usage_of(inner.inner(model)) for model in list(inner.values)[:MOST_MODELS]}


def sum_model_usage(usages: Iterable[Mapping[str, Usage]]) -> dict[str, Usage]:
    """Usage by model, added up."""
    by_model: dict[str, list[Usage]] = {}
    for usage in usages:
        for model, numbers in usage.items():
            by_model.setdefault(model, []).append(numbers)
    return {model: sum_usage(numbers) for model, numbers in by_model.items()}


def phases_of(fields: Fields, names: Mapping[str, str]) -> tuple[Phase, ...]:
    """The stretches of time that have begun; ``names`` maps the fields to the phases' names."""
    found = []
    for key, name in names.items():
        inner = fields.inner(key)
        phase = Phase(name=name, started_at=inner.moment("started_at"), finished_at=inner.moment("finished_at"))
        if phase.started_at or phase.finished_at:
            found.append(phase)
    return tuple(found)


def error_of(fields: Fields) -> ErrorInfo | None:
    """What a trial or a step raised."""
    if fields.raw("exception_info") is None:
        return None
    inner = fields.inner("exception_info")
    return ErrorInfo(
        type=inner.text("exception_type", ERROR_NAME_LIMIT) or "unknown",
        message=inner.text("exception_message", MESSAGE_LIMIT),
        traceback=inner.text("exception_traceback", TRACEBACK_LIMIT),
        occurred_at=inner.moment("occurred_at"),
    )


def rewards_of(fields: Fields) -> dict[str, float] | None:
    """The verifier's rewards that are numbers; None where it gave none."""
    rewards = _raw_rewards(fields)
    found = {}
    for key, value in list(rewards.values.items())[:MOST_REWARDS]:
        number = number_of(value)
        if number is not None and abs(number) <= MAX_REWARD:
            found[clean(key)] = float(number)
        elif value is not None:
            rewards.wrong(key, "is not a number that can be believed")
    if len(rewards.values) > MOST_REWARDS:
        rewards.wrong("rewards", f"has {len(rewards.values):,} keys, of which {MOST_REWARDS} are read")
    return found or None


def primary_reward(fields: Fields) -> float | None:
    """The key ``reward``, else the only key, else None; a key that cannot be read does not promote another."""
    keys = _raw_rewards(fields).values.keys()
    key = "reward" if "reward" in keys else next(iter(keys), "")
    if key != "reward" and len(keys) != 1:
        return None
    return (rewards_of(fields) or {}).get(clean(key))


def _raw_rewards(fields: Fields) -> Fields:
    """What the verifier gave by key. Early jobs have one bare ``reward`` instead."""
    result = fields.inner("verifier_result")
    return result if "rewards" not in result.values and "reward" in result.values else result.inner("rewards")


def outcome_of(reward: float | None, error: ErrorInfo | None) -> Outcome:
    """How a finished trial came out: the verdict if there is one, else how it ended."""
    if reward is not None:
        return verdict_of(reward)
    if error is None:
        return Outcome.UNSCORED
    return Outcome.CANCELLED if error.type.rsplit(".", 1)[-1] == CANCELLED_ERROR else Outcome.ERRORED


def agent_name(agent: Fields) -> str:
    """An agent's name in a configuration: its name, else the class that ``module:Class`` ends in, else the default."""
    return agent.text("name") or agent.text("import_path").rsplit(":", 1)[-1] or DEFAULT_AGENT


def split_model(model_name: str) -> tuple[str, str]:
    """(provider, model) of ``provider/model``; the provider ends at the first slash, and may be missing."""
    provider, slash, model = model_name.partition("/")
    return (provider, model) if slash else ("", model_name)


def names_of(items: Iterable[Fields]) -> list[str]:
    """What data sets are called: their name, else what their path ends in; each once."""
    names = (item.text("name") or last_segment(item.text("path")) for item in items)
    return list(dict.fromkeys(name for name in names if name))
