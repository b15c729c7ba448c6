"""Windows of real lines."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.readers.logs import windows
from tests.readers.logs.texts import Text

TEXTS = st.lists(st.sampled_from([b"", b"a", b"bcd", b"0123456789" * 3, b"x" * 90]), max_size=40).map(b"\n".join)


@pytest.fixture(autouse=True)
def small(monkeypatch):
    monkeypatch.setattr(windows, "MOST_LINES", 5)
    monkeypatch.setattr(windows, "MOST_BYTES", 64)
    monkeypatch.setattr(windows, "LINE_BYTES", 8)
    monkeypatch.setattr(windows, "FAR", 1000)
    monkeypatch.setattr(windows, "_STEP", 32)


def shown(window: windows.Window) -> list[bytes]:
    return [line.text for line in window.lines]


@given(TEXTS)
def test_windows_one_after_another_hold_every_line_once(data):
    text, at, seen = Text(data), 0, []
    while at < len(data):
        window = windows.after(text, at)
        assert window.start == at < window.end
        assert len(window.lines) <= 5
        seen += window.lines
        at = window.end
    wanted = data.split(b"\n")[: None if data and not data.endswith(b"\n") else -1]
    assert [line.text for line in seen] == [line[:8] for line in wanted]
    assert [data[line.start : line.end].rstrip(b"\n") for line in seen] == wanted


@given(TEXTS)
def test_windows_one_before_another_hold_every_line_once(data):
    text, at, seen = Text(data), len(data), []
    while at > 0:
        window = windows.before(text, at)
        assert window.end == at > window.start
        seen = [*window.lines, *seen]
        at = window.start
    wanted = data.split(b"\n")[: None if data and not data.endswith(b"\n") else -1]
    assert [data[line.start : line.end].rstrip(b"\n") for line in seen] == wanted


def test_a_long_line_is_cut_and_its_rest_is_a_window():
    text = Text(b"one\n" + b"0123456789" * 9 + b"\ntwo\n")
    first = windows.after(text, 4)
    assert (shown(first), first.lines[0].cut_at, first.end) == ([b"01234567"], 12, 95)
    rest = windows.after(text, first.lines[0].cut_at, is_within=True)
    assert (shown(rest), rest.lines[0].cut_at, rest.is_within) == ([(b"0123456789" * 9)[8:72]], 76, True)
    assert shown(windows.after(text, 95)) == [b"two"]


def test_a_line_that_goes_on_for_ever_is_shown_in_bounded_work(monkeypatch):
    monkeypatch.setattr(windows, "FAR", 200)
    text = Text(b"x" * 100_000)
    window = windows.after(text, 0)
    assert (shown(window), window.end) == ([b"x" * 8], 264)
    last = windows.before(text, 100_000)
    assert last.is_within
    assert last.end == 100_000
    assert text.n_read < 1000


def test_the_start_of_a_line_is_found_unless_it_is_far():
    text = Text(b"ab\n" + b"x" * 50 + b"\n")
    assert [windows.line_start(text, at, far=20) for at in (0, 2, 3, 10, 22)] == [0, 0, 3, 3, 3]
    assert windows.line_start(text, 24, far=20) is None


def test_a_window_around_a_line_has_lines_before_it():
    text = Text(b"a\nb\nc\nd\ne\nf\ng\n")
    assert shown(windows.around(text, 8, lines_before=2)) == [b"c", b"d", b"e", b"f", b"g"]
    assert shown(windows.around(text, 0, lines_before=2))[0] == b"a"


def test_a_line_still_being_written_is_told_apart():
    window, last = windows.without_unended(windows.after(Text(b"a\nb\nhal"), 0))
    assert (shown(window), window.end, last.text) == ([b"a", b"b"], 4, b"hal")
    assert windows.without_unended(windows.after(Text(b"a\n"), 0))[1] is None


@pytest.mark.parametrize(("gone", "n_left"), [(1, 4), (3, 3), (100, 0)])
def test_a_file_that_shrinks_while_it_is_read_has_what_is_left(gone, n_left):
    text = Text(b"a\n" * 50, gone=gone)
    assert shown(windows.after(text, 90)) == [b"a"] * n_left
    assert windows.before(text, 100).end <= 100


def test_an_empty_file_has_an_empty_window():
    assert windows.after(Text(b""), 0) == windows.Window(0, 0, ())
    assert windows.before(Text(b""), 0).lines == ()
