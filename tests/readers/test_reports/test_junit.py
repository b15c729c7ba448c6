import time

import pytest

from dashboard.readers.test_reports import junit
from dashboard.readers.test_reports.records import TestStatus

PYTEST = b"""<?xml version="1.0" encoding="utf-8"?>
<testsuites><testsuite name="pytest" errors="1" failures="1" skipped="1" tests="4" time="0.05">
<testcase classname="tests.test_a" name="test_ok" time="0.001" file="tests/test_a.py" line="3"/>
<testcase classname="tests.test_a" name="test_bad" time="0.5"><failure message="assert 1 == 2">def test_bad():
&gt;       assert 1 == 2</failure><system-out>printed</system-out></testcase>
<testcase classname="tests.test_a" name="test_skip"><skipped message="no" type="pytest.skip">why</skipped></testcase>
<testcase classname="tests.test_a" name="test_err" time="1,000.5"><error type="KeyError">KeyError: 1</error></testcase>
</testsuite></testsuites>"""
BOMB = b"""<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]><testsuite><testcase name="&c;"/></testsuite>"""
EXTERNAL = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>
<testsuite><testcase name="&f;"/></testsuite>"""


def test_a_report_of_pytest_is_read_whole() -> None:
    report = junit.read(PYTEST)
    ok, bad, skipped, error = report.tests
    assert report.problem == ""
    assert not report.contradictions
    assert (ok.status, ok.suite, ok.file, ok.line, ok.seconds) == (
        "passed",
        "tests.test_a",
        "tests/test_a.py",
        3,
        0.001,
    )
    assert (bad.status, bad.message, bad.output) == ("failed", "assert 1 == 2", "printed")
    assert bad.trace == "def test_bad():\n>       assert 1 == 2"
    assert (skipped.status, skipped.message) == ("skipped", "no")
    assert (error.status, error.raw_status, error.message, error.seconds) == ("failed", "error", "KeyError", 1000.5)


def test_sums_of_the_suites_that_contradict_the_tests_are_found_out() -> None:
    report = junit.read(b'<testsuite tests="3" failures="1"><testcase name="a"/></testsuite>')
    assert report.contradictions == [("tests", 3, 1), ("failed", 1, 0)]


def test_sums_of_several_suites_are_added_and_nested_ones_are_not() -> None:
    inner = b'<testsuite name="in" tests="1"><testcase name="a"/></testsuite>'
    outer = b'<testsuite name="out" tests="1">' + inner + b"</testsuite>"
    report = junit.read(b"<testsuites>" + outer + outer + b"</testsuites>")
    assert (report.told_total, len(report.tests)) == (2, 2)
    assert report.tests[1].suite == "out › in"


def test_attempts_before_the_last_are_retries() -> None:
    flaky, rerun = junit.read(
        b'<testsuite><testcase name="a"><flakyFailure message="no">t</flakyFailure></testcase>'
        b'<testcase name="b"><failure/><rerunFailure/><rerunError/></testcase></testsuite>'
    ).tests
    assert (flaky.status, flaky.is_flaky, flaky.retries, flaky.message) == (TestStatus.PASSED, True, 1, "no")
    assert (rerun.status, rerun.is_flaky, rerun.retries) == (TestStatus.FAILED, False, 2)


def test_tests_that_were_not_run_are_skipped_and_namespaces_do_not_matter() -> None:
    [found] = junit.read(b'<t:testsuite xmlns:t="x"><t:testcase name="a" status="notrun"/></t:testsuite>').tests
    assert found.status is TestStatus.SKIPPED


@pytest.mark.parametrize("bomb", [BOMB, EXTERNAL])
def test_entities_are_refused(bomb: bytes) -> None:
    report = junit.read(bomb)
    assert "entities" in report.problem
    assert not any("root" in test.name or len(test.name) > 100 for test in report.tests)


def test_a_half_written_report_gives_the_tests_that_are_whole() -> None:
    report = junit.read(PYTEST[: PYTEST.index(b"test_skip")])
    assert [test.name for test in report.tests] == ["test_ok", "test_bad"]
    assert "not whole" in report.problem


@pytest.mark.parametrize(
    "data", [b"", b"<", b"<project/>", b"<testsuite\xff", b'<?xml version="1.0" encoding="x-no"?><a/>']
)
def test_what_is_no_report_is_a_problem_without_tests(data: bytes) -> None:
    report = junit.read(data)
    assert report.problem
    assert not report.tests


def test_elements_nested_too_deeply_end_the_reading_soon() -> None:
    began = time.process_time()
    report = junit.read(b'<testsuite><testcase name="a"/>' + b"<testsuite>" * 1_000_000)
    assert "nested" in report.problem
    assert [test.name for test in report.tests] == ["a"]
    assert time.process_time() - began < 5


@pytest.mark.parametrize("filling", [b"<a/>", b"a", b"<!---->"])
def test_whatever_fills_a_large_file_it_is_read_soon(filling: bytes) -> None:
    began = time.process_time()
    start = b'<testsuite><testcase name="' if filling == b"a" else b"<testsuite><testcase>"
    assert junit.read(start + filling * (8_000_000 // len(filling))).problem
    assert time.process_time() - began < 8


def test_no_more_tests_are_read_than_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(junit, "MOST_TESTS", 3)
    report = junit.read(b"<testsuite>" + b"<testcase/>" * 5 + b"</testsuite>")
    assert len(report.tests) == 3
    assert "more than" in report.problem
