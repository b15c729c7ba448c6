"""What a source told of itself, on its row: by its catalogue, and by what became of listing its runs.

``Source.told`` holds ``job_address``, ``without``, ``problems``; beside them, where there is any, what a listing showed
the server to be without (``without_lists``, also among ``without``), and the parents whose runs are in the mirror in
part only (``unlisted``: parent → when it is listed whole again, and the problem that there is with it).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from dashboard.domain.pipelines import PipelineCatalogue
from dashboard.domain.records import Problem
from dashboard.models import MirrorClock, Source
from dashboard.services.sync import definitions, mirror

_UNLISTED = "unlisted"
_WITHOUT_LISTS = "without_lists"


@dataclass(frozen=True, slots=True)
class Gap:
    """Why and until when not all runs of a parent are in the mirror."""

    due: datetime
    problem: Problem | None = None
    """None: the listing of it was interrupted, or is under way."""


def of_catalogue(source: Source, found: PipelineCatalogue, problems: Sequence[Problem]) -> dict[str, Any]:
    """What to remember of a catalogue, with its problems; what it does not tell stays as it is."""
    unread = [Problem(where=where, what=what) for where, what in found.problems]
    held = source.told
    return {
        "job_address": held.get("job_address", "") if "job_address" in found.unread else found.job_address,
        "without": {**held.get(_WITHOUT_LISTS, {}), **found.without},
        "problems": mirror.as_json([*unread, *problems]),
        **definitions.as_json(held, found),
    } | {name: held[name] for name in (_UNLISTED, _WITHOUT_LISTS) if name in held}


def without_lists(source: Source, without: Mapping[str, str]) -> None:
    """Remember what a listing showed the server to be without. Pages hear of it if it is another than before."""
    held = source.told.get(_WITHOUT_LISTS, {})
    if held == without:
        return
    rest = {name: why for name, why in source.told.get("without", {}).items() if held.get(name) != why}
    with transaction.atomic():
        source.version = MirrorClock.tick()
        Source.objects.filter(pk=source.pk).update(version=source.version)
        _set(source, _WITHOUT_LISTS, dict(without), without={**without, **rest})


def gaps(source: Source) -> dict[str, Gap]:
    """The parents whose runs are in the mirror in part only."""
    return {parent: _gap(stored) for parent, stored in source.told.get(_UNLISTED, {}).items()}


def open_gap(source: Source, parent: str, gap: Gap) -> None:
    """From now on not all runs of the parent are in the mirror."""
    problem = {} if gap.problem is None else {"where": gap.problem.where, "what": gap.problem.what}
    _set(source, _UNLISTED, {**source.told.get(_UNLISTED, {}), parent: {"due": gap.due.isoformat(), **problem}})


def close_gap(source: Source, parent: str) -> None:
    """The parent was listed to its end."""
    held = source.told.get(_UNLISTED, {})
    if parent in held:
        _set(source, _UNLISTED, {name: gap for name, gap in held.items() if name != parent})


def forget_gaps(source: Source, *, due_by: datetime) -> None:
    """Everything was listed: what was due by then and is still open is of parents that the source has no more."""
    held = source.told.get(_UNLISTED, {})
    kept = {parent: stored for parent, stored in held.items() if _gap(stored).due > due_by}
    if kept != held:
        _set(source, _UNLISTED, kept)


def _gap(stored: Mapping[str, str]) -> Gap:
    problem = Problem(where=stored["where"], what=stored["what"]) if "what" in stored else None
    return Gap(datetime.fromisoformat(stored["due"]), problem)


def _set(source: Source, name: str, value: Mapping[str, Any], **others: Any) -> None:
    """Whoever looks at a source holds its claim: nobody else writes this meanwhile. What is empty is left out."""
    rest = {key: held for key, held in source.told.items() if key != name}
    source.told = rest | others | ({name: value} if value else {})
    Source.objects.filter(pk=source.pk).update(told=source.told)
