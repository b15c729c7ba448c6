"""JUnit's XML, in the dialects of pytest, Surefire, gtest, Jest and others: suites of suites of test cases.

There is no standard (https://github.com/testmoapp/junitxml lists what is in use). Read as a stream, so a file that is
cut off gives the tests before that; entities, which make bombs and reach other files, are refused.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from xml.etree.ElementTree import Element, ParseError  # types; defusedxml parses  # nosec B405

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from dashboard.readers.test_reports.records import (
    MOST_MESSAGE,
    MOST_NAME,
    MOST_TESTS,
    MOST_TRACE,
    TestReport,
    TestResult,
    TestStatus,
)
from dashboard.readers.values import bounded, number, whole

MOST_DEPTH = 100
MOST_ELEMENTS = 500_000
CHUNK = 2**20
"""Bytes that the parser is given at a time: it begins anew with each at a tag that is not whole yet."""
_FAILURES = frozenset({"failure", "error"})
_RETRIES = frozenset({"rerunFailure", "rerunError", "flakyFailure", "flakyError"})
"""Surefire's elements for attempts before the last; a flaky one was followed by success."""
_NOT_RUN = frozenset({"notrun", "disabled", "skipped", "suppressed"})


@dataclass(slots=True)
class _State:
    """What is known while the elements go by."""

    depth: int = 0
    n_elements: int = 0
    suites: list[str] = field(default_factory=list)
    tests: list[TestResult] = field(default_factory=list)
    told: list[Mapping[str, str]] = field(default_factory=list)
    """Attributes of the outermost element that has the sums, or of the outermost of several suites."""
    is_summed: bool = False


class _TooMuchError(ValueError):
    """It is beyond a bound."""


class _Chunks(BytesIO):
    """A file that gives large pieces, whatever it is asked for."""

    def read(self, size: int | None = -1, /) -> bytes:
        del size
        return super().read(CHUNK)


def read(data: bytes) -> TestReport:
    """The report; of one that is cut off the tests that are whole, and why. Never raises."""
    state = _State()
    try:
        for event, element in iterparse(_Chunks(data), events=("start", "end"), forbid_entities=True):
            _look(state, event, element)
    except ParseError as error:
        return _report(state, f"The file is not whole, or not XML ({bounded(str(error), 200)}).")
    except DefusedXmlException:
        return _report(state, "It declares entities, which could make it endless or reach other files: not read on.")
    except _TooMuchError as error:
        return _report(state, str(error))
    except (ValueError, LookupError) as error:
        return _report(state, f"It is in an encoding that is not known here ({bounded(str(error), 200)}).")
    return _report(state, "" if state.told or state.tests else "It is XML, but has no tests as JUnit writes them.")


def _look(state: _State, event: str, element: Element) -> None:
    name = element.tag.rpartition("}")[2]
    if event == "start":
        _begin(state, name, element)
        return
    state.depth -= 1
    if name == "testcase":
        state.tests.append(_test(element, state.suites))
    elif name == "testsuite":
        state.suites.pop()
    if name in {"testcase", "testsuite", "properties"}:
        element.clear()


def _begin(state: _State, name: str, element: Element) -> None:
    state.depth += 1
    state.n_elements += 1
    _check(state, name)
    if name == "testsuites" and "tests" in element.attrib:
        state.told, state.is_summed = [dict(element.attrib)], True
    elif name == "testsuite":
        if not state.suites and not state.is_summed:
            state.told.append(dict(element.attrib))
        state.suites.append(bounded(element.get("name"), MOST_NAME))


def _check(state: _State, name: str) -> None:
    """Raises ``_TooMuchError`` at the first bound."""
    if state.n_elements > MOST_ELEMENTS:
        raise _TooMuchError(f"It has more than {MOST_ELEMENTS:,} elements: not read on.")
    if state.depth > MOST_DEPTH:
        raise _TooMuchError(f"Its elements are nested more than {MOST_DEPTH} deep: not read on.")
    if len(state.tests) >= MOST_TESTS and name == "testcase":
        raise _TooMuchError(f"It has more than {MOST_TESTS:,} tests: only the first were read.")


def _test(case: Element, suites: list[str]) -> TestResult:
    parts = {child.tag.rpartition("}")[2]: child for child in reversed(case)}
    verdict = next((parts[name] for name in ("error", "failure", "skipped") if name in parts), None)
    attempts = [name for name in (child.tag.rpartition("}")[2] for child in case) if name in _RETRIES]
    first = verdict if verdict is not None else next((parts[name] for name in attempts), None)
    seconds = number((case.get("time") or "").replace(",", ""))
    message, trace = _told_by(first)
    return TestResult(
        name=bounded(case.get("name"), MOST_NAME),
        suite=bounded(case.get("classname") or " › ".join(filter(None, suites)), MOST_NAME),
        status=_status(case, parts),
        raw_status="error" if "error" in parts else "",
        seconds=seconds if seconds is not None and seconds >= 0 else None,
        message=message,
        trace=trace,
        output=bounded(_printed(parts), MOST_MESSAGE),
        file=bounded(case.get("file"), MOST_NAME),
        line=whole(number(case.get("line"))),
        retries=len(attempts),
        is_flaky=any(name.startswith("flaky") for name in attempts),
    )


def _status(case: Element, parts: Mapping[str, Element]) -> TestStatus:
    if not _FAILURES.isdisjoint(parts):
        return TestStatus.FAILED
    if "skipped" in parts or not _NOT_RUN.isdisjoint({case.get("status"), case.get("result")}):
        return TestStatus.SKIPPED
    return TestStatus.PASSED


def _told_by(verdict: Element | None) -> tuple[str, str]:
    """The message and the trace of a failure; one that is only a text is a trace, with its type as the message."""
    if verdict is None:
        return "", ""
    message, kind = verdict.get("message") or "", verdict.get("type") or ""
    nested = [child for child in verdict if child.tag.rpartition("}")[2] == "stackTrace"]
    trace = _words(nested[0] if nested else verdict)
    return bounded(message or kind, MOST_MESSAGE), bounded("" if trace == message else trace, MOST_TRACE)


def _printed(parts: Mapping[str, Element]) -> str:
    return "\n".join(_words(parts.get(name)) for name in ("system-out", "system-err")).strip()


def _words(element: Element | None) -> str:
    return "" if element is None else "".join(element.itertext()).strip("\n")


def _report(state: _State, problem: str) -> TestReport:
    told = dict(_sums(state.told))
    total = told.pop("tests", None)
    failed = [told[name] for name in ("failures", "errors") if name in told]
    skipped = [told[name] for name in ("skipped", "disabled") if name in told]
    sums = {TestStatus.FAILED: failed, TestStatus.SKIPPED: skipped}
    return TestReport(
        format="JUnit",
        tests=state.tests,
        told={status: sum(numbers) for status, numbers in sums.items() if numbers and state.told},
        told_total=total,
        problem=problem,
    )


def _sums(told: list[Mapping[str, str]]) -> Iterator[tuple[str, int]]:
    """The attributes with numbers, summed over the outermost suites."""
    for name in ("tests", "failures", "errors", "skipped", "disabled"):
        numbers = [whole(number(attributes.get(name))) for attributes in told]
        known = [number for number in numbers if number is not None]
        if known:
            yield name, sum(known)
