"""Rewards and how they were come to: Harbor's ``reward.txt``, ``reward.json``, and rewardkit's ``reward-details.json``.

Details are judgements by the name of their reward: criteria with scores and reasons, or components that are judgements
again. Versions differ, so everything may be missing; what is of no known shape is kept as it is, to be shown as JSON.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from dashboard.domain.files import ByteReader
from dashboard.readers.values import Unreadable, bounded, mapping, number, parse, sequence

MOST_BYTES = 4 * 2**20
MOST_PARTS = 2_000
"""Judgements and criteria of one file."""
MOST_DEPTH = 8
MOST_NAME = 500
MOST_TEXT = 20_000

_KNOWN = frozenset(
    {"score", "criteria", "components", "kind", "judge", "judge_output", "warnings", "guard", "aggregation"}
)
"""Keys of a judgement that have a place of their own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reward:
    """One number by its name; of what is no number the text."""

    name: str
    value: float | None = None
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """What a judge, or a program, looked at."""

    name: str
    description: str = ""
    score: float | None = None
    raw: str = ""
    """What the judge itself said, before it became a score: ``yes``, ``4``."""
    weight: float | None = None
    reasoning: str = ""
    error: str = ""
    marks: Sequence[str] = ()
    """More about it, in words: negated, optional, how confident the judge was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """How one reward was come to."""

    name: str
    kind: str = ""
    """``programmatic``, ``llm``, ``agent``, ``group``."""
    score: float | None = None
    weight: float | None = None
    """Within the judgement that it is a component of."""
    criteria: Sequence[Criterion] = ()
    components: Sequence["Judgement"] = ()
    judge: str = ""
    """Its model, or what it is called."""
    aggregation: str = ""
    output: str = ""
    """What the judge wrote."""
    warnings: Sequence[str] = ()
    rest: Mapping[str, object] = field(default_factory=dict)
    """What else it says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewards:
    """One file of rewards."""

    rewards: Sequence[Reward] = ()
    judgements: Sequence[Judgement] = ()
    unknown: object = None
    """The document, where it is of no known shape."""
    problem: str = ""


@dataclass(slots=True)
class _Budget:
    left: int = MOST_PARTS


def read(reader: ByteReader, name: str) -> Rewards:
    """The rewards in the file of this name. Never raises for its bytes: ``problem`` says what is wrong with them."""
    if reader.size > MOST_BYTES:
        return Rewards(problem="The file is too large for a file of rewards: it was not read.")
    data = reader.read(0, MOST_BYTES)
    if not data.strip():
        return Rewards(problem="The file is empty: no reward was written.")
    if name.lower().endswith(".txt"):
        return _of_text(data.decode("utf-8", "replace").strip())
    try:
        return _of_document(parse(data))
    except Unreadable as error:
        return Rewards(problem=f"The file is not whole. {error}")


def _of_text(written: str) -> Rewards:
    value = number(written)
    problem = "" if value is not None else "A reward is one number; this is none."
    return Rewards(rewards=[Reward(name="reward", value=value, text=bounded(written, MOST_TEXT))], problem=problem)


def _of_document(document: object) -> Rewards:
    value = number(document)
    if value is not None:
        return Rewards(rewards=[Reward(name="reward", value=value)])
    if not isinstance(document, dict) or not document:
        return Rewards(unknown=document, problem="" if document else "There are no rewards in it.")
    if _is_judgement(document):
        document = {"reward": document}
    if any(_is_judgement(each) for value in document.values() for each in _listed(value)):
        return _of_details(document)
    pairs = list(document.items())[:MOST_PARTS]
    if not any(number(value) is not None for _, value in pairs):
        return Rewards(unknown=document)
    return Rewards(rewards=[_reward(name, value) for name, value in pairs])


