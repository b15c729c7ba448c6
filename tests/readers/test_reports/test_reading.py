from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.readers import test_reports
from dashboard.readers.test_reports import reading
from tests.readers.made_files import MadeFile

JOBS = Path(__file__).parents[3] / "dashboard/demo/harbor/jobs"


@pytest.mark.parametrize(
    ("data", "format_name"),
    [(b'\xef\xbb\xbf\n<?xml version="1.0"?><testsuite/>', "JUnit"), (b' {"results": {"tests": []}}', "CTRF")],
)
def test_the_format_is_told_by_the_first_character(data: bytes, format_name: str) -> None:
    assert test_reports.read(MadeFile(data)).format == format_name


def test_of_a_file_that_is_too_large_the_beginning_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_BYTES", 60)
    report = test_reports.read(MadeFile(b'{"results": {"tests": [{"name": "a"}, ' + b" " * 99 + b'{"name": "b"}]}}'))
    assert [test.name for test in report.tests] == ["a"]
    assert "too large" in report.problem


def test_genuine_reports_are_read_whole() -> None:
    reports = [test_reports.read(MadeFile(path.read_bytes())) for path in JOBS.rglob("ctrf.json")]
    assert reports
    assert all(report.tests and not report.problem and not report.contradictions for report in reports)


@given(st.binary(max_size=300), st.sampled_from([b"", b'{"results": {"tests": [', b"<testsuite><testcase>"]))
def test_no_bytes_make_it_raise(data: bytes, start: bytes) -> None:
    report = test_reports.read(MadeFile(start + data))
    assert report.tests or report.problem or report.told_total is not None or report.format == "CTRF"
