from dashboard.readers.diffs import files
from dashboard.readers.diffs.rows import AROUND, count_spacing, rows_of


def hunks_of(*lines):
    old = sum(line[0] in " -" for line in lines)
    new = sum(line[0] in " +" for line in lines)
    text = "\n".join(["--- a/x", "+++ b/x", f"@@ -1,{old} +1,{new} @@", *lines, ""])
    found = files.read(text.encode())
    assert not found.problem
    return found.hunks


def texts(rows):
    return [(row.old and row.old.text, row.new and row.new.text) for row in rows]


CHANGE = (" same", "-total = add(a, b)", "-print(total)", "+total = subtract(a, b)", "+# A word", "+print(total, end)")


def test_side_by_side_lines_stand_beside_what_they_became():
    rows = rows_of(hunks_of(*CHANGE), is_split=True, hides_spaces=False)
    assert texts(rows) == [
        ("same", "same"),
        ("total = add(a, b)", "total = subtract(a, b)"),
        (None, "# A word"),
        ("print(total)", "print(total, end)"),
    ]


def test_in_one_column_old_lines_come_before_new_ones_and_know_their_twins():
    rows = rows_of(hunks_of(*CHANGE), is_split=False, hides_spaces=False)
    assert texts(rows)[1:] == [
        ("total = add(a, b)", None),
        ("print(total)", None),
        (None, "total = subtract(a, b)"),
        (None, "# A word"),
        (None, "print(total, end)"),
    ]
    assert [row.twin and row.twin.text for row in rows[3:]] == ["total = add(a, b)", None, "print(total)"]


def test_every_line_is_shown_once_and_in_order_in_both_ways():
    hunks = hunks_of("-a", "-b", "+c", " d", "+e", "-f", "+g", "-h")
    for is_split in (True, False):
        rows = rows_of(hunks, is_split=is_split, hides_spaces=False)
        assert [row.old.text for row in rows if row.old] == ["a", "b", "d", "f", "h"]
        assert [row.new.text for row in rows if row.new] == ["c", "d", "e", "g"]


def test_white_space_alone_can_be_hidden():
    hunks = hunks_of("-if a:", "-b()", "+if  a:", "+    b()", "+c()")
    assert count_spacing(hunks) == 2
    rows = rows_of(hunks, is_split=False, hides_spaces=True)
    assert [row.is_kept for row in rows] == [True, True, False]
    assert texts(rows)[0] == ("if a:", "if  a:")


def test_long_stretches_without_a_change_are_folded_but_for_their_ends():
    rows = rows_of(hunks_of("-a", "+b", *[f" {n}" for n in range(20)], "-c", "+d"), is_split=False, hides_spaces=False)
    folded = [row.new.text for row in rows if row.is_folded]
    assert folded == [str(n) for n in range(AROUND, 20 - AROUND)]


def test_short_ones_are_not():
    rows = rows_of(hunks_of("-a", "+b", *[f" {n}" for n in range(8)]), is_split=False, hides_spaces=False)
    assert not any(row.is_folded for row in rows)


def test_a_great_block_is_arranged_without_comparing_all_with_all():
    hunks = hunks_of(*[f"-a{n}" for n in range(3_000)], *[f"+b{n}" for n in range(3_001)])
    rows = rows_of(hunks, is_split=True, hides_spaces=False)
    assert len(rows) == 3_001
    assert texts(rows)[7] == ("a7", "b7")
