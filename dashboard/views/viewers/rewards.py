"""Rewards as figures, and below them how each was come to: criteria with scores, weights and the judge's reasons."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import PurePosixPath
from typing import Any

from django.http import Http404, HttpResponseBase

from dashboard import formats
from dashboard.domain.errors import SourceError
from dashboard.markup.characters import visible
from dashboard.readers import rewards
from dashboard.readers.rewards import Criterion, Judgement, Reward, Rewards
from dashboard.services import artifacts
from dashboard.views import json_trees
from dashboard.views.requests import Request
from dashboard.views.viewers.subjects import Subject

TEMPLATE = "viewers/rewards.html"
STYLES: tuple[str, ...] = ("css/viewers/results.css",)
SCRIPTS: tuple[str, ...] = ()

_DIGITS = 4
_TOGETHER = ("reward.json", "reward.txt", "reward-details.json")
"""Files of which one tells more about another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionRow:
    """One criterion, ready to be shown."""

    name: str
    description: str
    score: str
    state: str
    raw: str
    weight: str
    reasoning: str
    error: str
    marks: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One judgement, ready to be shown; ``level`` counts from 2 down, as headings do."""

    level: int
    name: str
    score: str
    state: str
    facts: Sequence[str]
    criteria: Sequence[CriterionRow]
    warnings: Sequence[str]
    output: str
    nodes: Sequence[json_trees.Node]


def context(request: Request, subject: Subject) -> dict[str, Any]:
    """Rewards and sections of judgements. Raises ``SourceError``."""
    del request
    with subject.open() as reader:
        found = rewards.read(reader, PurePosixPath(subject.path).name)
    budget = json_trees.Budget()
    return {
        "problem": found.problem,
        "tiles": [_tile(reward) for reward in found.rewards],
        "sections": [section for judgement in found.judgements for section in _sections(judgement, 2, budget)],
        "nodes": json_trees.nodes(found.unknown, budget) if found.unknown is not None else [],
        "is_empty": _is_empty(found),
        "beside": _beside(subject),
    }


def part(request: Request, subject: Subject, name: str) -> HttpResponseBase:
    """There are none."""
    raise Http404("There is no such part of the page.")


def _beside(subject: Subject) -> list[dict[str, str]]:
    """Links to the other files of rewards in the same folder, as far as it is on this machine's disk."""
    own = PurePosixPath(subject.path)
    if own.name not in _TOGETHER or not artifacts.are_near(subject.run):
        return []
    paths = [str(own.with_name(name)) for name in _TOGETHER if name != own.name]
    return [{"label": path, "url": subject.file_url(path)} for path in paths if _is_there(subject, path)]


def _is_there(subject: Subject, path: str) -> bool:
    try:
        with artifacts.open_file(subject.run, subject.trial, path):
            return True
    except SourceError:
        return False


def _is_empty(found: Rewards) -> bool:
    return not (found.rewards or found.judgements) and found.unknown is None


def _state(score: float | None) -> str:
    """As trials are judged: passed from 1 on, failed at 0, partial between."""
    if score is None:
        return ""
    if score >= 1:
        return "passed"
    return "partial" if score > 0 else "failed"


def _tile(reward: Reward) -> dict[str, str]:
    """Context of ``components/tile.html``."""
    return {
        "label": visible(reward.name),
        "value": visible(reward.text) if reward.value is None else formats.number(reward.value, _DIGITS),
        "title": "" if reward.value is None else repr(reward.value),
    }


def _sections(judgement: Judgement, level: int, budget: json_trees.Budget, above: str = "") -> list[Section]:
    """The judgement and those that it is made of, in one row."""
    name = visible(judgement.name) or "(without a name)"
    full = f"{above} › {name}" if above else name
    first = _section(judgement, level, full, budget)
    below = (_sections(each, min(level + 1, 4), budget, full) for each in judgement.components)
    return [first, *chain.from_iterable(below)]


def _section(judgement: Judgement, level: int, name: str, budget: json_trees.Budget) -> Section:
    return Section(
        level=level,
        name=name,
        score=formats.number(judgement.score, _DIGITS),
        state=_state(judgement.score),
        facts=_facts(judgement),
        criteria=[_criterion(each) for each in judgement.criteria],
        warnings=[visible(each) for each in judgement.warnings],
        output=visible(judgement.output),
        nodes=json_trees.nodes(dict(judgement.rest), budget) if judgement.rest else [],
    )


def _facts(judgement: Judgement) -> list[str]:
    weight = "" if judgement.weight is None else f"weight {formats.number(judgement.weight)}"
    judge = f"judged by {judgement.judge}" if judgement.judge else ""
    return [visible(fact) for fact in (weight, judgement.kind, judge, judgement.aggregation) if fact]


def _criterion(criterion: Criterion) -> CriterionRow:
    score = formats.number(criterion.score, _DIGITS)
    return CriterionRow(
        name=visible(criterion.name) or "(without a name)",
        description=visible(criterion.description),
        score=score,
        state="errored" if criterion.error else _state(criterion.score),
        raw="" if criterion.raw in {"", "true", "false", score, f"{criterion.score}"} else visible(criterion.raw),
        weight=formats.number(criterion.weight),
        reasoning=visible(criterion.reasoning),
        error=visible(criterion.error),
        marks=[visible(mark) for mark in criterion.marks],
    )
