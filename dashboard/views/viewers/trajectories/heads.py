"""What a trajectory says of itself: who did it, with what, what it took in all, and what is odd about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from dashboard import formats
from dashboard.domain.trajectories import Branch, Totals, TrajectoryHead
from dashboard.services.trajectories import Trajectory
from dashboard.views.viewers.trajectories.choices import Choices
from dashboard.views.viewers.trajectories.texts import Block, Typesetter, written
from dashboard.views.viewers.trajectories.words import token_words

MAX_PROBLEMS = 5
MAX_TOOLS = 60
"""Tools that are named."""
MAX_BRANCHES = 200
"""Sub-agents and continuations that are listed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Definitions:
    """The tools an agent was given."""

    names: Sequence[str]
    hidden: int
    block: Block


@dataclass(frozen=True, slots=True, kw_only=True)
class Continuation:
    """The file that goes on where this one ends."""

    title: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A trajectory of those that belong together, as a link."""

    branch: Branch
    title: str
    url: str
    """Empty: it cannot be opened."""
    note: str
    step_url: str
    """Where the one above refers to it."""
    nodes: Sequence["Node"]


def who(head: TrajectoryHead) -> list[tuple[str, str]]:
    """Icon and words: the agent, its model, the format."""
    agent = " ".join(filter(None, (head.agent[:80], head.agent_version[:40])))
    facts = (("agent", agent), ("config", head.model[:80]), ("trajectory", head.schema_version[:40]))
    return [(icon, words) for icon, words in facts if words]


def sums(totals: Totals) -> list[str]:
    """Words for what all steps together took."""
    tokens = token_words(totals.prompt_tokens, totals.cached_tokens, totals.completion_tokens)
    return [*tokens, formats.money(totals.cost)] if totals.cost is not None else tokens


def continuation(choices: Choices, trajectory: Trajectory) -> Continuation | None:
    """Where it goes on, if it does; needs the whole scan."""
    name = trajectory.head.continuation
    if not name:
        return None
    path = trajectory.resolve(name)
    return Continuation(title=name[:200], url=choices.subject.file_url(path) if path else "")


def definitions(choices: Choices, head: TrajectoryHead, typesetter: Typesetter) -> Definitions | None:
    """The tools that were defined, if the file says them."""
    if not head.tool_definitions:
        return None
    found = head.tool_definitions if isinstance(head.tool_definitions, list) else [head.tool_definitions]
    block = typesetter.code(written(head.tool_definitions), choices.part("text", item="t"), "json")
    names = [_tool_name(tool) for tool in found[:MAX_TOOLS]]
    return Definitions(names=[name for name in names if name], hidden=max(0, len(found) - MAX_TOOLS), block=block)


def _tool_name(tool: object) -> str:
    """As OpenAI's schema of functions names it, or as others do."""
    if not isinstance(tool, Mapping):
        return ""
    function = tool.get("function")
    name = function.get("name") if isinstance(function, Mapping) else tool.get("name")
    return name[:80] if isinstance(name, str) else ""


@dataclass(slots=True)
class _Room:
    left: int = MAX_BRANCHES


def tree(choices: Choices, branches: Sequence[Branch]) -> list[Node]:
    """The trajectories that belong together, as links; none where there is but the one."""
    if len(branches) == 1 and not branches[0].branches:
        return []
    return _nodes(choices, branches, "", _Room())


def _nodes(choices: Choices, branches: Sequence[Branch], above: str, room: _Room) -> list[Node]:
    found = []
    for branch in branches:
        if room.left <= 0:
            break
        room.left -= 1
        found.append(_node(choices, branch, above, room))
    return found


def _node(choices: Choices, branch: Branch, above: str, room: _Room) -> Node:
    url = "" if branch.problem else branch_url(choices, branch)
    return Node(
        branch=branch,
        title=branch.title[:120] or branch.path[-120:],
        url=url,
        note=f"{formats.plural(branch.steps, 'step')}" if branch.steps is not None else "",
        step_url=_at_step(above, branch.step),
        nodes=_nodes(choices, branch.branches, url, room),
    )


def _at_step(above: str, step: int | None) -> str:
    return f"{above}{'&' if '?' in above else '?'}step={step}#s{step}" if step and above else ""


def branch_url(choices: Choices, branch: Branch) -> str:
    """The page of a trajectory: this one for what is in this file, else the other file's."""
    if branch.path == choices.subject.path:
        return choices.subject.url(within=branch.within)
    address = choices.subject.file_url(branch.path)
    return f"{address}?{urlencode({'within': branch.within})}" if branch.within else address
