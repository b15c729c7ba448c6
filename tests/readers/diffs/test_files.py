import pytest

from dashboard.readers.diffs import files, limits
from dashboard.readers.diffs.records import Sign
from tests.readers.diffs import samples


def lines_of(section):
    return [
        (line.sign.value, line.text, line.old, line.new) for hunk in files.read(section).hunks for line in hunk.lines
    ]


def test_lines_have_their_numbers_on_both_sides():
    assert lines_of(samples.MODIFIED) == [
        (" ", "one", 1, 1),
        ("-", "two", 2, None),
        ("+", "two and more", None, 2),
        ("+", "three", None, 3),
        (" ", "four", 3, 4),
        (" ", "five", 4, 5),
    ]


def test_a_hunk_says_what_it_is_in():
    (hunk,) = files.read(samples.MODIFIED).hunks
    assert (hunk.old_start, hunk.old_count, hunk.new_start, hunk.new_count) == (1, 4, 1, 5)
    assert hunk.heading == "def begin():"


def test_a_last_line_without_an_end_is_told():
    lines = files.read(samples.ADDED).hunks[0].lines
    assert [line.is_unended for line in lines] == [False, True]


def test_another_languages_word_for_it_is_understood():
    section = samples.ADDED.replace(b"\\ No newline at end of file", b"\\ Kein Zeilenumbruch")
    assert files.read(section).hunks[0].lines[-1].is_unended


def test_a_name_that_looks_like_two_confuses_nothing():
    section = samples.MODIFIED.replace(b"src/app.py", b"x b/y z")
    found = files.read(section)
    assert (found.header.path, found.added, found.removed, found.problem) == ("x b/y z", 2, 1, "")


def test_an_empty_line_without_its_blank_is_an_unchanged_one():
    section = b"--- a/x\n+++ b/x\n@@ -1,3 +1,3 @@\n\n-a\n+b\n\n"
    assert [line[0] for line in lines_of(section)] == [" ", "-", "+", " "]


def test_returns_at_every_end_are_those_of_the_patch():
    section = samples.MODIFIED.replace(b"\n", b"\r\n")
    assert lines_of(section) == lines_of(samples.MODIFIED)


def test_a_return_that_only_came_is_kept():
    section = b"--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+a\r\n"
    assert [line[1] for line in lines_of(section)] == ["a", "a\r"]


def test_a_line_of_ten_megabytes_is_cut_and_its_length_told():
    section = b"--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+" + b"b" * 10_000_000 + b"\n"
    line = files.read(section).hunks[0].lines[-1]
    assert (len(line.text), line.length) == (limits.LINE, 10_000_000)


def test_the_end_of_a_mail_is_no_line():
    section = samples.MODIFIED + b"-- \n2.39.5\n\n"
    assert (files.read(section).added, files.read(section).problem) == (2, "")


def test_properties_of_subversion_are_passed_over():
    properties = b"\nProperty changes on: x\n____\nAdded: svn:eol-style\n## -0,0 +1 ##\n+native\n"
    section = b"--- x\t(r1)\n+++ x\t(r2)\n@@ -1 +1 @@\n-a\n+b\n" + properties
    assert (files.read(section).added, files.read(section).problem) == (1, "")


@pytest.mark.parametrize(
    ("damage", "line"),
    [
        ((b" five\n", b""), 11),
        ((b" five\n", b" five\n six\n"), 12),
        ((b"-two\n", b"*** two\n"), 7),
        ((b"@@ -1,4 +1,5 @@", b"@@ -1,4 +1,4 @@"), 11),
        ((b"+1,5 @@", b"+1;5 @@"), None),
        ((b"@@ -1,4", b"@@ -" + b"9" * 5_000 + b",4"), 5),
        ((b"@@ -1,4", b"@@ -99999999999,4"), 11),
    ],
)
def test_what_is_broken_is_told_with_its_line(damage, line):
    found = files.read(samples.MODIFIED.replace(*damage), 1)
    assert found.hunks == ()
    assert found.problem.startswith("Line ") or line is None
    assert line is None or abs(int(found.problem.split()[1].rstrip(":")) - line) <= 1
    assert found.header.path == "src/app.py"


def test_problems_name_lines_of_the_whole_patch():
    assert "Line 1,010" in files.read(samples.MODIFIED.replace(b" five\n", b""), 1_001).problem


def test_a_merge_is_not_told_line_by_line():
    assert "merge" in files.read(samples.MERGE).problem


def test_a_file_of_too_many_lines_is_not_read():
    section = samples.ADDED + b"+x\n" * limits.FILE_LINES
    assert "too long" in files.read(section).problem


def test_thousands_of_hunks_are_read_in_a_time_that_grows_with_their_number():
    hunks = b"".join(b"@@ -%d +%d @@\n-a\n+b\n" % (at, at) for at in range(1, 60_000, 3))
    found = files.read(b"diff --git a/x b/x\n--- a/x\n+++ b/x\n" + hunks)
    assert (len(found.hunks), found.added) == (20_000, 20_000)


@pytest.mark.parametrize("section", [samples.MODIFIED, samples.ADDED, samples.MODE, samples.BINARY, samples.MERGE])
def test_counting_and_reading_agree(section):
    found, counted = files.read(section), files.count(section)
    assert counted.header == found.header
    assert counted.problem == found.problem
    if not found.problem:
        assert (counted.added, counted.removed) == (found.added, found.removed)


def test_signs_are_those_of_the_patch():
    assert {line[0] for line in lines_of(samples.MODIFIED)} == set(Sign)
