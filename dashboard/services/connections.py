"""Testing a connection: one small question to a source as an administrator describes it, stored or not.

What comes of it is told in words; nothing is kept. The answer comes within :data:`PATIENCE` seconds or is not
waited for.
"""

import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotInTime
from dataclasses import dataclass, replace

from dashboard.domain.errors import BadAnswer, Denied, Missing, SourceError, Throttled, Unreachable
from dashboard.domain.records import Capabilities, SourceConfig
from dashboard.domain.statuses import SourceKind
from dashboard.models import Source
from dashboard.sources.registry import capabilities_of, connect

PATIENCE = 5.0
"""Seconds until a person is told that no answer came."""
AT_ONCE = 8
"""Sources that are asked at the same time."""

_pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="connection-test")

_CAN = {
    "trials": "show trials",
    "artifacts": "show artifacts",
    "pipelines": "show pipelines and their tests",
    "reports": "make reports",
    "create": "create runs",
    "start": "start runs",
    "cancel": "cancel runs",
    "stop": "stop sandbox runs",
    "delete": "delete runs that failed",
}
"""What a source can do, by the name of its capability, in words that follow “It can”."""

_VERSIONS = {
    SourceKind.HARBOR: "A folder has no version.",
    SourceKind.DOCKS: "Docks does not tell its version.",
    SourceKind.CARROT: "Version 1 of CARROT's API; which release answers it does not tell.",
}

_ADVICE = {
    "dns": "Check how the host name is spelled, and that this machine can look it up.",
    "refused": "Check the port, and that the server runs and lets this machine connect.",
    "timeout": "Check the address, and whether a firewall lies between; a busy server may answer later.",
    "reset": "Check the port and whether it wants https:// instead of http://, or the other way round.",
    "tls": "Check the address. A server with certificates of its own needs its authorities under “CA bundle”.",
    "address_refused": "If this network is meant, whoever runs Quayside names it in ALLOWED_NETWORKS.",
    "auth": "Give a token that is valid: this one expired, was withdrawn, or belongs to another server.",
    "forbidden": "The token is known, but its account may not see this: check the tenant and the account's rights.",
    "throttled": "The server wants a pause; test again in a while.",
    "server": "The server fails on its side; its own log says why.",
    "redirect": "Set the address it leads to as the address: redirects are not followed.",
    "no_api": "Check the address and the tenant: something answers there, but not the API of this kind of source.",
    "too_large": "Check the address: an answer this large is not expected of this kind of source.",
    "bad_response": "Check the address and the kind: what answers there is no source of this kind.",
    "config": "Correct what the sentence names.",
    "no_folder": "Check the path as this machine sees it, and that the disk it is on is mounted.",
    "no_permission": "Let the account that Quayside runs as read the folder and what is in it.",
    "not_a_jobs_folder": "Give the folder that holds the jobs, one folder each.",
    "unreachable": "Check that the folder is there and that this machine can read it.",
    "late": "Test again; if it stays like this, the server or the folder is too slow to be shown live.",
}
_BY_KIND: tuple[tuple[type[SourceError], str], ...] = (
    (Denied, "auth"),
    (Throttled, "throttled"),
    (BadAnswer, "no_api"),
    (Missing, "no_api"),
    (Unreachable, "unreachable"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionTest:
    """What came of a test."""

    name: str
    milliseconds: int
    said: str
    """What was found, or what went wrong, as a sentence."""
    code: str = ""
    """The kind of failure; empty if it answers."""
    advice: str = ""
    version: str = ""
    can: Sequence[str] = ()
    cannot: Sequence[str] = ()
    """Sentences that say why not."""
    notes: Sequence[str] = ()
    """What it answered with, but could not be read."""

    @property
    def is_good(self) -> bool:
        """Whether it answers as a source of its kind does."""
        return not self.code


def test(source: Source) -> ConnectionTest:
    """Ask a source as it is described, whatever its last looks said."""
    return test_all([source])[0]


def test_all(sources: Sequence[Source]) -> list[ConnectionTest]:
    """Ask several at the same time, each as :func:`test` does; one result each, in their order."""
    began = time.monotonic()
    asked = [(source, _begin(source)) for source in sources]
    return [_await(source, begun, began + PATIENCE) for source, begun in asked]


def _begin(source: Source) -> "Future[ConnectionTest] | ConnectionTest":
    try:
        config = source.config()
    except SourceError as error:
        return _failed(source.name, 0, error)
    return _pool.submit(_ask, replace(config, is_urgent=True, list_limit=1))


def _await(source: Source, begun: "Future[ConnectionTest] | ConnectionTest", until: float) -> ConnectionTest:
    if isinstance(begun, ConnectionTest):
        return begun
    try:
        return begun.result(timeout=max(0.0, until - time.monotonic()))
    except NotInTime:
        begun.cancel()
        error = Unreachable(f"No answer came within {PATIENCE:.0f} seconds.", code="late")
        return _failed(source.name, int(PATIENCE * 1000), error)


def _ask(config: SourceConfig) -> ConnectionTest:
    began = time.perf_counter()
    try:
        said, notes = _question(config, capabilities_of(config.kind))
    except SourceError as error:
        return _failed(config.name, _since(began), error)
    able = capabilities_of(config.kind)
    return ConnectionTest(
        name=config.name,
        milliseconds=_since(began),
        said=said,
        version=_VERSIONS[SourceKind(config.kind)],
        can=[words for name, words in _CAN.items() if getattr(able, name)],
        cannot=[f"{why.split('. ')[0].rstrip('.')}." for name, why in able.why_not.items() if name in _CAN],
        notes=notes,
    )


def _question(config: SourceConfig, able: Capabilities) -> tuple[str, list[str]]:
    """The smallest question whose answer shows that runs can be listed: what it says, and what it could not read."""
    client = connect(config)
    if able.pages:
        page = next(iter(client.list_pages()), None)
        problems = page.problems if page else ()
        said = "It lists runs." if page and page.readings else "It answers; it has no runs yet."
    else:
        listing = client.list_runs({})
        problems = listing.problems
        n_runs = len(listing.present)
        said = _counted(n_runs) if able.is_local else ("It lists runs." if n_runs else "It answers; no runs yet.")
    return said, [f"{problem.where}: {problem.what}" for problem in problems[:5]]


def _counted(n_runs: int) -> str:
    if not n_runs:
        return "The folder can be read; it holds no jobs yet."
    return f"The folder can be read: {n_runs:,} {'job' if n_runs == 1 else 'jobs'}."


def _failed(name: str, milliseconds: int, error: SourceError) -> ConnectionTest:
    code = error.code if error.code in _ADVICE else next((c for kind, c in _BY_KIND if isinstance(error, kind)), "")
    return ConnectionTest(
        name=name,
        milliseconds=milliseconds,
        said=error.sentence,
        code=error.code or "source",
        advice=_ADVICE.get(code, error.hint),
    )


def _since(began: float) -> int:
    return round((time.perf_counter() - began) * 1000)
