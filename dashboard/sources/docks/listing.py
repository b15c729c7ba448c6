"""The newest runs of a tenant, of both kinds: one request each."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from dashboard.domain.errors import BadAnswer, Denied, SourceError, Unsupported
from dashboard.domain.records import Json, RunListing
from dashboard.sources.clocks import describe_skew
from dashboard.sources.docks.client import NO_API, DocksClient
from dashboard.sources.docks.fingerprints import is_same_run, run_fingerprint
from dashboard.sources.docks.ids import RunId, WireKind, wire_id
from dashboard.sources.docks.mapping import created_at
from dashboard.sources.problems import Problems

_LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _Listed:
    external_id: str
    fingerprint: str
    created_at: datetime


def list_runs(client: DocksClient, known: Mapping[str, str]) -> RunListing:
    """The newest runs; never complete, since the API lists no more than it is asked for and knows no pages.

    A kind of run that the account may not see, or that the server does not have, is a problem as long as the other
    kind can be listed. Raises what stands in the way of both.
    """
    problems = Problems()
    runs: dict[str, _Listed] = {}
    for kind, items in _ask(client, problems):
        for run in _read(kind, items, problems):
            runs.setdefault(run.external_id, run)
    if skew := describe_skew(client.clock_skew):
        problems.add("clock", skew)
    newest = sorted(runs.values(), key=lambda run: run.created_at, reverse=True)
    changed = [run.external_id for run in newest if not is_same_run(known.get(run.external_id, ""), run.fingerprint)]
    return RunListing(changed=tuple(changed), present=frozenset(runs), complete=False, problems=problems.listed())


def _ask(client: DocksClient, problems: Problems) -> list[tuple[WireKind, list[Json]]]:
    answers, refusals = [], list[SourceError]()
    for kind in WireKind:
        try:
            answers.append((kind, client.list_runs(kind)))
        except (Denied, Unsupported, BadAnswer) as error:
            if not _is_of_one_route(error):
                raise
            refusals.append(error)
            problems.add("/" + "/".join(kind.route), error.sentence)
    if not answers:
        raise refusals[0]
    return answers


def _is_of_one_route(error: SourceError) -> bool:
    """Whether other routes may work all the same; with a token that is not accepted none does."""
    return error.code == NO_API if isinstance(error, BadAnswer) else error.code != "auth"


def _read(kind: WireKind, items: list[Json], problems: Problems) -> Iterator[_Listed]:
    for number, item in enumerate(items, start=1):
        found = wire_id(item.get("id")) if isinstance(item, dict) else ""
        if isinstance(item, dict) and found:
            fingerprint = run_fingerprint(kind, item)
            yield _Listed(str(RunId(kind, found)), fingerprint, created_at(item) or _LONG_AGO)
        else:
            problems.add(f"/{'/'.join(kind.route)} {number}", "It has no usable id and cannot be shown.")
