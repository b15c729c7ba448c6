"""How many tests of a report failed, and which: the shortest answer to why a trial did not pass."""

from typing import Any

from dashboard.domain.errors import SourceError
from dashboard.domain.files import FileFormat
from dashboard.domain.records import ArtifactListing
from dashboard.domain.statuses import Outcome
from dashboard.models import Trial
from dashboard.readers import test_reports
from dashboard.readers.file_formats import format_of
from dashboard.readers.test_reports import TestReport, TestStatus
from dashboard.services import artifacts, trial_files
from dashboard.services.trial_files import Kind

NAMED = 3
"""Tests that failed that are named."""
LONGEST = 120
"""Characters of a name."""
MOST_READ = 2**20
"""Bytes of a result that may hold a list of tests, though its name does not say so."""


def told(report: TestReport) -> dict[str, Any] | None:
    """Context of ``trials/_failed_tests.html``; None where it is not known, as of a report that is cut off."""
    if report.problem or not report.tests:
        return None
    names = [test.name or "(without a name)" for test in report.tests if test.status is TestStatus.FAILED]
    total = f"{len(report.tests):,} test{'s' if len(report.tests) > 1 else ''}"
    return {
        "text": f"{len(names):,} of {total} failed" if names else f"None of {total} failed",
        "names": [name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…" for name in names[:NAMED]],
        "n_more": max(0, len(names) - NAMED),
    }


def in_result(trial: Trial, listing: ArtifactListing) -> tuple[str, TestReport] | None:
    """The tests that the trial's result lists beside other things, as Docks has it, and its path; None without."""
    found = [each for each in trial_files.of_kind(listing, Kind.RESULT) if format_of(each.path) is FileFormat.JSON]
    record = trial_files.first(found, Kind.RESULT, Outcome(trial.outcome))
    if record is None or (record.size or 0) > MOST_READ:
        return None
    try:
        with artifacts.open_file(trial.run, trial, record.path) as reader:
            report = test_reports.read(reader) if reader.size <= MOST_READ else None
    except SourceError:
        # It would only add to what else is told; the file itself says why it cannot be read.
        return None
    return (record.path, report) if report and report.tests else None
