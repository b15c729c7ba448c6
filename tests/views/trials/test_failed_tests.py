"""The sentence that says how many tests failed, and which."""

import pytest

from dashboard.readers.test_reports import TestReport, TestResult, TestStatus
from dashboard.views.trials import failed_tests


def report(*statuses, **more):
    tests = [TestResult(name=f"test_{number}", status=status) for number, status in enumerate(statuses)]
    return TestReport(format="CTRF", tests=tests, **more)


F, P = TestStatus.FAILED, TestStatus.PASSED


@pytest.mark.parametrize(
    ("statuses", "text", "names", "n_more"),
    [
        ([F, P, P, P], "1 of 4 tests failed", ["test_0"], 0),
        ([F], "1 of 1 test failed", ["test_0"], 0),
        ([P] + [F] * 5, "5 of 6 tests failed", ["test_1", "test_2", "test_3"], 2),
        ([P, TestStatus.SKIPPED], "None of 2 tests failed", [], 0),
    ],
)
def test_it_counts_those_that_failed_and_names_the_first(statuses, text, names, n_more):
    assert failed_tests.told(report(*statuses)) == {"text": text, "names": names, "n_more": n_more}


@pytest.mark.parametrize("unknown", [report(), report(F, P, problem="The file is not whole.")])
def test_what_is_not_known_is_not_claimed(unknown):
    assert failed_tests.told(unknown) is None


def test_a_long_name_is_cut_off():
    long = TestReport(format="CTRF", tests=[TestResult(name="x" * 9_000, status=F)])
    [name] = failed_tests.told(long)["names"]
    assert len(name) == failed_tests.LONGEST
    assert name.endswith("…")
