import sys

from dashboard.views.viewers.trajectories.texts import (
    MAX_CHARACTERS,
    PREVIEW_LINES,
    Budget,
    Typesetter,
    count_lines,
    written,
)


def lines(count):
    return "\n".join(f"line {number}" for number in range(1, count + 1))


def test_lines_are_counted_as_people_do():
    assert [count_lines(text) for text in ("", "a", "a\n", "a\nb", "\n")] == [0, 1, 1, 2, 1]


def test_short_texts_stand_there_tall_ones_are_folded_long_ones_cut():
    setter = Typesetter(budget=Budget())
    short, tall, long = (setter.plain(lines(count), "/whole") for count in (3, 40, 4_312))
    assert not short.is_tall
    assert not short.is_cut
    assert tall.is_tall
    assert "line 40" in tall.html
    assert long.is_cut
    assert (long.lines, long.url) == (4_312, "/whole")
    assert long.html.count("\n") == PREVIEW_LINES - 1


def test_one_long_line_is_tall_too():
    assert Typesetter(budget=Budget()).plain("x" * 5_000, "").is_tall


def test_a_page_has_room_for_so_much_and_no_more():
    setter = Typesetter(budget=Budget(characters=3 * MAX_CHARACTERS))
    blocks = [setter.plain("x" * MAX_CHARACTERS, "/whole") for _ in range(9)]
    assert sum(len(block.html) for block in blocks) <= 3 * MAX_CHARACTERS
    assert [block.is_cut for block in blocks] == [False] * 3 + [True] * 6


def test_escapes_count_as_they_are_sent():
    block = Typesetter(budget=Budget(characters=1_000)).plain("<" * 900, "/whole")
    assert block.is_cut
    assert block.html == ""


def test_markdown_is_rendered_while_the_page_can_bear_its_elements():
    setter = Typesetter(budget=Budget(elements=20))
    text = "**a** " * 15
    assert setter.prose(text, "").is_prose
    again = setter.prose(text, "")
    assert not again.is_prose
    assert "**a**" in again.html


def test_raw_is_what_the_file_has():
    setter = Typesetter(budget=Budget(), is_raw=True)
    assert setter.prose("**a**", "").html == "**a**"
    assert setter.code('{"a": 1}', "", "json").html == "{&quot;a&quot;: 1}"


def test_messages_that_are_json_are_shown_as_such():
    block = Typesetter(budget=Budget()).prose('{\n  "plan": "run *all* tests"\n}', "")
    assert not block.is_prose
    assert "<em>" not in block.html
    assert block.lines == 3


def test_controls_are_made_visible():
    assert "\x1b" not in Typesetter(budget=Budget()).plain("\x1b[31mred \u202e", "").html


def test_values_that_json_does_not_have_are_written_all_the_same():
    deep = []
    for _ in range(sys.getrecursionlimit() * 2):
        deep = [deep]
    assert "nested too deeply" in written(deep)
    assert written({"ä": "\ud800"}).startswith("{")


def test_output_has_the_colours_it_asked_a_terminal_for():
    setter = Typesetter(budget=Budget())
    block = setter.output("\x1b[31mred\x1b[0m\r\nplain\n 10 %\r100 %", "")
    assert block.html.count("<span class=") == 1
    assert "\u241b" not in block.html
    assert block.html.endswith("100 %")
    raw = Typesetter(budget=Budget(), is_raw=True).output("\x1b[31mred", "")
    assert raw.html.startswith("\u241b")


def test_output_that_is_all_colours_is_bounded():
    block = Typesetter(budget=Budget(elements=50)).output("\x1b[31ma\x1b[32mb" * 100, "/whole")
    assert block.html.count("<") <= 50
