"""The Common Test Report Format (https://ctrf.io): JSON, times in milliseconds.

Read leniently: what has another type than it should have is left out, unknown fields are not looked at.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence

from dashboard.readers.test_reports.records import (
    MOST_MESSAGE,
    MOST_NAME,
    MOST_TESTS,
    MOST_TRACE,
    TestReport,
    TestResult,
    TestStatus,
)
from dashboard.readers.values import TooMuch, Unreadable, bounded, mapping, number, parse, sequence, whole

_TESTS = re.compile(r'"tests"\s*:\s*\[')
_BETWEEN = re.compile(r"[\s,]*")
_STATUSES = {status.value: status for status in TestStatus}


def read(data: bytes) -> TestReport:
    """The report; of one that is cut off the tests that are whole, and why. Never raises."""
    try:
        document = parse(data)
    except TooMuch as error:
        return TestReport(format="CTRF", problem=str(error))
    except Unreadable as error:
        return _rescued(data.decode("utf-8", "replace"), str(error))
    results = mapping(document).get("results", document)
    if not isinstance(mapping(results).get("tests"), list):
        return TestReport(format="CTRF", problem="It is JSON, but has no list of tests where CTRF has one.")
    return _report(mapping(results))


def _report(results: Mapping[str, object]) -> TestReport:
    tests, summary, tool = sequence(results["tests"]), mapping(results.get("summary")), mapping(results.get("tool"))
    told = {status: whole(summary.get(status.value)) for status in TestStatus}
    too_many = f"It has {len(tests):,} tests: only the first {MOST_TESTS:,} were read."
    return TestReport(
        format="CTRF",
        tool=bounded(tool.get("name"), MOST_NAME) + bounded(tool.get("version") and f" {tool['version']}", MOST_NAME),
        tests=[_test(mapping(test)) for test in tests[:MOST_TESTS]],
        told={status: number for status, number in told.items() if number is not None},
        told_total=whole(summary.get("tests")),
        problem=too_many if len(tests) > MOST_TESTS else "",
    )


def _rescued(document: str, reason: str) -> TestReport:
    """What can be had of a document that is no whole JSON: its tests up to the first that is broken."""
    begun = _TESTS.search(document)
    tests = [_test(mapping(each)) for each in _members(document, begun.end())] if begun else []
    return TestReport(
        format="CTRF",
        tests=tests,
        problem=f"The file is not whole. {reason} "
        + ("These are the tests before that." if tests else "No test in it can be read."),
    )


def _members(document: str, start: int) -> Iterator[object]:
    """The values of an array that begins at ``start``, as far as they are whole."""
    decoder = json.JSONDecoder()
    for _ in range(MOST_TESTS):
        blank = _BETWEEN.match(document, start)
        try:
            begin = blank.end() if blank else start
            _, start = decoder.raw_decode(document, begin)
            yield parse(document[begin:start].encode("utf-8", "replace"))
        except (ValueError, RecursionError):
            return


def _test(test: Mapping[str, object]) -> TestResult:
    word = _word(test)
    raw = bounded(test.get("rawStatus"), MOST_NAME) or word
    milliseconds = number(test.get("duration"))
    return TestResult(
        name=bounded(test.get("name"), MOST_NAME),
        suite=_suite(test.get("suite")),
        status=_STATUSES.get(word, TestStatus.OTHER),
        raw_status="" if raw == word and word in _STATUSES else raw,
        seconds=milliseconds / 1000 if milliseconds is not None and milliseconds >= 0 else None,
        message=bounded(test.get("message"), MOST_MESSAGE),
        trace=bounded(test.get("trace"), MOST_TRACE),
        output="\n".join(filter(None, (bounded(test.get(name), MOST_MESSAGE) for name in ("stdout", "stderr")))),
        file=bounded(test.get("filePath"), MOST_NAME),
        line=whole(test.get("line")),
        retries=_retries(test),
        is_flaky=test.get("flaky") is True,
    )


def _word(test: Mapping[str, object]) -> str:
    """Its status; where there is none, as in the results of Docks, whether it passed."""
    passed = test.get("passed")
    if "status" in test or not isinstance(passed, bool):
        return bounded(test.get("status"), MOST_NAME)
    return TestStatus.PASSED if passed else TestStatus.FAILED


def _suite(value: object) -> str:
    """It was a text in the first version and is a list of names now."""
    names = value if isinstance(value, Sequence) and not isinstance(value, str) else [value]
    return bounded(" › ".join(filter(None, (bounded(name, MOST_NAME) for name in names[:20]))), MOST_NAME)


def _retries(test: Mapping[str, object]) -> int:
    return whole(test.get("retries")) or len(sequence(test.get("retryAttempts")))
