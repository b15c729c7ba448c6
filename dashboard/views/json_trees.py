"""JSON values as the nested nodes of ``components/json_tree.html``; bounded, so that any document stays a page."""

from collections.abc import Iterable
from dataclasses import dataclass

MAX_NODES = 4_000
MAX_DEPTH = 24
MAX_TEXT = 2_000

Node = dict[str, object]


@dataclass(slots=True)
class Budget:
    """How many nodes may still be shown: of one value, or of all those on a page."""

    left: int = MAX_NODES


def nodes(value: object, budget: Budget | None = None) -> list[Node]:
    """The value's members, or the value itself if it has none. What is beyond the bounds is named, not shown."""
    budget = budget or Budget()
    if isinstance(value, (dict, list)):
        return _members(value, budget, depth=1)
    return [_node(None, value, budget, depth=1)]


def _members(value: "dict[str, object] | list[object]", budget: Budget, depth: int) -> list[Node]:
    pairs: Iterable[tuple[str | int, object]] = value.items() if isinstance(value, dict) else enumerate(value)
    found: list[Node] = []
    for done, (key, member) in enumerate(pairs):
        if budget.left <= 0:
            return [
                *found,
                {"key": None, "type": "null", "text": f"… {len(value) - done:,} more, not shown", "children": []},
            ]
        found.append(_node(str(key), member, budget, depth))
    return found


def _node(key: str | None, value: object, budget: Budget, depth: int) -> Node:
    budget.left -= 1
    if isinstance(value, (dict, list)) and value:
        kind, one = ("object", "key") if isinstance(value, dict) else ("array", "item")
        size = f"{len(value):,} {one}{'' if len(value) == 1 else 's'}"
        if depth >= MAX_DEPTH:
            return {"key": key, "type": kind, "text": f"{size}, too deep to show", "children": []}
        return {"key": key, "type": kind, "text": size, "children": _members(value, budget, depth + 1)}
    kind, text = _leaf(value)
    return {"key": key, "type": kind, "text": text, "children": []}


def _leaf(value: object) -> tuple[str, str]:
    if value is None:
        return "null", "null"
    if isinstance(value, bool):
        return "boolean", "true" if value else "false"
    if isinstance(value, (int, float)):
        return "number", str(value)
    if isinstance(value, (dict, list)):
        return "object", "{}" if isinstance(value, dict) else "[]"
    text = str(value)
    return "string", text if len(text) <= MAX_TEXT else f"{text[:MAX_TEXT]}… ({len(text):,} characters)"
