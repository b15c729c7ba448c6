"""What becomes public by a link: how many files, and by their names which hold the configuration or look like secrets.

Files are counted where that is cheap: in folders of this machine, and as far as a source's own list is at hand. What is
not known is said to be not known.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from dashboard.domain.pipelines import ResultType
from dashboard.models import Report, Run, Trial
from dashboard.services import artifacts, reports

MOST_TRIALS = 200
"""Trials whose folders are listed for one form."""
MOST_NAMED = 8
"""Files that are named."""

_SECRET_NAME = re.compile(
    r"""
    \.env(?:\..*)? | \.?(?:netrc|npmrc|pypirc|pgpass|htpasswd|dockercfg|git-credentials) | _netrc
    | id_(?:rsa|dsa|ecdsa|ed25519)(?:\..*)? | .*\.(?:pem|key|p12|pfx|jks|kdbx|keystore|ppk|ovpn|asc|gpg)
    | (?:.*[-_.])?(?:credentials?|secrets?|passwords?|passwd|tokens?|api[-_]?keys?|private[-_]?keys?|keys?
      |service[-_]?account|kube_?config)(?:[-_.].*)?
    """,
    re.VERBOSE,
)
_PUBLIC = re.compile(r".*\.pub")
_TELLING = frozenset({"config.json", "job.log", "lock.json"})
"""Files of a run or trial that are its configuration, or quote it, with paths of the machine."""
_RESULT = "result.json"
"""That of a trial repeats the trial's configuration; a run's does not."""


@dataclass(frozen=True, slots=True)
class Exposure:
    """Files that would be public."""

    n_files: int = 0
    suspects: tuple[str, ...] = ()
    """Paths of those that look as if they held secrets, each with its trial where it is one's."""
    is_known: bool = True
    """Whether these are all: some are only listed when somebody opens their trial."""
    n_telling: int = 0
    """Files that hold the configuration of the run or of a trial, by their names."""

    @property
    def n_suspects(self) -> int:
        """How many of them look so."""
        return len(self.suspects)


def exposure_of_run(run: Run) -> Exposure:
    """What files of a run its link would show, with artifacts."""
    trials = list(Trial.objects.filter(run=run, is_gone=False).select_related("run__source")[: MOST_TRIALS + 1])
    listings = [artifacts.of_run(run) if artifacts.are_near(run) else None]
    listings += [artifacts.at_hand_of_trial(trial) for trial in trials[:MOST_TRIALS]]
    names = ["", *(f"{trial.external_id}: " for trial in trials)]
    found = [
        (name + record.path, record.path)
        for name, listing in zip(names, listings, strict=False)
        if listing is not None
        for record in listing.artifacts
    ]
    found += [(file.name, file.text) for file in run.results.filter(type=ResultType.FILE)]
    is_whole = all(listing is not None and not (listing.is_cut_off or listing.problems) for listing in listings)
    is_known = is_whole and len(trials) <= MOST_TRIALS
    is_known = is_known or not (trials or artifacts.have_runs(run))
    n_telling = sum(path in _TELLING or (path == _RESULT and name != path) for name, path in found)
    return Exposure(len(found), tuple(_suspects(found)), is_known, n_telling)


def exposure_of_report(report: Report) -> Exposure:
    """What files of a report its link would show."""
    found = [file for file in reports.files(report) if not file.why_not]
    return Exposure(len(found))


def looks_secret(path: str) -> bool:
    """Whether a file's name, or that of a folder above it, is one that secrets have."""
    parts = [part.lower() for part in path.split("/") if part]
    return any(part in {".ssh", ".aws"} for part in parts) or any(_is_secret(part) for part in parts[-1:])


def _suspects(found: Iterable[tuple[str, str]]) -> Iterator[str]:
    return (name for name, path in found if looks_secret(path))


def _is_secret(name: str) -> bool:
    return _SECRET_NAME.fullmatch(name) is not None and not _PUBLIC.fullmatch(name)
