"""The tabs of a trial that show one file in its viewer: trajectory, diff, logs, results; and all files by name."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse, HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_safe

from dashboard.domain.records import ArtifactListing, ArtifactRecord
from dashboard.domain.statuses import Outcome
from dashboard.models import Trial
from dashboard.readers.trajectories.places import order
from dashboard.services import artifacts, trial_files, trials
from dashboard.services.trial_files import Kind
from dashboard.views.artifacts import rows as file_rows
from dashboard.views.artifacts import viewing
from dashboard.views.requests import Request
from dashboard.views.trials import frames, tabs
from dashboard.views.trials.pages import find
from dashboard.views.viewers.subjects import Subject

MOST = 12
"""Files of a step that stand in the strip above the one that is shown; the rest is folded."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """The files of one tab of a trial."""

    name: str
    """Of the tab."""
    kind: Kind
    trial: Trial
    listing: ArtifactListing
    """Of all files of the trial."""
    files: Sequence[ArtifactRecord]
    """Those of the tab, by step."""
    kept: dict[str, str]
    """Parameters of the list that one walks through."""
    asked: str
    """The file that the address names; may be empty, or one that the trial has not."""

    @property
    def page(self) -> str:
        """The tab's own path."""
        return tabs.address(self.name, self.trial)

    @property
    def path(self) -> str:
        """The file to show; empty where there is none."""
        there = {record.path for record in self.listing.artifacts if not record.note}
        if self.asked and (self.asked in there or self.listing.is_cut_off):
            return self.asked
        step = trial_files.step_to_look_at(trials.detail(self.trial).steps)
        first = trial_files.first(self.files, self.kind, Outcome(self.trial.outcome), step=step)
        return first.path if first else ""


def _tab(name: str, kind: Kind) -> Callable[[Request, int, int], HttpResponseBase]:
    """A view of the files of a kind, one at a time."""

    @require_safe
    def view(request: Request, run_id: int, trial_id: int) -> HttpResponseBase:
        shelf = _shelf(request, find(request.user, run_id, trial_id), name, kind)
        subject = _subject(shelf)
        part = viewing.part(request, subject) if subject else None
        return part or frames.answer(
            request, shelf.trial, name, lambda: _context(request, shelf, subject), listing=shelf.listing
        )

    return view


trajectory = _tab("trial-trajectory", Kind.TRAJECTORY)
diff = _tab("trial-diff", Kind.DIFF)
logs = _tab("trial-logs", Kind.LOG)
results = _tab("trial-results", Kind.RESULT)


@require_safe
def files(request: Request, run_id: int, trial_id: int) -> HttpResponse:
    """All of the trial's files by name."""
    trial = find(request.user, run_id, trial_id)
    listing = artifacts.of_trial(trial)
    return frames.answer(request, trial, tabs.FILES, lambda: _listed(request, trial, listing), listing=listing)


def file(request: Request, trial: Trial, path: str) -> HttpResponseBase:
    """One of the trial's files in its viewer. Raises ``SourceError``."""
    page = file_rows.shown_url(trial.run_id, trial.pk, path)
    subject = Subject(run=trial.run, trial=trial, path=path, page=page, fixed=frames.of_list(request))
    part = viewing.part(request, subject)
    return part or frames.answer(request, trial, tabs.FILES, lambda: _alone(request, subject))


def _listed(request: Request, trial: Trial, listing: ArtifactListing) -> dict[str, Any]:
    asked = request.GET.get("file", "")
    is_unknown = listing.is_cut_off or bool(listing.problems)
    is_there = is_unknown or asked in {"", *(record.path for record in listing.artifacts)}
    return {
        "note": "" if is_there else f"This trial has no {asked}.",
        "files": file_rows.rows(listing, trial.run_id, trial.pk),
        "is_cut_off": listing.is_cut_off,
        "problems": listing.problems,
        "archive_url": reverse("trial-archive", args=[trial.run_id, trial.pk]),
    }


def _alone(request: Request, subject: Subject) -> dict[str, Any]:
    around: dict[str, Any] = {
        "tab_template": "trials/_viewer.html",
        "strip": [],
        "note": "",
        "problems": [],
        "empty": None,
    }
    return viewing.shown(request, subject) | around


def _shelf(request: Request, trial: Trial, name: str, kind: Kind) -> Shelf:
    listing = artifacts.of_trial(trial)
    return Shelf(
        name=name,
        kind=kind,
        trial=trial,
        listing=listing,
        files=_by_step([each for shown in tabs.kinds(kind) for each in trial_files.of_kind(listing, shown)], trial),
        kept=frames.of_list(request),
        asked=request.GET.get("file", ""),
    )


def _subject(shelf: Shelf) -> Subject | None:
    path = shelf.path
    fixed = {"file": path, **shelf.kept}
    return Subject(run=shelf.trial.run, trial=shelf.trial, path=path, page=shelf.page, fixed=fixed) if path else None


def _context(request: Request, shelf: Shelf, subject: Subject | None) -> dict[str, Any]:
    shown = viewing.shown_or_why_not(request, subject) if subject else viewing.NOTHING
    is_other = subject is not None and shelf.asked not in {"", subject.path}
    return shown | {
        "strip": list(_strip(shelf, subject)),
        "note": f"This trial has no {shelf.asked}." if is_other else "",
        "problems": shelf.listing.problems,
        "empty": None if subject else _empty(shelf),
    }


def _by_step(files: Sequence[ArtifactRecord], trial: Trial) -> list[ArtifactRecord]:
    """In the order of the steps; what belongs to none comes first, and what continues another file stands behind it."""
    names = ["", *(str(step.get("name", "")) for step in trials.detail(trial).steps)]
    steps = {name: at for at, name in enumerate(names)}
    return sorted(
        files, key=lambda record: (steps.get(trial_files.step_of(record.path), len(steps)), order(record.path))
    )


def _strip(shelf: Shelf, subject: Subject | None) -> Iterator[dict[str, Any]]:
    """The files of the tab, by step, each with its address there: the first few, and the rest to be folded."""
    groups: dict[str, list[dict[str, object]]] = {}
    for record in shelf.files:
        link = {
            "label": trial_files.below_step(record.path),
            "url": f"{shelf.page}?{urlencode({'file': record.path, **shelf.kept})}",
            "is_current": subject is not None and subject.path == record.path,
            "size": record.size,
        }
        groups.setdefault(trial_files.step_of(record.path), []).append(link)
    for step, links in groups.items():
        yield {"step": step, "files": links[:MOST], "rest": links[MOST:]}


def _empty(shelf: Shelf) -> dict[str, str]:
    """What stands where there is no file to show."""
    tab = tabs.TABS[shelf.name]
    if shelf.listing.problems and not shelf.listing.artifacts:
        return {"title": "The files are not known", "text": "The source could not list them.", "icon": "unplugged"}
    if not Outcome(shelf.trial.outcome).is_final:
        return {
            "title": f"{tab.title} yet",
            "text": "The trial goes on; it may still leave some.",
            "icon": tab.icon,
        }
    return {"title": tab.title, "text": tab.empty, "icon": tab.icon}
