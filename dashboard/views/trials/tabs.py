"""The tabs of a trial: their names, what is in them, and what they say where there is nothing."""

from dataclasses import dataclass

from django.urls import reverse

from dashboard.domain.records import ArtifactListing
from dashboard.models import Trial
from dashboard.services import trial_files
from dashboard.services.trial_files import Kind
from dashboard.shared_addresses import is_closed


@dataclass(frozen=True, slots=True)
class Tab:
    """One section of a trial, with an address of its own."""

    label: str
    template: str
    icon: str = ""
    kind: Kind | None = None
    """Of the files that it shows, one at a time."""
    title: str = ""
    """What it says where the trial left no such file."""
    empty: str = ""


OUTCOME = "trial-detail"
FILES = "trial-files"
CONFIG = "trial-config"
NOTES = "trial-notes"
_VIEWER = "trials/_viewer.html"

TABS = {
    OUTCOME: Tab("Outcome", "trials/_outcome.html"),
    "trial-trajectory": Tab(
        "Trajectory", _VIEWER, "trajectory", Kind.TRAJECTORY, "No trajectory",
        "The agent left none that follows the ATIF format. What it printed stands among the logs.",
    ),
    "trial-diff": Tab(
        "Diff", _VIEWER, "diff", Kind.DIFF, "No diff",
        "None of the files is a patch. Tasks that want one have the agent leave a .patch or .diff among its artifacts.",
    ),
    "trial-logs": Tab("Logs", _VIEWER, "log", Kind.LOG, "No logs", "Neither the agent nor the verifier left any."),
    "trial-results": Tab(
        "Results", _VIEWER, "result", Kind.RESULT, "No results", "The verifier left nothing, or has not run."
    ),
    FILES: Tab("Files", "trials/_files.html"),
    CONFIG: Tab("Configuration", "trials/_config.html"),
    NOTES: Tab("Notes", "my/_notes.html"),
}  # fmt: skip
"""By the name of its address."""


def address(name: str, trial: Trial, query: str = "") -> str:
    """Where a tab of a trial is."""
    return reverse(name, args=[trial.run_id, trial.pk]) + query


def kinds(kind: Kind) -> list[Kind]:
    """What stands in the tab of a kind: recordings of a terminal stand among the logs."""
    return [kind, Kind.RECORDING] if kind is Kind.LOG else [kind]


def links(
    trial: Trial, current: str, query: str, listing: ArtifactListing | None, *, n_notes: int = 0
) -> list[dict[str, object]]:
    """Context of ``components/tabs.html``; without a listing it is not known how much there is."""
    counts = (_counts(listing) if listing is not None else {}) | ({NOTES: n_notes} if n_notes else {})
    return [
        {
            "label": tab.label,
            "url": address(name, trial, query),
            "current": name == current,
            "count": counts.get(name),
        }
        for name, tab in TABS.items()
        if not is_closed(address(name, trial))
    ]


def _counts(listing: ArtifactListing) -> dict[str, object]:
    if listing.problems and not listing.artifacts:
        return {}
    found = trial_files.counts(listing)
    more = "+" if listing.is_cut_off else ""
    counted = {name: sum(found[kind] for kind in kinds(tab.kind)) for name, tab in TABS.items() if tab.kind is not None}
    # Where there is one file the tab shows what is in it: a 1 would seem to count that.
    return {name: n for name, n in counted.items() if n != 1} | {FILES: f"{len(listing.artifacts):,}{more}"}
