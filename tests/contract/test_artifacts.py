"""What every source promises about the files of its runs and trials."""

import pytest

from dashboard.domain.errors import Missing
from tests.contract.stages import on_stages

pytestmark = on_stages(able="artifacts")

KINDS = {"log", "trajectory", "diff", "result", "config", "other"}
OUTSIDE = [
    "",
    ".",
    "..",
    "/",
    "/etc/passwd",
    "../config.json",
    "../../config.json",
    "agent/../../config.json",
    "./result.json",
    "agent",
    "agent/",
    "result.json/",
    "//result.json",
    "..\\result.json",
    "%2E%2E/config.json",
    "result.json\0.txt",
    "no such file",
    "x" * 5_000,
    "/".join("x" * 3_000),
    "\udc80",
]


def places(stage):
    return [(stage.run_id, None), (stage.run_id, stage.trial_id)]


def places_with_files(stage):
    return places(stage) if stage.run_has_files else [(stage.run_id, stage.trial_id)]


def open_file(source, stage, **hint):
    return source.open_artifact(stage.run_id, stage.trial_id, stage.path, **hint)


def test_files_are_listed_by_path_and_each_once(source, stage):
    for place in places_with_files(stage):
        paths = [artifact.path for artifact in source.list_artifacts(*place).artifacts]
        assert paths
        assert paths == sorted(set(paths))


def test_a_run_without_files_of_its_own_is_there_all_the_same(source, stage):
    listing = source.list_artifacts(stage.run_id, None)
    assert bool(listing.artifacts) == stage.run_has_files
    assert not listing.is_cut_off


def test_the_file_of_a_trial_has_the_bytes_that_were_written(source, stage):
    for data in (b"", b"a\0\xff\r\n" * 20_000):
        stage.write(data)
        with open_file(source, stage) as reader:
            assert (reader.size, reader.read(0, len(data) + 1)) == (len(data), data)


def test_files_can_be_open_at_once_and_are_read_from_anywhere(source, stage):
    data = bytes(range(256)) * 100
    stage.write(data)
    with open_file(source, stage) as first, open_file(source, stage) as second:
        for offset in (25_000, 0, 10, 13, 17, 20, 5):
            assert first.read(offset, 3) == second.read(offset, 3) == data[offset : offset + 3]


def test_every_listed_file_can_be_read_whole(source, stage):
    for place in places_with_files(stage):
        for artifact in source.list_artifacts(*place).artifacts:
            assert artifact.kind in KINDS
            with source.open_artifact(*place, artifact.path) as reader:
                assert reader.size == artifact.size == len(reader.read(0, reader.size + 1))


def test_any_range_of_a_file_can_be_read(source, stage):
    stage.write(b"0123456789")
    with open_file(source, stage) as reader:
        ranges = [(0, 10), (0, 3), (7, 3), (9, 100), (10, 5), (1_000, 1), (4, 0)]
        assert [reader.read(*asked) for asked in ranges] == [
            b"0123456789",
            b"012",
            b"789",
            b"9",
            b"",
            b"",
            b"",
        ]


@pytest.mark.parametrize("at", [0, 3, 9, 10, 1_000_000])
@pytest.mark.parametrize("data", [b"0123456789", b""])
def test_where_reading_begins_changes_nothing(source, stage, at, data):
    stage.write(data)
    with open_file(source, stage) as plain, open_file(source, stage, at=at) as reader:
        assert (reader.size, reader.etag) == (plain.size, plain.etag) == (len(data), plain.etag)
        for offset, length in [(at, 5), (0, 3), (9, 2), (10, 1), (0, 10)]:
            assert reader.read(offset, length) == data[offset : offset + length]


def test_an_etag_holds_as_long_as_the_bytes_do(source, stage):
    with open_file(source, stage) as first, open_file(source, stage) as second:
        assert first.etag == second.etag
        assert '"' not in first.etag
        before = first.etag
    stage.write(b"something else entirely")
    with open_file(source, stage) as reader:
        assert reader.etag != before


@pytest.mark.parametrize("path", OUTSIDE, ids=lambda path: ascii(path)[:30])
def test_a_path_that_leads_elsewhere_is_missing(source, stage, path):
    for place in places(stage):
        with pytest.raises(Missing), source.open_artifact(*place, path):
            pass


@pytest.mark.parametrize("stranger", ["", ".", "..", "no such thing", "a/b", "\0", "../jobs"])
def test_files_of_what_is_not_there_are_missing(source, stage, stranger):
    runs = [prefix + stranger for prefix in stage.id_prefixes]
    for place in [(stage.run_id, stranger), *((run, trial) for run in runs for trial in (None, stage.trial_id))]:
        with pytest.raises(Missing):
            source.list_artifacts(*place)
        with pytest.raises(Missing), source.open_artifact(*place, stage.path):
            pass
