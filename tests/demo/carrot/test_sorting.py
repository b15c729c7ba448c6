import pytest

from dashboard.demo.carrot.sorting import read_sort, sort_rows

KNOWN = ("name", "size", "at")
ROWS = [
    {"name": "b", "size": 2, "at": None},
    {"name": "a", "size": 10, "at": "2026"},
    {"name": "c", "size": 2, "at": "2025"},
]


@pytest.mark.parametrize(
    ("sort", "items"),
    [
        ("name", [("name", False)]),
        ("asc(name),desc(size)", [("name", False), ("size", True)]),
        (" asc( name ) , ,desc(size),", [("name", False), ("size", True)]),
        ("bogus,desc(bogus),name", [("name", False)]),
        ("name,desc(name)", [("name", False), ("name", True)]),
        ("DESC(name),desc(name", []),
        ("", []),
    ],
)
def test_what_a_sort_asks_for(sort, items):
    assert read_sort(sort, KNOWN) == items


@pytest.mark.parametrize(
    ("sort", "names"),
    [
        ("", "bac"),
        ("name", "abc"),
        ("desc(name)", "cba"),
        ("size,name", "bca"),
        ("size,desc(name)", "cba"),
        ("desc(size),name", "abc"),
        ("at", "cab"),
        ("desc(at)", "bac"),
    ],
)
def test_null_is_last_and_first_when_descending(sort, names):
    found = sort_rows(ROWS, sort, KNOWN, lambda row, key: row[key])
    assert "".join(row["name"] for row in found) == names


def test_values_of_json_have_an_order():
    rows = [{"size": {"b": 1}}, {"size": {"a": 1}}]
    assert sort_rows(rows, "size", KNOWN, lambda row, key: row[key]) == rows[::-1]


def test_equal_rows_keep_their_order_when_descending():
    rows = [{"size": 2, "name": "b"}, {"size": 2, "name": "a"}]
    assert sort_rows(rows, "desc(size)", KNOWN, lambda row, key: row[key]) == rows
