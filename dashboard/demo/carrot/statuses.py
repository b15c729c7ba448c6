"""The statuses of runs and of renderings, as JSON spells them: without underscores."""

FAILED_RUNS = ("buildfailed", "carrotfailed", "testfailed", "evalfailed", "testaborted", "evalaborted")
ENDED_RUNS = (*FAILED_RUNS, "succeeded")
MOVING_RUNS = (
    "building", "created", "evalaborting", "evalqueuedincromwell", "evalrunning", "evalstarting", "evalsubmitted",
    "evalwaitingforqueuespace", "testaborting", "testqueuedincromwell", "testrunning", "teststarting", "testsubmitted",
    "testwaitingforqueuespace",
)  # fmt: skip
RUNS = tuple(sorted((*ENDED_RUNS, *MOVING_RUNS)))
FAILED_JOBS = ("failed", "aborted")
ENDED_JOBS = (*FAILED_JOBS, "succeeded")
JOBS = (
    "aborted", "created", "expired", "failed", "queuedincromwell", "running", "starting", "submitted", "succeeded",
    "waitingforqueuespace",
)  # fmt: skip
"""Of report maps and of software builds."""
SPELT = {"queuedincromwell": "queued_in_cromwell", "waitingforqueuespace": "waiting_for_queue_space"}


def with_underscores(status: str) -> str:
    """``test_failed`` for ``testfailed``: as the database and its CSV files have it."""
    for phase in ("test", "eval", "build", "carrot"):
        rest = status.removeprefix(phase)
        if rest not in {status, "ing"}:
            return f"{phase}_{SPELT.get(rest, rest)}"
    return SPELT.get(status, status)
