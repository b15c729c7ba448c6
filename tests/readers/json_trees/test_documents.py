"""JSON opened a level at a time, whatever state it is in."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.readers.json_trees import BrokenJson, Document, Kind, NoSuchNode, TooLong, document

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=20), inner, max_size=4)
)


def names(tree: Document, pointer: str = "", **window: int) -> list[str]:
    return [node.name for node in tree.children(tree.path(pointer)[-1][0], **window).nodes]


def texts(tree: Document, pointer: str = "") -> list[str]:
    return [node.text for node in tree.children(tree.path(pointer)[-1][0]).nodes]


@given(VALUES, st.sampled_from([None, 1]))
def test_every_value_is_found_where_it_stands(value: object, indent: int | None) -> None:
    data = json.dumps(value, indent=indent).encode()
    tree = document(data, "a.json")

    def check(node, expected) -> None:
        if isinstance(expected, (dict, list)):
            keys = list(expected) if isinstance(expected, dict) else [str(place) for place in range(len(expected))]
            members = tree.children(node)
            assert members.broken is None
            assert [child.name for child in members.nodes] == keys
            for child, member in zip(
                members.nodes, expected.values() if isinstance(expected, dict) else expected, strict=True
            ):
                check(child, member)
        elif isinstance(expected, str):
            assert (node.kind, node.text) == (Kind.STRING, expected)
        else:
            assert node.text == json.dumps(expected)

    assert not tree.is_lines
    check(tree.root, value)


@given(
    st.binary(max_size=60) | st.text('{}[]",:\\ 1\nt', max_size=60).map(str.encode),
    st.sampled_from(["a.json", "a.jsonl"]),
)
def test_no_bytes_break_it(data: bytes, name: str) -> None:
    tree = document(data, name)
    try:
        root = tree.root
    except BrokenJson:
        return
    for node in tree.children(root).nodes if root.has_members else ():
        assert root.start <= node.start <= (node.end or len(data)) <= len(data)


@given(VALUES.filter(lambda value: isinstance(value, (dict, list)) and value), st.data())
def test_what_is_half_written_shows_what_there_is(value: object, data: st.DataObject) -> None:
    whole = json.dumps(value).encode()
    tree = document(whole[: data.draw(st.integers(1, len(whole) - 1))], "a.json")

    listing = tree.children(tree.root)

    assert listing.broken is not None
    assert listing.broken.offset <= len(whole)
    assert tree.behind() is not None


def test_a_pointer_leads_through_names_that_look_like_one() -> None:
    tree = document(b'{"a/b": {"~": [1, {"": "x"}]}}', "a.json")

    way = tree.path("/a~1b/~0/1/")

    assert [node.name for node, _ in way] == ["", "a/b", "~", "1", ""]
    assert [place for _, place in way] == [0, 0, 0, 1, 0]
    assert (way[-1][0].text, way[-1][0].pointer) == ("x", "/a~1b/~0/1/")


@pytest.mark.parametrize("pointer", ["/b", "/a/3", "/a/0/x", "a", "/a/-1", "/a/00"])
def test_a_pointer_to_nothing_is_told(pointer: str) -> None:
    with pytest.raises((NoSuchNode, ValueError)):
        document(b'{"a": [1, 2, 3]}', "a.json").path(pointer)


def test_members_come_in_stretches() -> None:
    tree = document(json.dumps(list(range(1000))).encode(), "a.json")

    listing = tree.children(tree.root, first=990, limit=5)

    assert [node.text for node in listing.nodes] == ["990", "991", "992", "993", "994"]
    assert listing.has_more
    assert not tree.children(tree.root, first=995, limit=5).has_more


def test_a_document_of_ten_thousand_levels_opens_level_by_level() -> None:
    tree = document(b'{"a":' * 10_000 + b"1" + b"}" * 10_000, "a.json")

    assert names(tree, "/a" * 500) == ["a"]
    assert tree.behind() is None
    assert tree.children(tree.path("/a" * 750)[-1][0]).nodes[0].pointer is None


def test_where_it_breaks_is_told_by_line_and_column() -> None:
    tree = document('{\n "ä": [1, 2],\n "ö" 3}'.encode(), "a.json")

    broken = tree.children(tree.root).broken

    assert names(tree) == ["ä"]
    assert broken is not None
    assert str(broken) == "“:” is missing"
    assert tree.position(broken.offset) == (3, 6)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b'{"a": 1, "b', "It ends in the middle of a string"),
        (b'{"a": 1,', "It ends before it is complete"),
        (b'{"a": [1, {"b": ', "It ends in the middle of a value"),
        (b'{"a": 1 "b": 2}', "“,” or “}” is missing"),
        (b"[1, 0x2]", "This is not a value"),
        (b"[1, tru]", "This is not a value"),
        (b"{a: 1}", "A name in quotes is missing"),
    ],
)
def test_what_is_wrong_is_told(data: bytes, reason: str) -> None:
    tree = document(data, "a.json")

    assert str(tree.children(tree.root).broken) == reason


def test_an_unfinished_value_can_be_opened() -> None:
    tree = document(b'{"steps": [{"id": 1}, {"id": 2}, {"i', "a.json")

    assert names(tree, "/steps") == ["0", "1", "2"]
    assert tree.path("/steps")[-1][0].size is None


def test_lines_are_documents_of_their_own() -> None:
    tree = document(b'{"a": 1}\n\n[2\n"x"\n  {"b": [3]}  \r\n', "log.jsonl")
    listing = tree.children(tree.root)

    assert [(node.name, node.kind) for node in listing.nodes] == [
        *(("1", Kind.OBJECT), ("3", Kind.BROKEN)),
        *(("4", Kind.STRING), ("5", Kind.OBJECT)),
    ]
    assert listing.nodes[1].text == "[2"
    assert texts(tree, "/5/b") == ["3"]
    assert tree.behind() is None


def test_lines_are_known_by_what_follows_the_first() -> None:
    assert document(b'{"a": 1}\n{"a": 2}\n', "events.json").is_lines
    assert not document(b'{"a": 1}\n', "events.json").is_lines
    assert not document(b'{"a":\n1}\n{"a": 2}', "events.json").is_lines


def test_what_follows_the_end_is_told() -> None:
    behind = document(b'{"a": 1} x', "a.json").behind()

    assert behind is not None
    assert (str(behind), behind.offset) == ("Something follows the end of the document", 9)


def test_values_are_cut_for_showing() -> None:
    tree = document(json.dumps(["ä" * 50_000, "\\" * 50_000, 10**50, "short"]).encode(), "a.json")
    nodes = tree.children(tree.root).nodes

    assert [(len(node.text), node.is_cut) for node in nodes] == [(2000, True), (2000, True), (51, False), (5, False)]
    assert {*nodes[0].text} == {"ä"}
    assert {*nodes[1].text} == {"\\"}


def test_an_escape_that_there_is_not_is_shown_as_written() -> None:
    assert texts(document(rb'["a\qb", "a\u12"]', "a.json")) == [r"a\qb", r"a\u12"]


def test_a_document_that_costs_too_much_is_refused() -> None:
    tree = document(b"[" * 4 + b"[[]]," * 3_000_000 + b"1" + b"]" * 4, "a.json")

    with pytest.raises(TooLong):
        tree.children(tree.root)
    with pytest.raises(TooLong):
        tree.children(tree.root, first=10_000_000)
