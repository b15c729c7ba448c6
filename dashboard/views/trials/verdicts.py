"""What the verifier said, on the page of a trial that did not pass: its report, its reasons, its last lines."""

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from dashboard.domain.errors import SourceError
from dashboard.domain.files import FileFormat
from dashboard.domain.records import ArtifactListing, ArtifactRecord
from dashboard.domain.statuses import Outcome
from dashboard.models import Trial
from dashboard.readers.file_formats import format_of
from dashboard.services import artifacts, rights, trial_files, trials
from dashboard.services.trial_files import Kind
from dashboard.views.addresses import list_query
from dashboard.views.artifacts import viewing
from dashboard.views.requests import Request
from dashboard.views.trials import failed_tests, frames, tabs
from dashboard.views.viewers import choice
from dashboard.views.viewers.subjects import Subject
from dashboard.views.viewers.terminal_texts import TerminalTexts

LINES = 20
"""Of the verifier's output that are shown."""
BYTES = 8 * 1024
"""Of its end that are read for them."""
TERMINAL = "css/viewers/ansi.css"
REPORTS = (FileFormat.TESTS, FileFormat.REWARDS)

_NOT_ASKED: dict[str, Any] = {
    "has_verdict": False,
    "verdict_url": "",
    "failed": None,
    "reports": [],
    "words": None,
    "results_url": "",
}


def on_page(request: Request, trial: Trial, listing: ArtifactListing | None) -> dict[str, Any]:
    """The verdict for the page; without a listing where the page gets it when it is there."""
    has_files = rights.extent(request.user).has_artifacts
    if not has_files or Outcome(trial.outcome) not in {Outcome.FAILED, Outcome.PARTIAL}:
        return _NOT_ASKED
    if listing is None:
        address = tabs.address(tabs.OUTCOME, trial)
        results = tabs.address("trial-results", trial, list_query(request))
        asked = {"has_verdict": True, "verdict_url": f"{address}?part=verdict", "results_url": results}
        return _NOT_ASKED | _dress() | asked
    return context(request, trial, listing) | {"verdict_url": ""}


def context(request: Request, trial: Trial, listing: ArtifactListing) -> dict[str, Any]:
    """Context of ``trials/_verdict.html``, and what the page's head names for it."""
    telling = _of_the_step_that_failed(trial, listing)
    reports = [_report(request, trial, record) for record in _chosen(telling)]
    shown = [report for report in reports if report["viewer_template"]]
    results = tabs.address("trial-results", trial, list_query(request))
    told = {"has_verdict": True, "failed": _failed(trial, telling, shown), "reports": shown, "results_url": results}
    return _dress() | told | {"words": _words(trial, telling)}


def _of_the_step_that_failed(trial: Trial, listing: ArtifactListing) -> ArtifactListing:
    """The files that may say why: of a multi-step trial those of the first step that failed, and the trial's own."""
    step = trial_files.step_to_look_at(trials.detail(trial).steps)
    told = [each for each in listing.artifacts if trial_files.step_of(each.path) in {"", step}]
    return replace(listing, artifacts=told) if step else listing


def _dress() -> dict[str, Any]:
    """What the page's head names for any report: one that comes later is dressed by it as well."""
    viewers = [choice.VIEWERS[form] for form in REPORTS if form in choice.VIEWERS]
    return {
        "styles": list(dict.fromkeys([TERMINAL, *(name for viewer in viewers for name in viewer.STYLES)])),
        "scripts": list(dict.fromkeys(name for viewer in viewers for name in viewer.SCRIPTS)),
    }


def _chosen(listing: ArtifactListing) -> list[ArtifactRecord]:
    """The files that say how the trial was judged: a report of tests, and the reasons for a reward."""
    found = [each for each in trial_files.of_kind(listing, Kind.RESULT) if _tells_why(each.path)]
    kinds: dict[str, ArtifactRecord] = {}
    for record in sorted(found, key=lambda each: trial_files.rank(each, Kind.RESULT, Outcome.FAILED)):
        kinds.setdefault(format_of(record.path), record)
    return [record for form, record in kinds.items() if FileFormat(form) in choice.VIEWERS]


def _tells_why(path: str) -> bool:
    """Whether it has more to say than the figure, which stands above."""
    form = format_of(path)
    return form is FileFormat.TESTS or (form is FileFormat.REWARDS and "details" in path)


def _report(request: Request, trial: Trial, record: ArtifactRecord) -> dict[str, Any]:
    fixed = {"file": record.path, **frames.of_list(request)}
    page = tabs.address("trial-results", trial)
    subject = Subject(run=trial.run, trial=trial, path=record.path, page=page, fixed=fixed)
    return viewing.shown_or_why_not(request, subject) | {"path": record.path, "url": subject.url()}


def _failed(trial: Trial, listing: ArtifactListing, shown: list[dict[str, Any]]) -> dict[str, Any] | None:
    """Which tests failed, by the report that is shown below; without one by the trial's result, which is named."""
    for report in (each["viewer"]["report"] for each in shown if "report" in each["viewer"]):
        told = failed_tests.told(report)
        return told and told | {"path": "", "url": ""}
    path, found = failed_tests.in_result(trial, listing) or ("", None)
    told = failed_tests.told(found) if found else None
    url = tabs.address("trial-results", trial, f"?{urlencode({'file': path})}")
    return told and told | {"path": path, "url": url}


def _words(trial: Trial, listing: ArtifactListing) -> dict[str, Any] | None:
    """The end of what the verifier printed; None where it printed nothing that can be read."""
    logs = [each for each in trial_files.of_kind(listing, Kind.LOG) if "verifier/" in each.path and each.size != 0]
    record = trial_files.first(logs, Kind.LOG, Outcome(trial.outcome))
    if record is None:
        return None
    try:
        found = artifacts.ending(trial.run, trial, record.path, limit=BYTES)
    except SourceError:
        return None
    lines = found.text.rstrip().splitlines()
    url = tabs.address("trial-logs", trial, f"?{urlencode({'file': record.path})}")
    is_cut_off = found.is_cut_off or len(lines) > LINES
    return {
        "path": record.path,
        "html": TerminalTexts().html("\n".join(lines[-LINES:])),
        "url": url,
        "is_cut_off": is_cut_off,
    }
