"""Evaluation runs that somebody asked for: what is kept of the request, and the run it becomes.

The environment variables of agents are accepted and dropped here: they hold secrets, and nothing needs them.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, cast

from dashboard.demo.answers import Json
from dashboard.demo.docks.answers import Refusal, invalid, missing_tasks
from dashboard.demo.docks.datasets import DATASETS, TERMINAL, Dataset, find_dataset
from dashboard.demo.docks.evaluations import Evaluation
from dashboard.demo.docks.timetables import Script
from dashboard.demo.docks.variants import make_entrant
from dashboard.demo.harbor.plans import JobPlan
from dashboard.demo.harbor.tasks import Task

MOST_TRIALS = 2000
LONGEST = 200
DEFAULT_MODEL = "claude-opus-4-6"

Problem = tuple[str, str, tuple[str | int, ...]]
Place = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """One agent with one model, under a name."""

    name: str
    agent: str
    model: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """An evaluation run as it was asked for."""

    name: str
    dataset_uri: str | None = None
    task_slugs: tuple[str, ...] = ()
    variants: tuple[Variant, ...] = ()
    attempts: int = 1
    concurrency: int = 32


def read_order(body: Mapping[str, Json]) -> Order:
    """The order in a request's body; 422 when it does not fit, with every problem at once."""
    problems = list(find_problems(body))
    if problems:
        raise invalid(*problems)
    uri, slugs, variants = body.get("dataset_uri"), body.get("task_slugs"), body.get("agent_variants")
    order = Order(
        name=str(body["name"]),
        dataset_uri=None if uri is None else str(uri),
        task_slugs=tuple(map(str, as_list(slugs))),
        variants=tuple(map(read_variant, as_list(variants))) or (read_variant({"name": "claude-code"}),),
        attempts=int(str(body.get("attempts_per_task", 1))),
        concurrency=int(str(body.get("max_concurrent", 32))),
    )
    return check_size(order)


def as_list(value: Json) -> list[Json]:
    """A list; an empty one for anything else."""
    return value if isinstance(value, list) else []


def read_variant(entry: Json) -> Variant:
    """A variant of a request's body, without its environment variables."""
    variant = entry if isinstance(entry, dict) else {}
    config = variant.get("config") or {}
    name = str(variant["name"])
    return Variant(name=name, agent=str(config.get("type", name)), model=str(config.get("model", DEFAULT_MODEL)))


def find_problems(body: Mapping[str, Json]) -> Iterator[Problem]:
    """All that is wrong with a body."""
    yield from text_problems(body, "name", ("body",), is_required=True)
    yield from text_problems(body, "dataset_uri", ("body",))
    yield from number_problems(body, "max_concurrent", 256)
    yield from number_problems(body, "attempts_per_task", 100)
    yield from list_problems(body, "task_slugs")
    for number, slug in enumerate(as_list(body.get("task_slugs"))):
        yield from text_problems({"slug": slug}, "slug", ("body", "task_slugs", number), is_required=True)
    yield from list_problems(body, "agent_variants")
    for number, variant in enumerate(as_list(body.get("agent_variants"))):
        yield from variant_problems(variant, ("body", "agent_variants", number))


def text_problems(body: Mapping[str, Json], key: str, where: Place, *, is_required: bool = False) -> Iterator[Problem]:
    """What is wrong with a text."""
    value = body.get(key)
    if value is None and not is_required:
        return
    if key not in body:
        yield "missing", "Field required", (*where, key)
    elif not isinstance(value, str):
        yield "string_type", "Input should be a valid string", (*where, key)
    elif any("\ud800" <= each <= "\udfff" for each in value):
        yield "string_unicode", "Input should be a valid string, without lone surrogates", (*where, key)
    elif not 0 < len(value) <= LONGEST:
        yield "string_length", f"String should have 1 to {LONGEST} characters", (*where, key)


def number_problems(body: Mapping[str, Json], key: str, most: int) -> Iterator[Problem]:
    """What is wrong with a whole number."""
    value = body.get(key, 1)
    if not isinstance(value, int) or isinstance(value, bool):
        yield "int_type", "Input should be a valid integer", ("body", key)
    elif not 1 <= value <= most:
        yield "out_of_range", f"Input should be from 1 to {most}", ("body", key)


def list_problems(body: Mapping[str, Json], key: str) -> Iterator[Problem]:
    """What is wrong with a list."""
    if not isinstance(body.get(key), list | None):
        yield "list_type", "Input should be a valid list", ("body", key)


def variant_problems(variant: Json, where: Place) -> Iterator[Problem]:
    """What is wrong with an agent variant."""
    if not isinstance(variant, dict):
        yield "dict_type", "Input should be an object", where
        return
    yield from text_problems(variant, "name", where, is_required=True)
    config = variant.get("config", {})
    if not isinstance(config, dict):
        yield "dict_type", "Input should be an object", (*where, "config")
        return
    for key in ("type", "model"):
        yield from text_problems(config, key, (*where, "config"))


def check_size(order: Order) -> Order:
    """The order, if its tasks are there and not too many; else 422."""
    trials = len(tasks_of(order)) * len(order.variants) * order.attempts
    if trials > MOST_TRIALS:
        raise Refusal(422, {"message": f"{trials} trials are too many", "hint": f"At most {MOST_TRIALS} in one run."})
    return order


def tasks_of(order: Order) -> tuple[Task, ...]:
    """The tasks that are asked for; 422 when the dataset or some of them are not there."""
    known = {task.name: task for dataset in datasets_of(order) for task in dataset.tasks}
    if missing := [slug for slug in order.task_slugs if slug not in known]:
        raise missing_tasks(missing)
    slugs = order.task_slugs or tuple(task.name for task in datasets_of(order)[0].tasks)
    return tuple(known[slug] for slug in dict.fromkeys(slugs))


def datasets_of(order: Order) -> tuple[Dataset, ...]:
    """Where to look for tasks: the named dataset, or all of them, the usual one first."""
    if order.dataset_uri is None:
        return (TERMINAL, *(dataset for dataset in DATASETS if dataset is not TERMINAL))
    if dataset := find_dataset(order.dataset_uri):
        return (dataset,)
    names = ", ".join(dataset.uri for dataset in DATASETS)
    raise Refusal(422, {"message": "There is no such dataset", "hint": f"There are: {names}"})


def fulfil(order: Order, identity: str, created_at: datetime, started_at: datetime | None) -> Evaluation:
    """The run that an order becomes."""
    plan = JobPlan(
        name=order.name,
        days=0,
        entrants=tuple(make_entrant(variant.agent, variant.model) for variant in order.variants),
        tasks=tasks_of(order),
        attempts=order.attempts,
        concurrency=order.concurrency,
    )
    return Evaluation(
        id=identity,
        name=order.name,
        dataset_uri=order.dataset_uri,
        created_at=created_at,
        started_at=started_at,
        script=Script(key=identity, plan=plan, is_quick=True),
        variants=tuple(variant.name for variant in order.variants),
    )


def dump_order(order: Order) -> dict[str, Json]:
    """An order as JSON, to be kept."""
    kept: dict[str, Json] = json.loads(json.dumps(asdict(order)))
    return kept


def load_order(kept: Mapping[str, Json]) -> Order:
    """An order from what was kept."""
    fields = dict(kept)
    variants = tuple(Variant(**variant) for variant in as_list(fields.pop("variants")) if isinstance(variant, dict))
    slugs = tuple(map(str, as_list(fields.pop("task_slugs"))))
    return Order(**cast("dict[str, Any]", fields), variants=variants, task_slugs=slugs)
