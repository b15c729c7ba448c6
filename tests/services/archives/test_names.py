"""Names of entries are safe to unpack on every system, and no two are one."""

import unicodedata
from pathlib import PurePosixPath, PureWindowsPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.services.archives.names import LONGEST_PATH, LONGEST_SEGMENT, Names, safe_segment, top_segment

HOSTILE = [
    "../../etc/passwd", "/etc/passwd", "..", ".", "", "/", "//", "a/../../b", "..\\..\\windows\\system32",
    "C:\\boot.ini", "C:relative", "\\\\server\\share\\x", "a:stream", "nul", "NUL.txt", "con .log", "COM1",
    "lpt9.tar.gz", "a\nb", "a\0b", "a\x1b[31mb", "\u202egnp.exe", "trailing.", "trailing ", " leading", "...", ". .",
    "a?b*c|d<e>f\"g", "x" * 300, "ü" * 300, "d/" * 40 + "deep.txt", "\ud800", "\u2028", "aux/nul/con",
]  # fmt: skip
DEVICES = {"CON", "PRN", "AUX", "NUL", "COM1", "LPT9"}


def check(name):
    assert name
    assert len(name.encode()) <= LONGEST_PATH
    assert not PurePosixPath(name).is_absolute()
    windows = PureWindowsPath(name)
    assert not windows.drive
    assert not windows.root
    assert not windows.is_reserved()
    for segment in name.split("/"):
        assert segment not in {"", ".", ".."}
        assert not set(segment) & set('\\:*?"<>|')
        assert segment == segment.rstrip(". ") == segment.lstrip()
        assert not any(unicodedata.category(c) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for c in segment)
        assert len(segment.encode()) <= LONGEST_SEGMENT + 1
        assert segment.partition(".")[0].rstrip().upper() not in DEVICES


@pytest.mark.parametrize("path", HOSTILE)
def test_a_hostile_path_becomes_a_plain_one(path):
    check(Names().add(path))


@given(st.lists(st.text(alphabet=st.characters(), max_size=30) | st.sampled_from(HOSTILE), max_size=12))
def test_any_paths_become_plain_ones_that_differ_whatever_counts(paths):
    names = Names()
    found = [names.add(path) for path in paths]
    for name in found:
        check(name)
    keys = [unicodedata.normalize("NFC", name.casefold()) for name in found]
    assert len(set(keys)) == len(keys)
    folders = {str(folder) for key in keys for folder in PurePosixPath(key).parents} - {"."}
    assert not folders & set(keys)


@pytest.mark.parametrize(
    "path", ["agent/trajectory.json", "steps/1 first/agent/a.txt", "Ünïcode 💣.txt", "a+b=c,d;e'f(g)[h].log", ".hidden"]
)
def test_an_ordinary_path_stays_as_it_is(path):
    assert Names().add(path) == path


@pytest.mark.parametrize(
    ("one", "other"),
    [("a.txt", "A.TXT"), ("a.txt", "a.txt"), ("é.txt", "e\u0301.txt"), ("a?b", "a*b"), ("a", "a/b"), ("a/b", "A"),
     ("straße", "STRASSE"), ("x" * 300 + "1", "x" * 300 + "2")],
)  # fmt: skip
def test_two_paths_that_would_be_one_file_are_two(one, other):
    names = Names()
    assert len({names.add(one).casefold(), names.add(other).casefold()}) == 2


def test_a_long_name_keeps_its_ending():
    assert safe_segment("x" * 300 + ".json").endswith(".json")
    assert Names().add("d/" * 100 + "deep.json").endswith(".json")


@pytest.mark.parametrize("name", ["MANIFEST.json", "manifest.txt"])
def test_the_folder_is_not_called_as_the_manifests_are(name):
    assert top_segment(name) == f"_{name}"
    assert top_segment("nightly") == "nightly"