def _of_details(document: Mapping[str, object]) -> Rewards:
    """A reward may have several judgements, in a list."""
    budget = _Budget()
    judged = [(name, each) for name, value in document.items() for each in _listed(value) if _is_judgement(each)]
    others = [(name, value) for name, value in document.items() if not any(map(_is_judgement, _listed(value)))]
    judgements = [_judgement(name, mapping(each), budget) for name, each in judged[:MOST_PARTS]]
    return Rewards(
        rewards=[_reward(name, value) for name, value in others[:MOST_PARTS]],
        judgements=judgements,
        problem="" if budget.left > 0 else f"It has more than {MOST_PARTS:,} criteria: the others are left out.",
    )


def _listed(value: object) -> Sequence[object]:
    return value if isinstance(value, list) else [value]


def _is_judgement(value: object) -> bool:
    return isinstance(mapping(value).get("criteria"), list) or isinstance(mapping(value).get("components"), list)


def _reward(name: str, value: object) -> Reward:
    found = number(value)
    return Reward(
        name=bounded(name, MOST_NAME), value=found, text="" if found is not None else bounded(value, MOST_TEXT)
    )


def _judgement(
    name: str, found: Mapping[str, object], budget: _Budget, *, weight: float | None = None, depth: int = 1
) -> Judgement:
    judge = mapping(found.get("judge"))
    return Judgement(
        name=bounded(name, MOST_NAME),
        kind=bounded(found.get("kind"), MOST_NAME),
        score=number(found.get("score")),
        weight=weight,
        criteria=_criteria(sequence(found.get("criteria")), budget),
        components=_components(sequence(found.get("components")), budget, depth + 1) if depth < MOST_DEPTH else (),
        judge=bounded(judge.get("model") or judge.get("agent") or judge.get("name"), MOST_NAME),
        aggregation=bounded(found.get("aggregation"), MOST_NAME),
        output=bounded(found.get("judge_output"), MOST_TEXT),
        warnings=[bounded(each, MOST_TEXT) for each in sequence(found.get("warnings"))[:100]] + _guarded(found),
        rest={key: value for key, value in found.items() if key not in _KNOWN},
    )


def _components(found: Sequence[object], budget: _Budget, depth: int) -> list[Judgement]:
    made = []
    for each in map(mapping, found):
        budget.left -= 1
        if budget.left <= 0:
            break
        detail = mapping(each.get("detail")) or each
        weight = number(each.get("weight"))
        made.append(_judgement(bounded(each.get("name"), MOST_NAME), detail, budget, weight=weight, depth=depth))
    return made


def _guarded(found: Mapping[str, object]) -> list[str]:
    """What the guard says, that watches for answers which address the judge."""
    guard = mapping(found.get("guard"))
    if guard.get("error"):
        return [f"The guard failed: {bounded(guard['error'], MOST_TEXT)}"]
    return [f"The guard flagged it: {bounded(guard.get('reasoning'), MOST_TEXT)}"] if guard.get("flagged") else []


def _criteria(found: Sequence[object], budget: _Budget) -> list[Criterion]:
    allowed = found[: max(0, budget.left)]
    budget.left -= len(found)
    return [_criterion(mapping(each)) for each in allowed]


def _criterion(found: Mapping[str, object]) -> Criterion:
    score = number(found.get("value"))
    return Criterion(
        name=bounded(found.get("name") or found.get("id"), MOST_NAME),
        description=bounded(found.get("description"), MOST_TEXT),
        score=score if score is not None else number(found.get("score")),
        raw=bounded(found.get("raw"), MOST_NAME),
        weight=number(found.get("weight")),
        reasoning=bounded(found.get("reasoning") or found.get("explanation"), MOST_TEXT),
        error=bounded(found.get("error"), MOST_TEXT),
        marks=_marks(found),
    )


def _marks(found: Mapping[str, object]) -> list[str]:
    """What changes how a score is to be read."""
    words = [word for word, key in (("negated", "negate"), ("optional", "optional")) if found.get(key) is True]
    sureness = [(key, number(found.get(key))) for key in ("confidence", "agreement")]
    words.extend(f"{key} {value:.2g}" for key, value in sureness if value is not None)
    return [*words, bounded(found["model"], MOST_NAME)] if found.get("model") else words
