"""What runs can be made of, as the sources say: data sets and their tasks, and the agents that were seen there.

What a source answered is kept for a minute, so that a form that is shown several times asks once.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import TypeVar

from django.core.cache import cache

from dashboard.domain.catalogues import Catalogue, DatasetRecord, TaskRecord, TemplateRecord
from dashboard.domain.errors import SourceError
from dashboard.models import RunAgent, Source
from dashboard.services import visibility
from dashboard.services.drafts import full_model, tells_agents
from dashboard.services.reach import capabilities, reach
from dashboard.services.visibility import Viewer

KEPT_FOR = 60
"""Seconds."""
MOST_SEEN = 200
"""Agents and models that are offered."""

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What a form can offer of one source."""

    datasets: tuple[DatasetRecord, ...] = ()
    """Those that have an address, by which a run can name them."""
    dataset: DatasetRecord | None = None
    """The chosen one, if it is among them."""
    tasks: tuple[TaskRecord, ...] = ()
    """Of the chosen data set."""
    problem: SourceError | None = None
    """Why data sets, or the tasks of the chosen one, are not there."""
    remarks: tuple[str, ...] = ()
    """What could not be read or offered of them."""
    agents: tuple[str, ...] = ()
    models: tuple[str, ...] = ()


def creating_sources(viewer: Viewer) -> list[Source]:
    """The visible sources that runs can be created at."""
    return [each for each in visibility.sources(viewer).filter(is_paused=False) if capabilities(each).create]


def offer(source: Source, chosen: str = "") -> Offer:
    """What there is to choose from, with the tasks of the data set of that address or name.

    Never raises for what is wrong with the source: that is the offer's ``problem``.
    """
    agents, models = _seen(source)
    try:
        datasets = _datasets(source)
    except SourceError as error:
        return Offer(problem=error, agents=agents, models=models)
    usable = tuple(each for each in datasets.items if each.uri)
    found = _pick(usable, chosen)
    tasks, problem = _tasks(source, found)
    return Offer(
        datasets=usable,
        dataset=found,
        tasks=tuple(tasks.items),
        problem=problem,
        remarks=(*_remarks(datasets, len(usable)), *(each.what for each in tasks.problems)),
        agents=agents,
        models=models,
    )


def templates(source: Source) -> tuple[Sequence[TemplateRecord], SourceError | None]:
    """The templates of sandbox runs; or none, and why not."""
    try:
        return _kept(f"templates:{source.pk}:{source.version}", lambda: reach(source).list_templates()).items, None
    except SourceError as error:
        return (), error


def _datasets(source: Source) -> Catalogue[DatasetRecord]:
    return _kept(f"datasets:{source.pk}:{source.version}", lambda: reach(source).list_datasets())


def _tasks(source: Source, dataset: DatasetRecord | None) -> tuple[Catalogue[TaskRecord], SourceError | None]:
    """The tasks, or none and why not."""
    if dataset is None:
        return Catalogue(), None
    key = f"tasks:{source.pk}:{source.version}:{_digest(dataset.external_id)}"
    try:
        return _kept(key, lambda: reach(source).list_tasks(dataset.external_id)), None
    except SourceError as error:
        return Catalogue(), error


def _digest(text: str) -> str:
    """A key for any text: short, of plain characters."""
    return blake2b(text.encode("utf-8", "backslashreplace"), digest_size=12).hexdigest()


def _kept(key: str, ask: Callable[[], Answer]) -> Answer:
    """What is kept under the key; else what ``ask`` says, which is kept. What it raises is not."""
    found: Answer | None = cache.get(key)
    if found is None:
        found = ask()
        cache.set(key, found, KEPT_FOR)
    return found


def _pick(datasets: tuple[DatasetRecord, ...], chosen: str) -> DatasetRecord | None:
    """The data set of that address; else the one of that name, or whose address ends in it."""
    wanted = chosen.rstrip("/")
    if not wanted:
        return None
    by_address = [each for each in datasets if each.uri.rstrip("/") == wanted]
    by_name = [each for each in datasets if wanted in (each.name, each.uri.rstrip("/").rpartition("/")[2])]
    return next(iter(by_address or by_name), None)


def _remarks(datasets: Catalogue[DatasetRecord], n_usable: int) -> list[str]:
    n_left = len(datasets.items) - n_usable
    left = [f"{n_left} data sets without an address are not offered."] if n_left else []
    return [*(each.what for each in datasets.problems), *left]


def _seen(source: Source) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Agents and models that runs of this source had; none where it tells only what they were called."""
    if not tells_agents(source):
        return (), ()
    rows = RunAgent.objects.filter(run__source=source).order_by()
    pairs = list(rows.values_list("agent", "model", "provider").distinct()[: 10 * MOST_SEEN])
    agents = sorted({agent for agent, _, _ in pairs if agent})
    models = sorted({full_model(RunAgent(model=model, provider=provider)) for _, model, provider in pairs if model})
    return tuple(agents[:MOST_SEEN]), tuple(models[:MOST_SEEN])
