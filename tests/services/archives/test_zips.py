"""A ZIP that is written forward only is one that others read."""

import io
import shutil
import struct
import subprocess
import sys
import zipfile
from datetime import UTC, datetime, timedelta, timezone

import pytest

from dashboard.services.archives.zips import PIECE, ZipWriter

WHEN = datetime(2026, 11, 21, 12, 30, 7, tzinfo=UTC)


def zipped(*entries, **fields):
    writer = ZipWriter()
    pieces = [piece for name, chunks in entries for piece in writer.entry(name, chunks, modified_at=WHEN, **fields)]
    data = b"".join([*pieces, writer.end()])
    writer.close()
    return data


def opened(data):
    return zipfile.ZipFile(io.BytesIO(data))


def test_what_goes_in_comes_out():
    found = opened(zipped(("a.txt", [b"one", b"two"]), ("ü/💣.json", [b"{}"]), ("empty", [])))
    assert {name: found.read(name) for name in found.namelist()} == {
        "a.txt": b"onetwo",
        "ü/💣.json": b"{}",
        "empty": b"",
    }
    assert found.testzip() is None


def test_texts_shrink_and_what_is_compressed_already_does_not_grow_much():
    bulky = b"a line of a log\n" * 10_000
    assert len(zipped(("a.log", [bulky]))) < len(bulky) / 5
    assert len(bulky) < len(zipped(("a.tar.gz", [bulky]))) < len(bulky) + 500


def test_an_archive_without_files_is_one():
    assert opened(zipped()).namelist() == []


def test_without_its_end_it_is_none():
    writer = ZipWriter()
    data = b"".join(writer.entry("a.txt", [b"one"], modified_at=WHEN))
    writer.close()
    with pytest.raises(zipfile.BadZipFile):
        opened(data)


def test_a_large_file_comes_in_pieces_and_no_piece_is_empty():
    writer = ZipWriter()
    pieces = list(writer.entry("a.gz", [bytes(PIECE)] * 5, modified_at=WHEN))
    writer.close()
    assert len(pieces) >= 5
    assert all(0 < len(piece) < 3 * PIECE for piece in pieces)


@pytest.mark.parametrize(
    ("when", "shown"),
    [
        (WHEN, (2026, 11, 21, 12, 30, 6)),
        (WHEN.astimezone(timezone(timedelta(hours=5))), (2026, 11, 21, 12, 30, 6)),
        (datetime(1970, 1, 1, tzinfo=UTC), (1980, 1, 1, 0, 0, 0)),
        (datetime(9999, 12, 30, tzinfo=UTC), (2107, 12, 31, 0, 0, 0)),
    ],
)
def test_times_are_utc_and_within_what_the_format_has(when, shown):
    writer = ZipWriter()
    data = b"".join(writer.entry("a", [b""], modified_at=when)) + writer.end()
    info = opened(data).getinfo("a")
    assert info.date_time == shown
    stamp = struct.unpack("<HHBl", info.extra[:9])
    assert stamp[:3] == (0x5455, 5, 1)
    assert stamp[3] == min(when.timestamp(), 2**31 - 1)


def test_a_file_that_may_be_beyond_four_gibibytes_is_marked_so():
    large = zipped(("a", [b"small"]), size=5 * 2**30)
    assert struct.unpack("<H", large[4:6]) == (45,)
    assert opened(large).read("a") == b"small"


@pytest.mark.skipif(shutil.which("unzip") is None, reason="there is no unzip")
def test_unzip_takes_it(tmp_path):
    path = tmp_path / "a.zip"
    path.write_bytes(zipped(("d/a.txt", [b"one"]), ("ü.gz", [bytes(1000)])))
    subprocess.run(["unzip", "-q", path, "-d", tmp_path], check=True)
    assert (tmp_path / "d" / "a.txt").read_bytes() == b"one"
    assert (tmp_path / "d" / "a.txt").stat().st_mtime == WHEN.timestamp()


def test_the_standard_command_line_takes_it(tmp_path):
    path = tmp_path / "a.zip"
    path.write_bytes(zipped(("a.txt", [b"one"])))
    subprocess.run([sys.executable, "-m", "zipfile", "-e", path, tmp_path / "out"], check=True)
    assert (tmp_path / "out" / "a.txt").read_bytes() == b"one"
