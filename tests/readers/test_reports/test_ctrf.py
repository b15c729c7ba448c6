import json

import pytest

from dashboard.readers import values
from dashboard.readers.test_reports import ctrf
from dashboard.readers.test_reports.records import TestStatus


def _report(*tests: object, **results: object) -> bytes:
    return json.dumps({"results": {"tool": {"name": "pytest", "version": "8.1"}, "tests": tests, **results}}).encode()


def test_a_test_is_read_with_all_that_it_says() -> None:
    [found] = ctrf.read(
        _report(
            {
                "name": "adds",
                "status": "failed",
                "rawStatus": "broken",
                "duration": 1500,
                "suite": ["unit", "sums"],
                "message": "1 != 2",
                "trace": "Traceback",
                "filePath": "tests/test_sums.py",
                "line": 7,
                "retries": 2,
                "flaky": False,
                "stdout": ["one", "two"],
            }
        )
    ).tests
    assert (found.name, found.status, found.raw_status) == ("adds", TestStatus.FAILED, "broken")
    assert (found.seconds, found.suite, found.message, found.trace) == (1.5, "unit › sums", "1 != 2", "Traceback")
    assert (found.file, found.line, found.retries, found.is_flaky) == ("tests/test_sums.py", 7, 2, False)
    assert found.output == "one\ntwo"


def test_the_tool_and_its_version_are_told() -> None:
    assert ctrf.read(_report()).tool == "pytest 8.1"


def test_a_summary_that_contradicts_the_tests_is_found_out() -> None:
    report = ctrf.read(_report({"name": "a", "status": "passed"}, summary={"tests": 3, "passed": 1, "failed": 2}))
    assert report.contradictions == [("tests", 3, 1), ("failed", 2, 0)]
    assert report.problem == ""


def test_a_summary_that_agrees_is_no_contradiction() -> None:
    report = ctrf.read(_report({"name": "a", "status": "passed"}, summary={"tests": 1, "passed": 1, "failed": 0}))
    assert not report.contradictions
    assert report.counted[TestStatus.PASSED] == 1


def test_attempts_are_counted_and_an_unknown_status_kept() -> None:
    flaky, odd = ctrf.read(
        _report({"status": "passed", "flaky": True, "retryAttempts": [{}, {}]}, {"status": "exploded"})
    ).tests
    assert (flaky.retries, flaky.is_flaky) == (2, True)
    assert (odd.status, odd.raw_status) == (TestStatus.OTHER, "exploded")


@pytest.mark.parametrize("cut", [1, 20, 60])
def test_a_half_written_report_gives_the_tests_that_are_whole(cut: int) -> None:
    whole = _report(*({"name": f"t{number}", "status": "passed", "message": "x" * 40} for number in range(9)))
    report = ctrf.read(whole[:-cut])
    assert [test.name for test in report.tests][:8] == [f"t{number}" for number in range(8)]
    assert "not whole" in report.problem


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"[]",
        b"null",
        b'"tests"',
        b'{"results": []}',
        b'{"results": {"tests": {}}}',
        b'{"tests": [' + b"[" * 500_000,
        b"[" * 500_000,
    ],
)
def test_what_is_no_report_is_a_problem_without_tests(data: bytes) -> None:
    report = ctrf.read(data)
    assert report.problem
    assert not report.tests


def test_tests_of_any_type_are_read_as_far_as_they_can_be() -> None:
    found = ctrf.read(_report(None, 3, [], {"name": {"a": 1}, "duration": "12", "status": ["failed"]})).tests
    assert len(found) == 4
    assert (found[3].name, found[3].seconds, found[3].status) == ('{"a":1}', 0.012, TestStatus.FAILED)


def test_no_more_tests_are_read_than_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ctrf, "MOST_TESTS", 3)
    report = ctrf.read(_report(*({"name": "a"} for _ in range(5))))
    assert len(report.tests) == 3
    assert "5 tests" in report.problem


def test_long_texts_are_cut_off() -> None:
    [found] = ctrf.read(_report({"name": "n" * 10**6, "trace": "t" * 10**6})).tests
    assert len(found.name) < 2_000
    assert len(found.trace) < 100_000


def test_a_bomb_of_values_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(values, "MOST_VALUES", 1_000_000)
    found = ctrf.read(b'{"results": {"tests": [[' + b"[]," * 600_000 + b"[]]]}}")
    assert (found.problem, found.tests) == ("It has too many values to be read at once.", ())


def test_tests_before_the_cut_are_sound_whatever_they_are_called() -> None:
    cut = b'{"tests": [{"name": "\\ud800"}, {"name": ' + b"[" * 900 + b"]" * 900 + b'}, {"name": "'
    names = [test.name for test in ctrf.read(cut).tests]
    assert names[0] == "?"
    assert "too deeply" in names[1]


@pytest.mark.parametrize(
    ("test", "status"),
    [
        ({"passed": True}, TestStatus.PASSED),
        ({"passed": False}, TestStatus.FAILED),
        ({"passed": 1}, TestStatus.OTHER),
        ({"passed": True, "status": "skipped"}, TestStatus.SKIPPED),
    ],
)
def test_without_a_status_it_counts_whether_it_passed(test: dict[str, object], status: TestStatus) -> None:
    [found] = ctrf.read(json.dumps({"reward": 0, "tests": [{"name": "a", **test}]}).encode()).tests
    assert (found.status, found.raw_status) == (status, "")
