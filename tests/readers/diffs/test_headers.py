import pytest

from dashboard.readers.diffs import files
from dashboard.readers.diffs.records import Change
from tests.readers.diffs import samples


def header_of(section):
    return files.read(section).header


def test_a_changed_file_keeps_its_name_and_mode():
    header = header_of(samples.MODIFIED)
    assert (header.old_path, header.new_path, header.change) == ("src/app.py", "src/app.py", Change.MODIFIED)
    assert (header.old_mode, header.new_mode) == ("100644", "100644")


def test_a_renamed_file_has_both_names_with_their_blanks():
    header = header_of(samples.RENAMED)
    assert (header.old_path, header.new_path) == ("old name.py", "new name.py")
    assert (header.change, header.similarity, header.new_mode) == (Change.RENAMED, 91, "100755")


def test_a_copied_file_is_told_as_one():
    copied = samples.RENAMED.replace(b"rename", b"copy")
    assert header_of(copied).change is Change.COPIED


@pytest.mark.parametrize(
    ("section", "names", "change"),
    [(samples.ADDED, ("", "new.txt"), Change.ADDED), (samples.DELETED, ("gone.txt", ""), Change.DELETED)],
)
def test_a_file_that_is_on_one_side_has_one_name(section, names, change):
    header = header_of(section)
    assert (header.old_path, header.new_path, header.change) == (*names, change)
    assert header.path == "".join(names)


def test_a_change_of_mode_needs_no_lines():
    found = files.read(samples.MODE)
    assert (found.header.old_mode, found.header.new_mode, found.hunks) == ("100644", "100755", ())


@pytest.mark.parametrize("section", [samples.BINARY, samples.BINARY_WHOLE])
def test_a_binary_file_is_told_by_name_and_has_no_lines(section):
    found = files.read(section)
    assert found.header.is_binary
    assert found.header.path in {"a b/picture.png", "x.bin"}
    assert (found.hunks, found.problem) == ((), "")


def test_a_quoted_name_is_read_byte_by_byte():
    assert header_of(samples.QUOTED).path == 'na\nme\tü"q'


def test_names_without_prefixes_are_left_alone():
    plain = samples.MODIFIED.replace(b"a/src", b"src").replace(b"b/src", b"src")
    assert header_of(plain).path == "src/app.py"


def test_a_name_in_a_folder_of_one_letter_keeps_it_where_there_are_no_prefixes():
    plain = samples.ADDED.replace(b"b/new.txt", b"src/new.txt")
    assert header_of(plain).path == "src/new.txt"


def test_a_file_without_lines_takes_its_name_from_the_first_line():
    section = b"diff --git a/x y/b b/x y/b\nnew file mode 100644\nindex 0000000..e69de29\n"
    assert header_of(section).path == "x y/b"


def test_an_endless_name_is_cut():
    long = b"diff --git a/" + b"x" * 10_000_000 + b" b/y\n"
    assert len(header_of(long).path) <= 1_000


def test_what_makes_no_sense_as_a_mode_is_none():
    assert header_of(samples.MODE.replace(b"100755", b"<script>")).new_mode == ""
