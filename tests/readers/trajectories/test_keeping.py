import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.readers.trajectories.documents import Document
from tests.readers.made_files import MadeFile
from tests.readers.trajectories.documents_made import WRITTEN, agent_step, of_steps


class Counted(MadeFile):
    """Knows how much of it was read."""

    read_bytes = 0

    def read(self, offset, length):
        found = super().read(offset, length)
        self.read_bytes += len(found)
        return found


def written(n, **members):
    """A trajectory of so many steps, as agents write it."""
    steps = [agent_step(k, metrics={"prompt_tokens": 10}, reasoning_content="x" * 1_000) for k in range(1, n + 1)]
    return json.dumps(of_steps(*steps, **members), indent=2).encode()


def kept(data, etag="made", *, steps=1_000):
    """What is kept of a file after its first so many steps were asked for."""
    document = Document(MadeFile(data, etag))
    document.steps(1, steps)
    return document.index.to_bytes()


@given(WRITTEN, st.integers(0, 6))
def test_what_was_kept_of_any_document_answers_as_the_document_does(data, n):
    fresh, again = Document(MadeFile(data)), Document(MadeFile(data), kept(data, steps=n))
    assert again.steps(1, 99) == fresh.steps(1, 99)
    assert again.head == fresh.head
    assert again.sums() == fresh.sums()


def test_a_file_that_is_the_same_is_not_looked_through_again():
    data = written(600)
    file = Counted(data)
    assert len(Document(file, kept(data)).steps(500, 2)) == 2
    assert file.read_bytes < 10_000


def test_nothing_new_is_known_of_a_file_that_was_read_before():
    data = written(50)
    again = Document(MadeFile(data), kept(data))
    again.steps(1, 50)
    assert not again.index.is_new


@pytest.mark.parametrize("members", [{}, {"final_metrics": {"total_prompt_tokens": 1}, "notes": "more to come"}])
def test_a_file_that_has_grown_is_gone_on_with_behind_its_last_step(members):
    small, large = written(600, **members), written(650, **members | {"notes": "it is done"})
    file = Counted(large, "later")
    document = Document(file, kept(small))
    assert document.sums().prompt_tokens == 6_500
    assert file.read_bytes < len(large) / 2
    assert document.head.notes == "it is done"
    assert document.steps(1, 650) == Document(MadeFile(large)).steps(1, 650)


def test_a_file_that_was_written_anew_is_read_anew():
    old, new = written(50), written(60).replace(b"step 50", b"other 50")
    assert Document(MadeFile(new, "later"), kept(old)).outline(50, 1)[0].title == "other 50"
    shorter = written(20)
    assert Document(MadeFile(shorter, "later"), kept(old)).count() == 20


@pytest.mark.parametrize("spoilt", [b"", b"{}", b"\n\n", b"null\n", b"[1]\nabc\n[1]"])
def test_what_was_kept_badly_is_as_if_nothing_was(spoilt):
    data = written(3)
    assert Document(MadeFile(data), spoilt).count() == 3


@given(st.data())
def test_what_was_kept_and_spoilt_anywhere_raises_nothing(choice):
    data = written(3)
    packed = kept(data)
    at = choice.draw(st.integers(0, len(packed)))
    Document(MadeFile(data, "other"), packed[:at]).steps(1, 3)
