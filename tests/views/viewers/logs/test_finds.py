"""Find on a log's page."""

import re

import pytest

from dashboard.readers.logs import finding, stretches
from dashboard.views.viewers import logs
from tests.views.viewers.logs.made_logs import made_log, numbered
from tests.views.viewers.made_subjects import part, shown, words


def current(html: str) -> str:
    found = re.search(r'<li id="(L\d+)"[^>]*>(?:(?!</li>).)*<mark class="is-current">', html)
    return found[1] if found else ""


def test_the_first_one_is_shown_with_how_many_there_are():
    html = shown(logs, made_log(numbered(5000)), find="LINE 4")
    assert "1 of 1,111" in words(html)
    assert current(html) == "L4"
    assert "hit=2#here" in html
    assert "hit=1111#here" in html


def test_any_of_them_is_shown_in_its_window():
    html = shown(logs, made_log(numbered(5000)), find="line 44", hit=100)
    assert "100 of 111" in words(html)
    assert current(html) == "L4488"
    assert all(f"hit={nth}#here" in html for nth in (1, 99, 101, 111))


def test_a_number_beyond_the_last_is_the_last():
    html = shown(logs, made_log(numbered(50)), find="line 4", hit=99)
    assert "11 of 11" in words(html)
    assert current(html) == "L49"


def test_an_expression_is_found():
    html = shown(logs, made_log(numbered(500)), find=r"line \d{3}$", regex=1, hit=2)
    assert "2 of 401" in words(html)
    assert current(html) == "L101"


def test_large_and_small_letters_can_differ():
    assert "Not found" in words(shown(logs, made_log(numbered(5)), find="LINE", case=1))


@pytest.mark.parametrize(("find", "problem"), [("(", "no regular expression"), ("x" * 501, "500 characters")])
def test_what_cannot_be_searched_for_is_said_and_the_log_is_there(find, problem):
    html = shown(logs, made_log(numbered(5)), find=find, regex=1)
    assert problem in words(html)
    assert html.count("<li id=") == 5


def test_an_expression_that_explodes_is_said_and_the_log_is_there(monkeypatch):
    monkeypatch.setattr(finding, "MOST_SECONDS", 0.05)
    html = shown(logs, made_log("a" * 3000 + "b\n"), find="(a|aa)+$x", regex=1)
    assert "takes too long" in words(html)
    assert 'id="L1"' in html


def test_an_expression_that_is_slow_on_every_line_is_marked_only_as_long_as_there_is_time(monkeypatch):
    tried = []

    def places(_, data):
        tried.append(data)
        raise TimeoutError

    monkeypatch.setattr(finding._Expression, "places", places)
    html = shown(logs, made_log(numbered(50)), find="no such", regex=1)
    assert (html.count("<li id="), len(tried)) == (50, 1)


def test_the_first_ones_are_shown_while_the_search_goes_on(monkeypatch):
    monkeypatch.setattr(stretches, "STRETCH", 4096)
    monkeypatch.setattr("dashboard.views.viewers.logs.finds.PAGE_SECONDS", 0)
    html = shown(logs, made_log(numbered(5000)), find="text of")
    assert re.search(r"1 of \d+ so far, 5 % searched", words(html))
    assert current(html) == "L1"
    assert 'hx-get="/page/?q=x&amp;find=text+of&amp;part=finds&amp;hit=1"' in html


def test_a_search_that_goes_on_tells_the_rest(monkeypatch):
    answer = part(logs, made_log(numbered(5000)), "finds", find="text of", hit=3)
    assert "3 of 5,000" in words(answer.content.decode())
    assert b"hx-get" not in answer.content
    assert answer["Cache-Control"] == "no-store"


def test_when_the_one_asked_for_is_found_at_last_its_page_is_shown(monkeypatch):
    monkeypatch.setattr(stretches, "STRETCH", 4096)
    answer = part(logs, made_log(numbered(5000) + "needle\n"), "finds", find="needle", hit=1)
    assert answer["HX-Redirect"] == "/page/?q=x&find=needle&hit=1"


def test_what_is_far_within_a_long_line_is_shown():
    html = shown(logs, made_log("x" * 300_000 + "needle" + "y" * 300_000 + "\nend\n"), find="needle")
    assert '<mark class="is-current">needle</mark>' in html


def test_ending_the_search_leads_to_the_line_that_was_found():
    html = shown(logs, made_log(numbered(5000)), find="line 44", hit=100)
    assert 'href="/page/?q=x&amp;line=4488#L4488" aria-label="Close the search"' in html
    html = shown(logs, made_log(numbered(5)), find="nothing")
    assert 'href="/page/?q=x" aria-label="Close the search"' in html
