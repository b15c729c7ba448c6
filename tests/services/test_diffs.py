import pytest

from dashboard.services import diffs
from dashboard.services.artifacts import FileKey
from tests.readers.diffs import samples
from tests.readers.made_files import MadeFile

KEY = FileKey(source=1, address="/jobs", run="job", trial="trial", path="x.patch")


class Counting(MadeFile):
    """A file that tells how many of its bytes were asked for."""

    asked = 0

    def read(self, offset, length):
        self.asked += length
        return super().read(offset, length)


@pytest.fixture(autouse=True)
def _own_cache(settings, tmp_path):
    settings.VAR_DIR = tmp_path


def test_an_outline_is_worked_out_once():
    first = diffs.outline(KEY, MadeFile(samples.MODIFIED + samples.RENAMED))
    again = Counting(samples.MODIFIED + samples.RENAMED)
    assert diffs.outline(KEY, again) == first
    assert again.asked == 0


def test_a_file_that_changed_is_looked_at_again():
    diffs.outline(KEY, MadeFile(samples.MODIFIED))
    changed = diffs.outline(KEY, MadeFile(samples.MODIFIED.replace(b"two", b"too"), etag="other"))
    grown = diffs.outline(KEY, MadeFile(samples.MODIFIED + samples.DELETED, etag="other"))
    assert changed.entries[0].digest != grown.entries[1].digest
    assert [len(outline.entries) for outline in (changed, grown)] == [1, 2]


def test_a_file_is_read_from_its_own_bytes_alone():
    reader = Counting(samples.MODIFIED + samples.RENAMED)
    entry = diffs.outline(KEY, MadeFile(reader.data)).entries[1]
    assert diffs.lines(reader, entry).header.path == "new name.py"
    assert reader.asked == len(samples.RENAMED)


def test_texts_are_bounded():
    reader = MadeFile(b"x" * 1_000_000)
    assert len(diffs.whole_text(reader)) == diffs.SHOWN_TEXT
