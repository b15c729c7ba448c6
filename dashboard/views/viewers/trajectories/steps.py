"""A step as the pieces of a page: its head, message, reasoning, calls with what came of them, and what else it says."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from dashboard.domain.trajectories import ContentPart, PartKind, Step, StepSource, SubagentRef, ToolCall, ToolResult
from dashboard.views.viewers.trajectories.arguments import Argument, arguments, brief
from dashboard.views.viewers.trajectories.choices import USUAL, Choices
from dashboard.views.viewers.trajectories.media import Medium, Resolve, medium
from dashboard.views.viewers.trajectories.texts import Block, Typesetter, written
from dashboard.views.viewers.trajectories.words import WORDS, figures, metadata, rule, running, tool_names

MAX_CALLS = 16
"""Calls, and results, of one step on a page of many; the rest is behind a link."""
MAX_PARTS = 12
"""Parts of one message or result."""
TOLD_LINES = 6
"""Lines of what system and user say; what the agent says is what one came for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A part of a message or of a result: a text or a medium."""

    block: Block | None = None
    medium: Medium | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Descent:
    """A link to what a sub-agent did."""

    title: str
    url: str
    """Empty: what is named cannot be opened here."""
    summary: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a call."""

    pieces: Sequence[Piece]
    is_error: bool
    looks_failed: bool
    """It does not say so, but reads like it."""
    descents: Sequence[Descent]
    hidden: int = 0
    """Parts that are not on this page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A call of a tool and what came of it."""

    name: str
    brief: str
    arguments: Sequence[Argument]
    outcomes: Sequence[Outcome]
    is_open: bool

    @property
    def is_error(self) -> bool:
        """Something that came of it says that it failed."""
        return any(outcome.is_error for outcome in self.outcomes)

    @property
    def looks_failed(self) -> bool:
        """Nothing that came of it says so, but something reads like it."""
        return not self.is_error and any(outcome.looks_failed for outcome in self.outcomes)


