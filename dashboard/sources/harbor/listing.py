"""Which runs there are, and which of them changed: stamps only, nothing is parsed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from dashboard.domain.records import RunListing
from dashboard.sources.harbor import files, looks
from dashboard.sources.harbor.looks import JobLook, Kind
from dashboard.sources.harbor.names import ID_LIMIT, id_of, shown
from dashboard.sources.problems import Problems

MOST_RUNS = 100_000
"""Folders that are looked into."""
MOST_ENTRIES = 1_000_000
"""Entries of the root that are gone through."""
MOST_TRIALS_TRIED = 200
"""Folders that are looked into to see whether a folder without files of its own is a job."""
NEVER_RUNS = frozenset({"lost+found"})


@dataclass(slots=True)
class _Listing:
    """A listing in the making."""

    known: Mapping[str, str]
    now_ns: int
    stalled_after: timedelta
    present: set[str] = field(default_factory=set)
    changed: list[tuple[int, str]] = field(default_factory=list)
    """With the time of the last change, to be sorted by."""
    is_complete: bool = True
    problems: Problems = field(default_factory=Problems)


def list_runs(root: int, known: Mapping[str, str], *, now_ns: int, stalled_after: timedelta) -> RunListing:
    """Look at every folder in the open root. Raises ``OSError`` when the root itself cannot be read."""
    listing = _Listing(known, now_ns, stalled_after)
    folders = 0
    for seen, (name, kind) in enumerate(looks.entries_of(root)):
        folders += kind is Kind.FOLDER
        if folders > MOST_RUNS or seen >= MOST_ENTRIES:
            listing.is_complete = False
            listing.problems.add("", f"The folder holds too much: not more than {MOST_RUNS:,} jobs are looked at.")
            break
        _add_entry(name, kind, root, listing)
    changed = tuple(external_id for _, external_id in sorted(listing.changed, reverse=True))
    return RunListing(
        changed=changed,
        present=frozenset(listing.present),
        complete=listing.is_complete,
        problems=listing.problems.listed(),
    )


def _add_entry(name: str, kind: Kind, root: int, listing: _Listing) -> None:
    """Take an entry of the root into the listing, if it is a run. A folder that vanishes meanwhile is none."""
    if kind is Kind.LINK:
        listing.problems.add(shown(name), "It is a link, and links are not followed.")
    if kind is not Kind.FOLDER or name in NEVER_RUNS:
        return
    external_id = id_of(name)
    try:
        _add_folder(name, external_id, root, listing)
    except OSError as error:
        listing.problems.add(shown(name), f"It cannot be looked at: {error.strerror}.")
        if external_id in listing.known:
            listing.present.add(external_id)


def _add_folder(name: str, external_id: str, root: int, listing: _Listing) -> None:
    job = looks.look_at_job(name, root)
    if job is None or not (job.has_files or _holds_trials(name, root)):
        return
    if len(external_id) > ID_LIMIT:
        listing.problems.add(shown(name), "Its name is too long to be kept.")
        return
    listing.present.add(external_id)
    if not _still_holds(listing.known.get(external_id, ""), name, job, root, listing):
        listing.changed.append((job.last_change_ns, external_id))


def is_run(name: str, root: int) -> bool:
    """Whether a folder of the root is a job. Raises ``OSError`` if that cannot be told."""
    job = looks.look_at_job(name, root)
    return job is not None and (job.has_files or _holds_trials(name, root))


def _holds_trials(name: str, root: int) -> bool:
    """Whether a folder without files of its own is a job all the same: one that has a trial already."""
    with files.open_folder(name, root) as folder:
        return bool(looks.look_at_trials(folder, most=1, most_entries=MOST_TRIALS_TRIED).trials)


def _still_holds(fingerprint: str, name: str, job: JobLook, root: int, listing: _Listing) -> bool:
    """Whether the known fingerprint is still the run's: by the job's part, then, of an open run, by its trials."""
    state, _, rest = fingerprint.partition(":")
    if state == "done":
        return rest == job.fingerprint
    if state != "open" or not rest.startswith(job.fingerprint):
        return False
    with files.open_folder(name, root) as folder:
        trials = looks.look_at_trials(folder)
        is_quiet = looks.is_quiet(folder, job, trials, now_ns=listing.now_ns, after=listing.stalled_after)
    return fingerprint == looks.open_fingerprint(job, trials, is_quiet=is_quiet)
