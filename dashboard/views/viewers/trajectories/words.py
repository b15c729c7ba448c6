"""Steps in a few words: who, which tools, what it took, what else is known."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from dashboard import formats
from dashboard.domain.trajectories import Step, StepSource, Totals

WORDS = {
    StepSource.SYSTEM: ("System", "settings"),
    StepSource.USER: ("User", "user"),
    StepSource.AGENT: ("Agent", "agent"),
    StepSource.OTHER: ("Other", "unknown"),
}
"""The word and the icon of who made a step."""


def tool_names(names: Sequence[str]) -> str:
    """Each once, the first few, with how often: ``Read ×3, Bash``."""
    counts: dict[str, int] = {}
    for name in names:
        counts[name] = counts.get(name, 0) + 1
    shown = [f"{name[:40]} ×{count}" if count > 1 else name[:40] for name, count in list(counts.items())[:4]]
    return ", ".join([*shown, "…"] if len(counts) > len(shown) else shown)


def figures(step: Step) -> str:
    """What it took: time, tokens, money; what is not known is left out."""
    metrics = step.metrics
    parts = [
        formats.duration(timedelta(seconds=step.seconds)) if step.seconds else "",
        *token_words(metrics.prompt_tokens, metrics.cached_tokens, metrics.completion_tokens),
        formats.money(metrics.cost) if metrics.cost is not None else "",
    ]
    return " · ".join(part for part in parts if part)


def token_words(prompt: int | None, cached: int | None, completion: int | None) -> list[str]:
    """Tokens in, of them cached, and out, those that are known."""
    named = ((prompt, "in"), (cached, "cached"), (completion, "out"))
    return [f"{formats.tokens(count)} {word}" for count, word in named if count is not None]


def running(totals: Totals) -> str:
    """What all steps until one took together."""
    tokens = None
    if totals.prompt_tokens is not None or totals.completion_tokens is not None:
        tokens = (totals.prompt_tokens or 0) + (totals.completion_tokens or 0)
    parts = [
        f"{formats.tokens(tokens)} tokens" if tokens else "",
        formats.money(totals.cost) if totals.cost is not None else "",
    ]
    return " · ".join(part for part in parts if part)


def rule(step: Step) -> str:
    """How the context was rewritten at this step: ``Context rewritten: compaction (replace)``."""
    if not step.context_change:
        return ""
    how = f" ({step.boundary[:40]})" if step.boundary else ""
    return f"Context rewritten: {step.context_change[:40]}{how}"


def metadata(step: Step) -> Mapping[str, object]:
    """What else is known of a step, by name."""
    facts = {
        "step_id": step.step_id if step.step_id != str(step.number) else "",
        "timestamp": formats.moment(step.timestamp) if step.timestamp else "",
        "model": step.model,
        "reasoning_effort": step.reasoning_effort,
        "llm_calls": step.llm_calls,
        "metrics": dict(step.metrics.extra),
        "extra": dict(step.extra),
        "calls": [
            {"id": call.call_id, **({"extra": dict(call.extra)} if call.extra else {})} for call in step.tool_calls
        ],
        "results": [dict(result.extra) for result in step.results if result.extra],
    }
    return {name: value for name, value in facts.items() if value not in ("", None, {}, [])}
