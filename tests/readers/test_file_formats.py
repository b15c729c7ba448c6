from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.domain.files import FileFormat
from dashboard.readers.file_formats import HEAD_BYTES, format_of

SHARED = Path(__file__).parents[3] / "shared/data/atif"
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"


@pytest.mark.parametrize("path", ["trial.log", "notes", "report.json", "table.csv", "run.ps1"])
@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_text_marked_as_utf_16_is_text_whatever_it_holds(path, encoding):
    head = ("\ufeff" + "PASS: Grüße 日本 🎉\r\n" * 1_000).encode(encoding)
    assert format_of(path, head) is FileFormat.TEXT


@pytest.mark.parametrize("head", [b"\xff\xfe\0\0P\0\0\0A\0\0\0S\0\0\0", b"\xff\xfe" + b"\0\xd8\5\0" * 50])
def test_bytes_that_only_begin_as_utf_16_are_no_text(head):
    assert format_of("a.dat", head) is FileFormat.OTHER


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("trial.log", FileFormat.TEXT),
        ("agent/claude-code.txt", FileFormat.TEXT),
        ("exit-code", FileFormat.TEXT),
        ("agent/trajectory.json", FileFormat.TRAJECTORY),
        ("agent/trajectory.cont-1.json", FileFormat.TRAJECTORY),
        ("artifacts/model.patch", FileFormat.DIFF),
        ("A.DIFF", FileFormat.DIFF),
        ("verifier/ctrf.json", FileFormat.TESTS),
        ("verifier/ctrf-report.json", FileFormat.TESTS),
        ("verifier/reward.txt", FileFormat.REWARDS),
        ("verifier/reward.json", FileFormat.REWARDS),
        ("verifier/reward-details.json", FileFormat.REWARDS),
        ("rewarding.json", FileFormat.JSON),
        ("result.json", FileFormat.JSON),
        ("events.jsonl", FileFormat.JSON),
        ("a.csv", FileFormat.TABLE),
        ("a.tsv", FileFormat.TABLE),
        ("a.ipynb", FileFormat.NOTEBOOK),
        ("README.md", FileFormat.MARKDOWN),
        ("agent/recording.cast", FileFormat.RECORDING),
        ("a.PNG", FileFormat.IMAGE),
        ("a.webp", FileFormat.IMAGE),
        ("a.svg", FileFormat.DRAWING),
        ("a.html", FileFormat.DRAWING),
        ("a.xhtml", FileFormat.DRAWING),
        ("a.mp3", FileFormat.AUDIO),
        ("agent/recording.mp4", FileFormat.VIDEO),
        ("a.tar.gz", FileFormat.OTHER),
        ("a.xml", FileFormat.TEXT),
    ],
)
def test_a_name_alone_promises_a_format(path: str, expected: FileFormat) -> None:
    assert format_of(path) is expected


@pytest.mark.parametrize(
    ("path", "head", "expected"),
    [
        ("a.json", b'\xef\xbb\xbf {"agent": {"steps": 1}, "schema_version": "ATIF-v1.6"', FileFormat.TRAJECTORY),
        ("a.json", b'{"steps": [', FileFormat.TRAJECTORY),
        ("a.json", b'{"steps": 3}', FileFormat.JSON),
        ("a.json", b'{"jobs": {"steps": []}}', FileFormat.JSON),
        ("a.json", b'{"schema_version": "1.0"}', FileFormat.JSON),
        ("a.json", b'{"results": {"tool": {"name": "pytest"}', FileFormat.TESTS),
        ("a.json", b'{"reportFormat": "CTRF"', FileFormat.TESTS),
        ("a.json", b'{"results": [], "tool": 1}', FileFormat.JSON),
        ("a.json", b'[{"steps": []}]', FileFormat.JSON),
        ("r.xml", b'<?xml version="1.0"?><testsuites>', FileFormat.TESTS),
        ("r.xml", b"<project>", FileFormat.TEXT),
        ("a.cast", b'{"version": 3, "term": {}}\n', FileFormat.RECORDING),
        ("a.cast", b"dramatis personae\n", FileFormat.TEXT),
        ("a.dat", b"words\n", FileFormat.TEXT),
        ("a.dat", b"wo\0rds", FileFormat.OTHER),
        ("core", b"\x7fELF\x02\0", FileFormat.OTHER),
        ("a.json", b"\0\0", FileFormat.OTHER),
        ("a.dat", b"\xff\xfe\xfd\xfc" * 9, FileFormat.OTHER),
        ("a.txt", b"caf\xe9 " * 100, FileFormat.TEXT),
        ("a.log", b"line\n" * 100 + b"\0", FileFormat.TEXT),
        ("a.log", "wide".encode("utf-16"), FileFormat.TEXT),
        ("a.png", PNG, FileFormat.IMAGE),
        ("a.png", b"version https://git-lfs.github.com/spec/v1\n", FileFormat.TEXT),
        ("a.mp4", b"\0\0\0\x18ftypmp42", FileFormat.VIDEO),
        ("a.svg", b"<svg>", FileFormat.DRAWING),
        ("reward.txt", b"1.0\n", FileFormat.REWARDS),
    ],
)
def test_the_first_bytes_decide_what_a_name_leaves_open(path: str, head: bytes, expected: FileFormat) -> None:
    assert format_of(path, head) is expected


def test_a_character_cut_off_at_the_end_is_still_text() -> None:
    assert format_of("notes", "aé".encode()[:-1]) is FileFormat.TEXT


@pytest.mark.skipif(not SHARED.is_dir(), reason="the real trajectories are not here")
def test_real_trajectories_are_known_under_any_name() -> None:
    heads = [path.read_bytes()[:HEAD_BYTES] for path in SHARED.glob("*.json")]
    assert heads
    assert {format_of("any.json", head) for head in heads} == {FileFormat.TRAJECTORY}


@given(
    st.text(max_size=20), st.binary(max_size=200), st.sampled_from([b"", b"{", b'{"steps": [', b"\x89PNG\r\n\x1a\n"])
)
def test_any_name_and_any_bytes_have_a_format(path: str, data: bytes, start: bytes) -> None:
    assert format_of(path, start + data) in FileFormat


def test_no_more_than_the_first_bytes_are_looked_at() -> None:
    assert format_of("a.dat", b"a" * HEAD_BYTES + b"\0" * 10**7) is FileFormat.TEXT
