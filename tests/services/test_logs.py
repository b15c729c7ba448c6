"""Logs for viewers: where to begin, and what is kept of a large file."""

import pytest

from dashboard.models import Run, Trial
from dashboard.readers.logs import lines, stretches
from dashboard.readers.logs.finding import finder_of
from dashboard.services import logs
from dashboard.services.artifacts import FileKey
from dashboard.services.logs import Log, Start, is_growing, start_of
from tests.readers.made_files import MadeFile

KEY = FileKey(source=1, address="/jobs", run="r", trial="t", path="agent/x.txt")


@pytest.fixture(autouse=True)
def small_files_are_large(settings, tmp_path, monkeypatch):
    settings.VAR_DIR = tmp_path / "var"
    monkeypatch.setattr(logs, "WORTH_KEEPING", 64)
    monkeypatch.setattr(lines, "BLOCK", 64)
    monkeypatch.setattr(stretches, "STRETCH", 64)


def opened(data: bytes) -> Log:
    return Log(MadeFile(data), KEY)


@pytest.mark.parametrize(
    ("outcome", "start"),
    [
        ("running", Start.END),
        ("pending", Start.END),
        ("failed", Start.ERROR),
        ("errored", Start.ERROR),
        ("partial", Start.ERROR),
        ("passed", Start.BEGINNING),
        ("cancelled", Start.BEGINNING),
    ],
)
def test_a_reader_begins_where_a_trial_of_that_outcome_is_told(outcome, start):
    run = Run(status="running")
    assert start_of(run, Trial(run=run, outcome=outcome)) is start


@pytest.mark.parametrize(
    ("status", "start"), [("running", Start.END), ("failed", Start.ERROR), ("completed", Start.BEGINNING)]
)
def test_a_reader_begins_where_a_run_of_that_status_is_told(status, start):
    assert start_of(Run(status=status), None) is start


def test_what_is_gone_does_not_grow():
    assert not is_growing(Run(status="running", is_gone=True), None)
    assert not is_growing(Run(status="running"), Trial(outcome="running", is_gone=True))


def test_lines_that_were_counted_are_known_to_the_next_reader():
    data = b"0123456\n" * 100
    assert opened(data).count_lines(seconds=9)
    assert opened(data).number_at(792) == 100
    assert opened(data + b"more\n" * 20).number_at(792) == 100


def test_lines_of_another_file_under_the_same_name_are_not():
    opened(b"0123456\n" * 100).count_lines(seconds=9)
    assert opened(b"abc\n" * 200).number_at(792) is None


def test_a_search_goes_on_where_the_last_request_left_it():
    data, finder = b"one needle\n" * 100, finder_of("needle")
    first = opened(data).find(finder, seconds=0)
    second = opened(data).find(finder, seconds=0)
    assert 0 < first.total < second.total < 100
    assert opened(data).find(finder, seconds=9).total == 100


def test_the_first_error_is_found():
    assert opened(b"fine\n" * 100 + b"ERROR one\nERROR two\n").first_error(seconds=9) == (500, 510)
    assert opened(b"fine\n" * 100).first_error(seconds=9) is None
