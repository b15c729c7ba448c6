"""What a report of tests says, whichever format it is in."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

MOST_TESTS = 100_000
"""Of a report that are read."""
MOST_NAME = 1_000
MOST_MESSAGE = 16_000
MOST_TRACE = 64_000
"""Characters of a text that are kept."""


class TestStatus(StrEnum):
    """How a test came out; the words of CTRF."""

    __test__ = False

    FAILED = "failed"
    OTHER = "other"
    """The report has a word for it that is none of these."""
    PENDING = "pending"
    SKIPPED = "skipped"
    PASSED = "passed"


@dataclass(frozen=True, slots=True, kw_only=True)
class TestResult:
    """One test. All texts are bounded, and as they came: to be escaped."""

    __test__ = False

    name: str
    suite: str = ""
    """Where it belongs: suites from the outside in, or its class."""
    status: TestStatus = TestStatus.OTHER
    raw_status: str = ""
    """The report's own word, where it is another."""
    seconds: float | None = None
    message: str = ""
    trace: str = ""
    output: str = ""
    """What it printed."""
    file: str = ""
    line: int | None = None
    retries: int = 0
    """How often it was tried again."""
    is_flaky: bool = False
    """Passed after it had failed."""


@dataclass(frozen=True, kw_only=True)
class TestReport:
    """A report, whole or as far as it could be read."""

    __test__ = False

    format: str
    """Its name for people."""
    tool: str = ""
    """What ran the tests, with its version."""
    tests: Sequence[TestResult] = ()
    """In the order of the report, at most :data:`MOST_TESTS`."""
    told: Mapping[TestStatus, int] = field(default_factory=dict)
    """How many of each status there are by the report's own account, where it gives one."""
    told_total: int | None = None
    problem: str = ""
    """Why it is not whole, in a sentence; the tests are those before that."""

    @cached_property
    def counted(self) -> Mapping[TestStatus, int]:
        """How many of each status there are, all of them named."""
        found = Counter(test.status for test in self.tests)
        return {status: found[status] for status in TestStatus}

    @cached_property
    def seconds(self) -> float | None:
        """The sum of the tests' times, if any is known."""
        known = [test.seconds for test in self.tests if test.seconds is not None]
        return sum(known) if known else None

    @property
    def contradictions(self) -> Sequence[tuple[str, int, int]]:
        """Where the report's own account differs from its tests: (what, told, counted)."""
        pairs: list[tuple[str, int, int]] = [
            (status.value, number, self.counted[status]) for status, number in self.told.items()
        ]
        if self.told_total is not None:
            pairs.insert(0, ("tests", self.told_total, len(self.tests)))
        return [pair for pair in pairs if pair[1] != pair[2]]
