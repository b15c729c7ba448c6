"""The files of a trial: what its addresses lead to, under the names that the source's own client gives them."""

import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from dashboard.domain.records import ArtifactListing, ArtifactRecord, Json
from dashboard.sources.addresses import AddressRules, measure_address
from dashboard.sources.problems import Problems

SECONDS = 1.5
"""For asking the sizes of all files together: a person waits."""

_ENDING = re.compile(r"\.[A-Za-z0-9]{1,10}")


@dataclass(frozen=True, slots=True)
class _Type:
    stem: str
    kind: str
    ending: str
    """Where the address has none."""


_TYPES = {
    "diff_uri": _Type("diff", "diff", ".patch"),
    "logs_uri": _Type("logs", "log", ".txt"),
    "result_uri": _Type("result", "result", ".json"),
    "trajectory_uri": _Type("trajectory", "trajectory", ".json"),
}


@dataclass(frozen=True, slots=True)
class Artifact:
    """One address of a trial."""

    path: str
    kind: str
    uri: str


def artifacts_of(trial: Mapping[str, Json], problems: Problems) -> Iterator[Artifact]:
    """The artifacts that a trial names an address of, by path."""
    for key, kind in _TYPES.items():
        uri = trial.get(key)
        if isinstance(uri, str) and uri.strip():
            yield Artifact(f"{kind.stem}{_ending(uri) or kind.ending}", kind.kind, uri.strip())
        elif uri not in (None, "") and not isinstance(uri, str):
            problems.add(key, "It is not a text.")


def list_artifacts(trial: Mapping[str, Json], rules: AddressRules) -> ArtifactListing:
    """The files of a trial with their sizes, as far as their hosts say them in time."""
    end, problems = time.monotonic() + SECONDS, Problems()
    records = tuple(_record(artifact, rules, end - time.monotonic()) for artifact in artifacts_of(trial, problems))
    return ArtifactListing(artifacts=records, problems=problems.listed())


def _record(artifact: Artifact, rules: AddressRules, seconds: float) -> ArtifactRecord:
    size, note = measure_address(artifact.uri, rules, seconds=seconds), rules.why_not(artifact.uri)
    return ArtifactRecord(path=artifact.path, kind=artifact.kind, size=size, note=note)


def _ending(uri: str) -> str:
    """What the address's last name ends in, if it looks like a file's ending."""
    try:
        name = urlsplit(uri).path.rpartition("/")[2]
    except ValueError:
        return ""
    stem, dot, ending = name.rpartition(".")
    return f".{ending}" if stem and dot and _ENDING.fullmatch(f".{ending}") else ""
