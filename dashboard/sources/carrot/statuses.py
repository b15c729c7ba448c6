"""The source's words for states → ours.

In JSON they have no underscores (``testqueuedincromwell``); in exports and comments they do. Both are read, without
regard to case, and so are the words without ``test`` or ``eval`` of the first servers. What is not known is said to be
unknown.
"""

import re
from collections.abc import Mapping

from dashboard.domain.pipelines import RunPhase
from dashboard.domain.reports import ReportStatus
from dashboard.domain.statuses import RunStatus

CARROT_FAILED = "carrotfailed"

_RUNS = {
    RunStatus.PENDING: "created submitted queued queuedincromwell waitingforqueuespace",
    RunStatus.PROVISIONING: "building starting",
    RunStatus.RUNNING: "running aborting",
    RunStatus.COMPLETED: "succeeded",
    RunStatus.FAILED: "failed expired buildfailed carrotfailed",
    RunStatus.CANCELLED: "aborted",
}
_REPORTS = {
    ReportStatus.SUBMITTED: "created submitted",
    ReportStatus.QUEUED: "starting queuedincromwell waitingforqueuespace",
    ReportStatus.RUNNING: "running",
    ReportStatus.SUCCEEDED: "succeeded",
    ReportStatus.FAILED: "failed expired",
    ReportStatus.CANCELLED: "aborted",
}
_RUN_WORDS = {word: status for status, words in _RUNS.items() for word in words.split()}
_REPORT_WORDS = {word: status for status, words in _REPORTS.items() for word in words.split()}
_PHASES = {"building": RunPhase.BUILD, "buildfailed": RunPhase.BUILD, "succeeded": RunPhase.EVAL}
_PREFIXES = {"test": RunPhase.TEST, "eval": RunPhase.EVAL}
_REASONS = {
    "buildfailed": "An image of the software under test could not be built.",
    "testfailed": "The test workflow failed in Cromwell.",
    "testaborted": "The test workflow was aborted in Cromwell.",
    "evalfailed": "The evaluation workflow failed in Cromwell.",
    "evalaborted": "The evaluation workflow was aborted in Cromwell.",
    "failed": "The workflow failed in Cromwell.",
    "aborted": "The workflow was aborted in Cromwell.",
    CARROT_FAILED: "CARROT could not carry the run on.",
}
_SEPARATORS = re.compile(r"[\s_-]+")


def spell(word: str) -> str:
    """A word in the spelling of JSON."""
    return _SEPARATORS.sub("", word).lower()


def run_status(word: str) -> RunStatus:
    """The state of a run."""
    _, bare = _split(spell(word))
    return _RUN_WORDS.get(bare, RunStatus.UNKNOWN)


def report_status(word: str) -> ReportStatus:
    """The state of a report."""
    return _REPORT_WORDS.get(spell(word), ReportStatus.UNKNOWN)


def run_phase(word: str, *, jobs: Mapping[str, str], is_built: bool) -> RunPhase | None:
    """How far a run has come, or where it failed; None where nothing has begun, or the word is not known.

    ``jobs`` are the ids that the workflow engine gave its ``test`` and ``eval``. Where CARROT itself failed, they tell
    how far it came, and whether images were to be built.
    """
    word = spell(word)
    prefix, bare = _split(word)
    if word == CARROT_FAILED:
        return _phase_of_jobs(jobs, is_built=is_built)
    if bare not in _RUN_WORDS or word == "created":
        return None
    return _PHASES.get(word) or _PREFIXES.get(prefix, RunPhase.TEST)


def failure_reason(word: str) -> str:
    """Why a run has that state, in a sentence; empty where nothing failed."""
    return _REASONS.get(spell(word), "")


def _phase_of_jobs(jobs: Mapping[str, str], *, is_built: bool) -> RunPhase:
    if jobs["eval"]:
        return RunPhase.EVAL
    return RunPhase.BUILD if is_built and not jobs["test"] else RunPhase.TEST


def _split(word: str) -> tuple[str, str]:
    """What a word begins with, ``test``, ``eval`` or nothing, and the rest."""
    prefix = next((each for each in _PREFIXES if word.startswith(each)), "")
    return prefix, word.removeprefix(prefix)
