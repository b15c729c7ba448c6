"""Groups and sections of logs."""

from hypothesis import given
from hypothesis import strategies as st

from dashboard.readers.logs.folds import DEEPEST, Fold, folded
from dashboard.readers.logs.windows import Line


def lines(*texts: bytes) -> list[Line]:
    return [Line(10 * at, text, 10 * at + 10) for at, text in enumerate(texts)]


def outline(entries: list) -> list:
    return [[entry.title, *outline(entry.entries)] if isinstance(entry, Fold) else entry.text for entry in entries]


def test_a_group_holds_its_lines():
    entries = folded(lines(b"a", b"::group::Build it", b"b", b"c", b"::endgroup::", b"d"))
    assert outline(entries) == [b"a", [b"Build it", b"b", b"c"], b"d"]
    assert entries[1].is_closed


def test_a_group_of_github_tells_its_time_by_its_stamps():
    first = b"2026-10-01T08:00:00.0000000Z ##[group]Run tests"
    last = b"2026-10-01T08:00:02.5000000Z ##[endgroup]"
    (fold,) = folded(lines(first, b"x", last))
    assert (fold.title, fold.seconds) == (b"Run tests", 2.5)


def test_a_group_that_follows_ends_the_one_before():
    assert outline(folded(lines(b"::group::A", b"1", b"::group::B", b"2"))) == [[b"A", b"1"], [b"B", b"2"]]


def test_sections_of_gitlab_lie_within_one_another_and_tell_their_time():
    entries = folded(
        lines(
            b"section_start:1560896352:outer[collapsed=true]\r\x1b[0KOuter",
            b"section_start:1560896353:inner_part\r\x1b[0K",
            b"x",
            b"section_end:1560896355:inner_part\r\x1b[0K",
            b"section_end:1560896362:outer\r\x1b[0Ksection_start:1560896362:next\r\x1b[0KNext",
            b"y",
        )
    )
    assert outline(entries) == [[b"Outer", [b"inner part", b"x"]], [b"Next", b"y"]]
    assert [entries[0].seconds, entries[0].entries[0].seconds, entries[1].seconds] == [10, 2, None]
    assert [entries[0].is_closed, entries[1].is_closed] == [True, False]


def test_a_section_that_ends_before_it_began_has_no_time():
    (fold,) = folded(lines(b"section_start:20:a\r\x1b[0KA", b"section_end:10:a\r\x1b[0K"))
    assert fold.seconds is None


def test_what_only_mentions_a_marker_is_a_line():
    texts = [b'echo "::group::x"', b"see section_start:1:a", b"a group of lines"]
    assert outline(folded(lines(*texts))) == texts


MARKERS = [
    b"::group::a",
    b"::endgroup::",
    b"x",
    *(b"section_start:1:s%d\r\x1b[0KS" % n for n in range(12)),
    b"section_end:2:s3\r\x1b[0K",
]


@given(st.lists(st.sampled_from(MARKERS), max_size=60))
def test_no_line_is_lost_and_no_nest_too_deep(texts):
    def walk(entries: list, depth: int) -> int:
        assert depth <= DEEPEST
        return sum(1 + (walk(each.entries, depth + 1) if isinstance(each, Fold) else 0) for each in entries)

    ends = sum(text.startswith((b"::end", b"section_end")) for text in texts)
    assert walk(folded(lines(*texts)), 0) == len(texts) - ends
