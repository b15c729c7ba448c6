"""JSON as a tree: what a person sees, opens and takes along."""

import json

import pytest
from django.http import Http404

from dashboard.views.viewers import json_documents as viewer
from tests.views.viewers.made_subjects import made, part, shown, words

BIG = {"meta": {"a": 1}, "steps": [{"id": number, "text": "x" * 30} for number in range(500)]}


def fragment(data: object, name: str, **params: str | int) -> str:
    answer = part(viewer, made("a.json", json.dumps(data)), name, **params)
    return answer.content.decode()


def test_small_values_are_open_and_big_ones_lead_on() -> None:
    html = shown(viewer, made("agent/a.json", json.dumps(BIG)))

    assert "array · 27." in html
    assert 'href="/page/?q=x&amp;open=%2Fsteps#node"' in html
    assert 'hx-get="/page/?q=x&amp;part=node&amp;open=%2Fsteps"' in html
    assert '<span class="json-key">a</span><span class="json-value" data-type="number">1</span>' in html
    assert 'data-copy=".meta.a"' in html


def test_a_value_opens_in_place() -> None:
    html = fragment(BIG, "node", open="/steps")

    assert html.count('class="json-open"') == 201
    assert "More items from 201 on" in html
    assert 'data-copy=".steps[7]"' in html


def test_more_members_follow_in_place() -> None:
    html = fragment(BIG, "more", open="/steps", from_=400)

    assert '<span class="json-key">400</span>' in html
    assert '<span class="json-key">499</span>' in html
    assert "More items" not in html


def test_more_members_have_an_address_without_a_script() -> None:
    html = shown(viewer, made("a.json", json.dumps(BIG)), open="/steps", from_=200)

    assert 'json-key">200</span>' in html
    assert 'json-key">399</span>' in html
    assert 'json-key">199</span>' not in html
    assert "200 before these" in html


def test_an_address_leads_to_a_value_without_a_script() -> None:
    html = shown(viewer, made("a.json", json.dumps(BIG)), open="/steps/450/text")

    assert '<li id="node" class="is-asked"><span class="json-key">text</span>' in html
    assert "400 before these" in html
    assert 'json-key">451</span>' in html
    assert 'json-key">1</span>' not in html


def test_an_address_of_nothing_shows_the_document() -> None:
    html = shown(viewer, made("a.json", '{"a": 1}'), open="/b/c")

    assert "There is no such value any more. /b/c" in words(html)
    assert 'json-key">a</span>' in html


def test_a_half_written_document_shows_what_there_is_and_the_way_to_the_text() -> None:
    html = shown(viewer, made("a.json", '{\n"a": 1,\n"b": [1, 2'))

    assert "The document is not whole." in words(html)
    assert "line 3, column 11" in words(html)
    assert 'href="/page/?q=x&amp;as=text&amp;line=3#L3"' in html
    assert 'json-key">a</span>' in html


def test_what_is_no_json_is_told() -> None:
    assert "This is not JSON. This is not a value (line 1, column 1)" in words(shown(viewer, made("a.json", "<html>")))


def test_an_empty_file_and_a_big_one_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "The file is empty" in shown(viewer, made("a.json", " \n"))
    monkeypatch.setattr(viewer, "MAX_BYTES", 10)
    html = shown(viewer, made("a.json", '{"a": "0123456789"}'))
    assert "Too big for a tree" in html
    assert 'href="/page/?q=x&amp;as=text"' in html


def test_one_value_alone_is_a_document() -> None:
    assert '<span class="json-value" data-type="string">x</span>' in shown(viewer, made("a.json", '"x"'))
    assert "[]" in shown(viewer, made("a.json", "[]")) or "empty" in shown(viewer, made("a.json", "[]"))


def test_each_line_is_a_row() -> None:
    html = shown(viewer, made("a.jsonl", '{"a": 1}\n{"b"\n"x"\n'))

    assert "One document a line" in html
    assert 'json-key">1</span>' in html
    assert "not JSON" in html


def test_hostile_names_and_values_are_text() -> None:
    data = {"<script>alert(1)</script>": "<img src=x onerror=alert(1)>", "\"><a href='javascript:x'>": {"\ud800": "\0"}}
    html = shown(viewer, made("a.json", json.dumps(data)))

    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    html.encode()


def test_ten_thousand_levels_are_a_page() -> None:
    deep = made("a.json", '{"a":' * 10_000 + "1" + "}" * 10_000)

    assert shown(viewer, deep).count("<li") < 30
    html = shown(viewer, deep, open="/a" * 740)
    assert "Whole document" in html
    assert "cannot be opened here" in shown(viewer, deep, open="/a" * 750)


def test_a_value_can_be_taken_along() -> None:
    answer = part(viewer, made("a.json", '{"a\\n<b>": [1,  2]}'), "value", open="/a\n<b>")

    assert answer.content == b"[1,  2]"
    assert answer["Content-Disposition"] == 'attachment; filename="a_b_.json"'


@pytest.mark.parametrize(
    ("name", "pointer"), [("node", "/x"), ("node", ""), ("more", "/a"), ("value", "x"), ("other", "")]
)
def test_parts_that_there_are_not_are_not_found(name: str, pointer: str) -> None:
    with pytest.raises(Http404):
        fragment({"a": 1}, name, open=pointer)
