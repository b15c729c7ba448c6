"""One line for a step: the first words of what it says or of what it called."""

from collections.abc import Mapping, Sequence

from dashboard.domain.trajectories import OutlineRow
from dashboard.readers.trajectories.contents import holds_any, texts
from dashboard.readers.values import mapping, sequence, text

LONGEST_TITLE = 120
MOST_TOOLS = 5
_LONGEST_NAME = 60
_LOOKED_AT = 2 * LONGEST_TITLE
"""Characters of a text in which its first words are looked for."""


def title_of(wire: Mapping[str, object]) -> str:
    """First words of its message, else of what it called, else of its reasoning, else of what came back."""
    return (
        _first_words(texts(wire.get("message")))
        or _called(wire)
        or _first_words([text(wire.get("reasoning_content"))])
        or _came_back(wire)
    )


def tools_of(wire: Mapping[str, object]) -> Sequence[str]:
    """Names of the tools it called, each once, in the order of its calls."""
    calls = sequence(wire.get("tool_calls"))
    names = (text(mapping(call).get("function_name"))[:_LONGEST_NAME] for call in calls[: 4 * MOST_TOOLS])
    return tuple(dict.fromkeys(name for name in names if name))[:MOST_TOOLS]


def holds_of(wire: Mapping[str, object]) -> Sequence[str]:
    """What it is made of: messages, reasoning, tools, outputs."""
    held = {
        "messages": holds_any(wire.get("message")),
        "reasoning": not _is_blank(text(wire.get("reasoning_content"))),
        "tools": bool(wire.get("tool_calls")),
        "outputs": _holds_output(wire.get("observation")),
    }
    return tuple(kind for kind, is_so in held.items() if is_so)


def _is_blank(words: str) -> bool:
    return not words or words.isspace()


def _holds_output(observation: object) -> bool:
    if not isinstance(observation, dict):
        return holds_any(observation)
    results = observation.get("results")
    return any(_holds_result(result) for result in (results if isinstance(results, list) else [results]))


def _holds_result(result: object) -> bool:
    if not isinstance(result, dict):
        return holds_any(result)
    return bool(result.get("subagent_trajectory_ref")) or holds_any(result.get("content"))


def _called(wire: Mapping[str, object]) -> str:
    for call in sequence(wire.get("tool_calls"))[:1]:
        arguments = mapping(call).get("arguments")
        first = next((value for value in mapping(arguments).values() if isinstance(value, str)), text(arguments))
        return _first_words([f"{text(mapping(call).get('function_name'))[:_LONGEST_NAME]} {first[:_LOOKED_AT]}"])
    return ""


def _came_back(wire: Mapping[str, object]) -> str:
    results = sequence(mapping(wire.get("observation")).get("results"))
    return next((words for result in results if (words := _first_words(texts(mapping(result).get("content"))))), "")


def _first_words(found: Sequence[str]) -> str:
    words = " ".join(" ".join(piece[:_LOOKED_AT].split()) for piece in found[:3]).strip()
    return words if len(words) <= LONGEST_TITLE else words[: LONGEST_TITLE - 1].rstrip() + "…"


def kinds_of(row: OutlineRow) -> frozenset[str]:
    """What a filter may ask of it."""
    marked = {
        "subagents": bool(row.subagents),
        "context": bool(row.context_change),
        "copied": row.is_copied,
        "sidechain": row.is_sidechain,
    }
    return frozenset([row.source.value, *row.holds, *(kind for kind, is_so in marked.items() if is_so)])
