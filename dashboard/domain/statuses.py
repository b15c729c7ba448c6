"""The closed sets of states a run, a trial and a source can be in."""

from enum import StrEnum


class RunStatus(StrEnum):
    """State of a run, in the words the run APIs share; the source's raw word is kept beside it."""

    PENDING = "pending"
    PROVISIONING = "provisioning"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"

    @property
    def is_final(self) -> bool:
        """A final state is left again only if somebody resumes what had ended."""
        return self in FINAL_RUN_STATUSES


FINAL_RUN_STATUSES = frozenset({RunStatus.COMPLETED, RunStatus.FAILED, RunStatus.CANCELLED})


class RunKind(StrEnum):
    """What a run executes."""

    EVALUATION = "evaluation"
    """Agents at tasks: its trials tell how it went."""
    SANDBOX = "sandbox"
    """One machine that works through a template."""
    TEST = "test"
    """A test of a pipeline: its results tell how it went."""


class Outcome(StrEnum):
    """How a trial came out.

    The verdict is the primary reward's: passed at 1 or more, partial between 0 and 1, failed at 0 or less.
    ``errored`` means that it ended by an exception and without a verdict; a trial that raised *and* was
    scored keeps its verdict (and carries an error mark). ``unscored`` ended well but nobody judged it.
    """

    PASSED = "passed"
    PARTIAL = "partial"
    FAILED = "failed"
    ERRORED = "errored"
    UNSCORED = "unscored"
    RUNNING = "running"
    PENDING = "pending"
    CANCELLED = "cancelled"

    @property
    def is_final(self) -> bool:
        """A trial in a final state has left its source nothing more to say."""
        return self not in {Outcome.RUNNING, Outcome.PENDING}

    @property
    def is_verdict(self) -> bool:
        """Whether a verifier judged the trial."""
        return self in {Outcome.PASSED, Outcome.PARTIAL, Outcome.FAILED}


class SourceKind(StrEnum):
    """The run APIs that Quayside reads."""

    HARBOR = "harbor"
    DOCKS = "docks"
    CARROT = "carrot"

    @property
    def label(self) -> str:
        """Its name as its makers write it."""
        return self.upper() if self is SourceKind.CARROT else self.title()


class SourceHealth(StrEnum):
    """What the last looks at a source say about it."""

    NEW = "new"
    """Nobody has looked yet."""
    HEALTHY = "healthy"
    FAILING = "failing"
    """The last look failed; the mirror shows what was there before."""
