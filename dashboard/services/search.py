"""The search box: an id, a name or an address finds its run, trial or task; other words find tasks and exceptions."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeVar
from urllib.parse import unquote

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from dashboard.models import Run, Task, Trial
from dashboard.services import beginnings, lookups, visibility
from dashboard.services.visibility import Viewer

LONGEST = 1_000
MOST_PARTS = 12
"""Parts at the end of a path that are looked up."""
_UUID = re.compile(r"(?<![0-9a-z])[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}(?![0-9a-z])", re.IGNORECASE)
_OURS = re.compile(
    r"(?:(?:https?://)?(?P<host>(?<=//)[^/?#\s]+|[^/?#\s]+:\d+))?/runs/(?P<run>\d{1,18})(?:/trials/(?P<trial>\d{1,18}))?(?:[/?#]|$)",
    re.ASCII | re.IGNORECASE,
)
_URL = re.compile(r"[a-z][a-z0-9+.-]*://[^/?#]*([^?#]*)", re.IGNORECASE)

_ATTEMPT = re.compile(r"[A-Za-z0-9]{5,40}")
"""What tells a trial from others of its task."""

MOST_FOUND = 10
"""Tasks and types of exceptions that words find; their number is told."""

Found = TypeVar("Found", Run, Trial, Task)


@dataclass(frozen=True, slots=True)
class Raised:
    """A type of exception, and in how many trials it was raised."""

    error_type: str
    n_trials: int


def find(viewer: Viewer, text: str, *, host: str = "") -> Run | Trial | None:
    """The one run or trial that the text names; None if it names none, or more than one.

    Understood are our own addresses (paths, or at ``host``, which may have a port), what the run's source calls it or
    its client's command for it (:mod:`dashboard.services.lookups`), ids (UUIDs) of runs and trials and what they begin
    with (:mod:`dashboard.services.beginnings`), their names, and addresses or paths
    (``file:///srv/jobs/<run>/<trial>/…``) whose last parts are the names of a run and a trial. Of runs that are called
    the same at several sources, a path means the one whose source's own address it begins with.
    """
    text = _storable(text).strip()[:LONGEST]
    if not text:
        return None
    return (
        _by_our_address(viewer, text, host)
        or _by_mention(viewer, text)
        or _by_uid(viewer, text)
        or _by_path(viewer, text)
        or _by_name(viewer, text)
        or _by_beginning(viewer, text)
    )


def _storable(text: str) -> str:
    """Without what a database refuses: NUL, and halves of characters."""
    return text.replace("\0", "").encode(errors="replace").decode()


def _by_our_address(viewer: Viewer, text: str, host: str) -> Run | Trial | None:
    match = _OURS.match(text)
    if match is None or (match["host"] or host).casefold() != host.casefold():
        return None
    run_id, trial_id = match["run"], match["trial"]
    if trial_id is not None:
        return visibility.trials(viewer).filter(run=int(run_id), pk=int(trial_id)).first()
    return visibility.runs(viewer).filter(pk=int(run_id)).first()


def _by_mention(viewer: Viewer, text: str) -> Run | Trial | None:
    """By what the sources themselves call it; a UUID alone is found without asking what each of them makes of it."""
    return None if _UUID.fullmatch(text) else lookups.find_mirrored(viewer, text)


def _by_uid(viewer: Viewer, text: str) -> Run | Trial | None:
    match = _UUID.search(text)
    if match is None:
        return None
    uid = match.group()
    spelled = Q(uid__in={uid, uid.lower(), uid.upper()})
    return _only(visibility.runs(viewer).filter(spelled)) or _only(visibility.trials(viewer).filter(spelled))


def _by_path(viewer: Viewer, text: str) -> Run | Trial | None:
    """The deepest two neighbouring parts of the path that are a run and its trial, else the deepest run."""
    if "/" not in text:
        return None
    url = _URL.match(text)
    path = unquote(url[1]) if url else text
    parts = [part for part in path.split("/") if part][-MOST_PARTS:]
    named = visibility.trials(viewer).filter(run__external_id__in=parts, external_id__in=parts)
    trials = list(named.select_related("run__source")[:LONGEST])
    for run_name, trial_name in reversed(list(pairwise(parts))):
        pair = [t for t in trials if (t.run.external_id, t.external_id) == (run_name, trial_name)]
        if pair:
            return _at(path, pair, [trial.run for trial in pair])
    return _run_by_path(viewer, path, parts)


def _run_by_path(viewer: Viewer, path: str, parts: Sequence[str]) -> Run | None:
    runs = list(visibility.runs(viewer).filter(external_id__in=parts).select_related("source")[:LONGEST])
    for name in reversed(parts):
        same = [run for run in runs if run.external_id == name]
        if same:
            return _at(path, same, same)
    return None


def _at(path: str, found: Sequence[Found], runs: Sequence[Run]) -> Found | None:
    """Of things called the same, each in its run, the one whose run the path leads to; the only one anyway."""
    if len(found) == 1:
        return found[0]
    there = [
        one
        for one, run in zip(found, runs, strict=True)
        if path.startswith(f"{run.source.address.rstrip('/')}/{run.external_id}")
    ]
    return there[0] if len(there) == 1 else None


def _by_name(viewer: Viewer, text: str) -> Run | Trial | None:
    """A run, else a trial, of exactly this name; of several with the name none is *the* one."""
    runs = visibility.runs(viewer).filter(Q(name=text) | Q(external_id=text))
    if runs.exists():
        return _only(runs)
    return _only(visibility.trials(viewer).filter(external_id=text))


def _by_beginning(viewer: Viewer, text: str) -> Run | Trial | None:
    begun = beginnings.find(viewer, text).all
    return begun[0] if len(begun) == 1 else None


def _only(found: QuerySet[Found]) -> Found | None:
    two = list(found[:2])
    return two[0] if len(two) == 1 else None


def find_task(viewer: Viewer, text: str) -> Task | None:
    """The one task of this name, or of which this is what follows the last slash; None if there is none, or more."""
    text = _storable(text).strip()[:LONGEST]
    if not text:
        return None
    named = list(_tasks(viewer).filter(Q(name=text) | Q(name__endswith=f"/{text}"))[:LONGEST])
    exact = [task for task in named if text in {task.name, task.name.rpartition("/")[2]}]
    return exact[0] if len(exact) == 1 else None


def tasks_with(viewer: Viewer, words: Sequence[str]) -> QuerySet[Task]:
    """The tasks whose names or data sets hold all of the words, as the tasks list finds them."""
    found = _tasks(viewer)
    for word in words:
        found = found.filter(Q(name__icontains=word) | Q(dataset__icontains=word))
    return found


def trials_ending(viewer: Viewer, text: str) -> list[Trial]:
    """The newest trials whose name ends with the text after the task's, as that of each attempt does; else none."""
    if not _ATTEMPT.fullmatch(text):
        return []
    named = visibility.trials(viewer).filter(external_id__endswith=f"__{text}")
    return list(named.select_related("task", "run").order_by("-pk")[:MOST_FOUND])


def raised(viewer: Viewer, text: str) -> list[Raised]:
    """Types of exceptions that hold the text, most frequent first; the first is the one that equals it, if there is."""
    found = visibility.trials(viewer).filter(error_type__gt="", error_type__icontains=text).order_by()
    counted = found.values("error_type").annotate(n=Count("pk")).order_by("-n", "error_type")
    types = [Raised(row["error_type"], row["n"]) for row in counted[:LONGEST]]
    return sorted(types, key=lambda each: each.error_type.casefold() != text.casefold())


def _tasks(viewer: Viewer) -> QuerySet[Task]:
    """The tasks that a trial is left of."""
    there = visibility.trials(viewer).filter(task=OuterRef("pk"))
    return visibility.tasks(viewer).filter(Exists(there))
