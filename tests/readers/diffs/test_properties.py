"""Whatever a patch holds, it is read: nothing raises, nothing is invented, and counts agree."""

from difflib import unified_diff

from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.readers.diffs import files, outlines, words
from dashboard.readers.diffs.rows import rows_of
from tests.readers.diffs import samples
from tests.readers.made_files import MadeFile

LINES = st.sampled_from(
    (
        *(
            "diff --git a/x b/x",
            "diff --cc x",
            "Index: x",
            "=" * 67,
            "--- a/x",
            "+++ b/x",
            "--- ",
            "+++ ",
            "---",
            "-- ",
        ),
        *("@@ -1 +1 @@", "@@ -1,2 +1,2 @@", "@@ -0,0 +0,0 @@", "@@ -1,3 +1 @@ f", "@@", "@@@ -1 -1 +1 @@@", "@@ x"),
        *(" a", "-a", "+a", "", "\\ No newline at end of file", "\\", "\r", "Binary files a/x and b/x differ"),
        *("GIT binary patch", "rename from a", "rename to b", "new file mode 100644", "index 1..2 100644", '--- "a\\'),
        *("From 956abc33984614ead8428aa2d4af361b71371e47 x", "Only in x: y", "similarity index 9999%", "old mode x"),
    )
)
PATCHES = st.one_of(
    st.lists(LINES, max_size=30).map(lambda lines: "\n".join(lines).encode()),
    st.text().map(lambda text: text.encode("utf-8", "replace")),
    st.binary(),
)
TEXTS = st.lists(
    st.text(st.characters(blacklist_characters="\n\r", blacklist_categories=["Cs"]), max_size=12), max_size=25
)


@given(PATCHES)
@settings(max_examples=400)
def test_any_text_is_read_and_its_counts_agree(data):
    reader = MadeFile(data)
    outline = outlines.read(reader)
    for entry in outline.entries:
        found = outlines.read_file(reader, entry)
        assert found.header == entry.header
        assert found.problem == entry.problem
        if not found.problem:
            assert (found.added, found.removed) == (entry.added, entry.removed)
    assert sum(entry.size for entry in outline.entries) <= len(data)


@given(PATCHES)
@settings(max_examples=200)
def test_rows_hold_every_line_once(data):
    hunks = files.read(data).hunks
    old = [line for hunk in hunks for line in hunk.lines if line.old is not None]
    new = [line for hunk in hunks for line in hunk.lines if line.new is not None]
    for is_split in (False, True):
        for hides_spaces in (False, True):
            rows = rows_of(hunks, is_split=is_split, hides_spaces=hides_spaces)
            assert [row.old for row in rows if row.old] == old
            assert [row.new for row in rows if row.new] == new


@given(TEXTS, TEXTS, st.integers(0, 5))
@settings(max_examples=200)
def test_what_differs_between_two_texts_is_what_is_read(before, after, context):
    made = [f"{line}\n" for line in unified_diff(before, after, "a/x", "b/x", n=context, lineterm="")]
    found = files.read("".join(made).encode())
    assert found.problem == ""
    assert found.added == sum(line.startswith("+") for line in made[2:])
    assert found.removed == sum(line.startswith("-") for line in made[2:])
    for hunk in found.hunks:
        for line in hunk.lines:
            assert line.old is None or before[line.old - 1] == line.text
            assert line.new is None or after[line.new - 1] == line.text


@given(st.text(max_size=80), st.text(max_size=80))
def test_marks_lie_within_their_lines_and_the_rest_is_the_same(old, new):
    left, right = words.differing(old, new)
    if not (left or right):
        return
    assert _rest(old, left) == _rest(new, right)


def _rest(line, spans):
    ends = [0, *(bound for span in spans for bound in span), len(line)]
    assert ends == sorted(ends)
    return "".join(line[start:end] for start, end in zip(ends[::2], ends[1::2], strict=True))


def test_a_patch_cut_anywhere_is_still_read():
    whole = samples.MODIFIED + samples.RENAMED + samples.ADDED
    for end in range(len(whole)):
        outline = outlines.read(MadeFile(whole[:end]))
        assert len(outline.entries) <= 3
