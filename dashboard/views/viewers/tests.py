"""Reports of tests: how many of what, then the tests as a table, those first that failed."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http import Http404, HttpResponseBase

from dashboard import formats
from dashboard.readers import test_reports
from dashboard.readers.test_reports import TestReport, TestResult, TestStatus
from dashboard.views.addresses import whole_number
from dashboard.views.paging import Page
from dashboard.views.requests import Request
from dashboard.views.viewers import test_rows
from dashboard.views.viewers.subjects import Subject

TEMPLATE = "viewers/tests.html"
STYLES: tuple[str, ...] = ("css/viewers/ansi.css", "css/viewers/results.css")
SCRIPTS: tuple[str, ...] = ()

ROWS = 200
"""Tests on a page."""
FLAKY = "flaky"
_ORDER = {status: place for place, status in enumerate(TestStatus)}

Numbered = tuple[int, TestResult]
"""A test with its number in the report, from 1."""


@dataclass(frozen=True)
class _Choice:
    """Which tests are shown: those of a status, from a row on, and which of them is open."""

    report: TestReport
    view: str
    asked_from: int
    open: int

    @cached_property
    def tests(self) -> Sequence[Numbered]:
        """Those of the status asked for, in order of how bad they are."""
        numbered = enumerate(self.report.tests, start=1)
        return sorted((each for each in numbered if self._has(each[1])), key=lambda each: _ORDER[each[1].status])

    @cached_property
    def page(self) -> Page:
        """The page that has the open test; else the one that begins at or before the row asked for."""
        places = [place for place, (number, _) in enumerate(self.tests) if number == self.open]
        wanted = places[0] if places else min(max(0, self.asked_from - 1), max(0, len(self.tests) - 1))
        return Page(wanted // ROWS + 1, ROWS, len(self.tests))

    @property
    def shown(self) -> Sequence[Numbered]:
        """The tests of that page."""
        return self.tests[self.page.offset : self.page.offset + ROWS]

    def _has(self, test: TestResult) -> bool:
        return self.view in {"", test.status} or (self.view == FLAKY and test.is_flaky)


def context(request: Request, subject: Subject) -> dict[str, Any]:
    """The report's numbers, and the tests asked for: by ``view`` (a status), ``from`` (a row), ``open`` (a number).

    Raises ``SourceError``.
    """
    with subject.open() as reader:
        report = test_reports.read(reader)
    choice = _choice(request, report)
    return {
        "report": report,
        "facts": _facts(report),
        "tabs": _tabs(subject, choice),
        "contradictions": _contradictions(report),
        "rows": test_rows.rows(subject, choice.view, choice.shown, choice.open),
        "pager": _pager(subject, choice),
        "all_url": subject.url() if choice.view else "",
    }


def part(request: Request, subject: Subject, name: str) -> HttpResponseBase:
    """There are none."""
    raise Http404("There is no such part of the page.")


def _choice(request: Request, report: TestReport) -> _Choice:
    view = request.GET.get("view", "")
    return _Choice(
        report,
        view if view in {*TestStatus, FLAKY} else "",
        whole_number(request.GET.get("from"), 1),
        whole_number(request.GET.get("open"), 0),
    )


def _facts(report: TestReport) -> list[str]:
    """What ran them, and how long all of them took."""
    took = "" if report.seconds is None else f"{formats.duration(test_rows.span(report.seconds))} in all"
    return [fact for fact in (report.tool, report.format, took) if fact]


def _tabs(subject: Subject, choice: _Choice) -> list[dict[str, object]]:
    """One for all and one for each status that there is."""
    report = choice.report
    counts = [("", "All", "", len(report.tests))]
    counts += [
        (status.value, status.value.capitalize(), test_rows.ICONS[status], n)
        for status, n in report.counted.items()
        if n
    ]
    if n_flaky := sum(test.is_flaky for test in report.tests):
        counts.append((FLAKY, "Flaky", "warn", n_flaky))
    return [
        {
            "label": label,
            "url": subject.url(view=view),
            "current": view == choice.view,
            "count": formats.count(number),
            "icon": icon,
        }
        for view, label, icon, number in counts
    ]


def _contradictions(report: TestReport) -> str:
    """What the report's own account has otherwise; of one that is not whole that is no wonder."""
    found = [f"{told:,} {what} where there are {counted:,}" for what, told, counted in report.contradictions]
    return "" if report.problem or not found else f"It tells of {', '.join(found)}."


def _pager(subject: Subject, choice: _Choice) -> dict[str, object]:
    """Context of ``components/pager.html``; nothing where one page has all."""
    page = choice.page
    if page.last == 1:
        return {}
    items = [
        {
            "icon": icon,
            "rel": rel,
            "name": name,
            "url": subject.url(view=choice.view, **{"from": (number - 1) * ROWS + 1}),
            "disabled": not 1 <= number <= page.last,
        }
        for number, icon, rel, name in (
            (page.number - 1, "left", "prev", "Previous page"),
            (page.number + 1, "right", "next", "Next page"),
        )
    ]
    return {"summary": page.summary, "items": items}
