"""What tells that a run or trial may have changed: digests of what is read of it, and of nothing else.

A run's list and its own route may tell different amounts about it. So a run's fingerprint keeps a digest per field, and
two of them are compared only where both know the field.
"""

from collections.abc import Mapping, Sequence
from hashlib import blake2b
from itertools import zip_longest
from json import dumps

from dashboard.domain.records import Json
from dashboard.sources.docks.ids import WireKind

_MAPPING = "2"
"""To be changed when the same JSON becomes another record: everything is read again then."""
_UNKNOWN = "-"
_RUN_FIELDS: Mapping[WireKind, Sequence[str]] = {
    WireKind.EVALUATION: (
        "name", "status", "dataset_uri", "total_trials", "completed_trials", "passed_trials", "failed_trials",
        "created_at", "completed_at",
    ),
    WireKind.SANDBOX: (
        "template_id", "template_name", "status", "status_reason", "dns_name", "remote_ref", "created_at",
        "task_results",
    ),
}  # fmt: skip
_TRIAL_FIELDS = (
    "task_slug", "agent_variant", "variant_name", "status", "error_message", "duration_seconds", "created_at",
    "result_data",
)  # fmt: skip


def run_fingerprint(kind: WireKind, item: Mapping[str, Json]) -> str:
    """A digest per field that is known, at most 90 characters."""
    digests = [_UNKNOWN if item.get(key) is None else _digest(item[key], 4) for key in _RUN_FIELDS[kind]]
    return ".".join([_MAPPING, *digests])


def is_same_run(known: str, listed: str) -> bool:
    """Whether two fingerprints differ in no field that both know."""
    pairs = zip_longest(known.split("."), listed.split("."), fillvalue="")
    return all(one == other or _UNKNOWN in (one, other) for one, other in pairs)


def trial_fingerprint(item: Mapping[str, Json], *, dataset: str, uris: Mapping[str, str]) -> str:
    """A digest of a trial; its addresses count without their queries, where signatures change all the time."""
    return _digest([_MAPPING, dataset, [item.get(key) for key in _TRIAL_FIELDS], sorted(uris.items())], 12)


def _digest(value: Json, size: int) -> str:
    return blake2b(dumps(value, sort_keys=True).encode(), digest_size=size).hexdigest()