@dataclass(frozen=True, slots=True, kw_only=True)
class StepPage:
    """One step as its template has it."""

    step: Step
    url: str
    word: str
    icon: str
    tools: str
    """Names of the tools it called, for its head."""
    figures: str
    """What it took and cost."""
    running: str
    """What it took and cost until here."""
    rule: str
    """How the context was rewritten here, if it was."""
    message: Sequence[Piece]
    reasoning: Block | None
    is_reasoning_open: bool
    calls: Sequence[Call]
    outcomes: Sequence[Outcome]
    """Results that belong to none of the calls."""
    metadata: Block | None
    hidden: int
    """Calls, results and parts that are not on this page."""
    whole_url: str
    is_hit: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StepMaker:
    """Makes steps of one page, with one budget."""

    choices: Choices
    typesetter: Typesetter
    resolve: Resolve
    most: int = MAX_CALLS
    hit: int = 0
    """Number of the step where a text was found: everything in it is shown, and open."""
    is_whole: bool = False
    """What is usual is shown, whatever was chosen."""

    def page(self, step: Step) -> StepPage:
        """One step."""
        if not self._is_hit(step):
            return self._made(step)
        return replace(self, is_whole=True, typesetter=replace(self.typesetter, is_open=True))._made(step)

    def _is_hit(self, step: Step) -> bool:
        return step.number == self.hit

    def _made(self, step: Step) -> StepPage:
        word, icon = WORDS[step.source]
        calls, loose, hidden = self._calls(step)
        return StepPage(
            step=step,
            url=self.choices.url(step=step.number),
            word=step.raw_source[:40].capitalize() if step.source is StepSource.OTHER and step.raw_source else word,
            icon=icon,
            tools=tool_names([call.name for call in step.tool_calls]),
            figures=figures(step),
            running=running(step.running),
            rule=rule(step),
            message=self._message(step) if self._shows("messages") else (),
            reasoning=self._reasoning(step) if self._shows("reasoning") else None,
            is_reasoning_open=self.typesetter.is_open,
            calls=calls,
            outcomes=loose,
            metadata=self._metadata(step) if self._shows("metadata") else None,
            hidden=hidden,
            whole_url=self.choices.part("step", step=step.number),
            is_hit=self._is_hit(step),
        )

    def _shows(self, kind: str) -> bool:
        return kind in self.choices.shown or (self.is_whole and kind in USUAL)

    def _text_url(self, step: Step, item: str) -> str:
        return self.choices.part("text", step=step.number, item=item)

    def _message(self, step: Step) -> list[Piece]:
        lines = 20 if step.source is StepSource.AGENT else TOLD_LINES
        set_text = partial(self.typesetter.prose, lines=lines)
        return [
            self._piece(part, self._text_url(step, f"m{index}"), set_text)
            for index, part in enumerate(step.message[:MAX_PARTS])
            if part.kind is not PartKind.TEXT or part.text.strip()
        ]

    def _piece(self, part: ContentPart, url: str, set_text: Callable[[str, str], Block]) -> Piece:
        if part.kind is PartKind.TEXT:
            return Piece(block=set_text(part.text, url))
        return Piece(medium=medium(self.choices.subject, part, self.resolve))

    def _reasoning(self, step: Step) -> Block | None:
        if not step.reasoning.strip():
            return None
        # The fold around it is enough.
        return replace(self.typesetter.prose(step.reasoning, self._text_url(step, "r")), is_tall=False)

    def _calls(self, step: Step) -> tuple[list[Call], list[Outcome], int]:
        """The calls, the results that belong to none of them, and how many there are more."""
        of_calls, loose = paired(step.tool_calls, step.results)
        calls = [
            self._call(step, index, call, of_calls.get(index, ()))
            for index, call in enumerate(step.tool_calls[: self.most])
            if self._shows("tools")
        ]
        if not self._shows("tools"):
            loose = [index for indexes in of_calls.values() for index in indexes] + loose
        outcomes = [self._outcome(step, index) for index in loose[: self.most]] if self._shows("outputs") else []
        hidden = max(0, len(step.tool_calls) - self.most) + max(0, len(loose) - self.most)
        return calls, outcomes, hidden + max(0, len(step.message) - MAX_PARTS)

    def _call(self, step: Step, index: int, call: ToolCall, results: Sequence[int]) -> Call:
        return Call(
            name=call.name[:200],
            brief=brief(call.arguments),
            arguments=arguments(call.arguments, self._text_url(step, f"a{index}"), self.typesetter),
            outcomes=[self._outcome(step, result) for result in results[: self.most]] if self._shows("outputs") else [],
            is_open=self.choices.folds != "none" or self._is_hit(step),
        )

    def _outcome(self, step: Step, index: int) -> Outcome:
        result = step.results[index]
        return Outcome(
            pieces=[
                self._piece(part, self._text_url(step, f"o{index}.{place}"), self.typesetter.output)
                for place, part in enumerate(result.content[:MAX_PARTS])
                if part.kind is not PartKind.TEXT or part.text
            ],
            is_error=result.is_error,
            looks_failed=result.looks_failed,
            descents=[descent(self.choices, ref, self.resolve) for ref in result.subagents[:MAX_PARTS]],
            hidden=max(0, len(result.content) - MAX_PARTS),
        )

    def _metadata(self, step: Step) -> Block | None:
        facts = metadata(step)
        return self.typesetter.code(written(facts), self._text_url(step, "x"), "json") if facts else None


def paired(calls: Sequence[ToolCall], results: Sequence[ToolResult]) -> tuple[dict[int, list[int]], list[int]]:
    """Results by the call they name, and those that name none; the only result of an only call is its."""
    places = {call.call_id: index for index, call in reversed(list(enumerate(calls))) if call.call_id}
    of_calls: dict[int, list[int]] = {}
    loose: list[int] = []
    for index, result in enumerate(results):
        place = places.get(result.call_id)
        if place is None and not result.call_id and len(calls) == len(results) == 1:
            place = 0
        if place is None:
            loose.append(index)
        else:
            of_calls.setdefault(place, []).append(index)
    return of_calls, loose


def descent(choices: Choices, ref: SubagentRef, resolve: Resolve) -> Descent:
    """Where a sub-agent's trajectory is shown: embedded in this file, or a file of this trial."""
    title = ref.trajectory_id or ref.path or ref.session_id or "sub-agent"
    url = ""
    if ref.path:
        path = resolve(ref.path)
        url = choices.subject.file_url(path) if path else ""
    elif ref.trajectory_id:
        url = choices.subject.url(within=ref.trajectory_id[:200])
    return Descent(title=title[:200], url=url, summary=ref.summary[:400])
