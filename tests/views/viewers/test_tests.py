import json
from pathlib import Path

import pytest

from dashboard.views.viewers import test_rows, tests
from tests.pages import classed, text_of
from tests.views.viewers.made_pages import folder, kept_trial, shown

__all__ = ["folder", "kept_trial", "shown"]

GENUINE = Path(__file__).parents[3] / "dashboard/demo/harbor/jobs/oracle-local/fix-bug__pjDzLYd/verifier/ctrf.json"
EVIL = "<script>alert(1)</script><img src=x onerror=alert(2)>"


def ctrf(*found, **results):
    return json.dumps({"results": {"tool": {"name": "pytest"}, "tests": found, **results}})


def names(tree):
    return [text_of(each) for each in classed(tree, "test-name")]


def tab_texts(tree):
    return [text_of(link) for link in next(iter(classed(tree, "tabs")))]


def test_tests_that_failed_come_first_and_each_status_is_counted(shown):
    _, tree = shown(
        tests,
        "ctrf.json",
        ctrf(
            {"name": "good", "status": "passed", "duration": 1500},
            {"name": "left out", "status": "skipped"},
            {"name": "bad", "status": "failed", "duration": 500},
        ),
    )
    assert names(tree) == ["bad", "left out", "good"]
    assert tab_texts(tree) == ["All 3", "Failed 1", "Skipped 1", "Passed 1"]
    assert "2.0 s in all" in text_of(tree)


def test_a_status_can_be_asked_for_in_the_address(shown):
    html, tree = shown(
        tests,
        "ctrf.json",
        ctrf({"name": "good", "status": "passed"}, {"name": "bad", "status": "failed"}),
        view="failed",
    )
    assert names(tree) == ["bad"]
    assert 'href="/page/?q=x&amp;view=failed" aria-current="page"' in html


@pytest.mark.parametrize("query", [{"view": "nonsense"}, {"from": "-1"}, {"from": "9" * 30}, {"open": "x"}])
def test_nonsense_in_the_address_shows_all_tests(shown, query):
    _, tree = shown(tests, "ctrf.json", ctrf({"name": "good", "status": "passed"}), **query)
    assert names(tree) == ["good"]


def test_of_a_status_that_no_test_has_the_page_says_so(shown):
    html, _ = shown(tests, "ctrf.json", ctrf({"name": "good", "status": "passed"}), view="failed")
    assert "No such tests" in html
    assert 'href="/page/?q=x"' in html


def test_flaky_tests_and_retries_are_marked_and_can_be_asked_for(shown):
    found = ({"name": "a", "status": "passed", "flaky": True, "retries": 2}, {"name": "b", "status": "passed"})
    _, tree = shown(tests, "ctrf.json", ctrf(*found), view="flaky")
    assert names(tree) == ["a flaky 2 retries"]


def test_message_and_trace_are_folded_with_the_message_beside_the_fold(shown):
    _, tree = shown(
        tests, "ctrf.json", ctrf({"name": "a", "status": "failed", "message": "1 != 2", "trace": "line\nmore"})
    )
    [fold] = classed(tree, "test-texts")
    assert "open" not in fold.attrib
    assert text_of(fold.find("summary")) == "1 != 2"
    assert ["".join(pre.itertext()) for pre in fold.iter("pre")] == ["1 != 2", "line\nmore"]


def test_a_test_has_an_address_under_which_it_is_open_and_whole(shown, monkeypatch):
    monkeypatch.setattr(test_rows, "MOST_OF_TEXT", 30)
    long = ctrf(
        {"name": "a", "status": "failed", "trace": "lead\n" + "x" * 99},
        {"name": "b", "status": "failed", "trace": "lead\n" + "y" * 99},
    )
    html, tree = shown(tests, "ctrf.json", long, open="2")
    first, second = classed(tree, "test-texts")
    assert ("open" in first.attrib, "open" in second.attrib) == (False, True)
    assert "y" * 99 in html
    assert "x" * 99 not in html
    assert 'href="/page/?q=x&amp;open=1#t1"' in html


def test_colours_of_a_terminal_become_classes(shown):
    html, _ = shown(tests, "ctrf.json", ctrf({"name": "a", "status": "failed", "message": "\x1b[31mred\x1b[0m plain"}))
    assert "\x1b" not in html
    assert "red</span> plain" in html


@pytest.mark.parametrize("key", ["name", "suite", "message", "trace", "filePath", "rawStatus", "status", "stdout"])
def test_markup_in_any_text_is_text(shown, key):
    html, tree = shown(tests, "ctrf.json", ctrf({"name": "a", "status": "failed", key: EVIL}))
    assert "<script" not in html
    assert "<img" not in html
    assert "alert(1)" in text_of(tree).lower()


def test_markup_in_junit_is_text(shown):
    data = (
        "<testsuite><testcase name='&lt;script>a&lt;/script>'><failure>&lt;img src=x></failure></testcase></testsuite>"
    )
    html, tree = shown(tests, "junit.xml", data)
    assert "<script" not in html
    assert "<img" not in html
    assert names(tree) == ["<script>a</script>"]


def test_a_bomb_is_told_and_not_shown(shown):
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    data = f'<!DOCTYPE x [<!ENTITY l0 "boom">{entities}]><testsuite><testcase name="&l11;"/></testsuite>'
    html, _ = shown(tests, "junit.xml", data)
    assert "declares entities" in html
    assert "boom" not in html


def test_many_tests_come_in_pages_of_a_bounded_size(shown, monkeypatch):
    monkeypatch.setattr(tests, "ROWS", 2)
    report = ctrf(*({"name": f"t{number}", "status": "passed"} for number in range(5)))
    _, first = shown(tests, "ctrf.json", report)
    html, last = shown(tests, "ctrf.json", report, **{"from": "5"})
    assert (names(first), names(last)) == (["t0", "t1"], ["t4"])
    assert "5–5 of 5" in html
    assert 'href="/page/?q=x&amp;from=3" rel="prev"' in html


def test_the_page_of_a_test_is_found_by_its_number(shown, monkeypatch):
    monkeypatch.setattr(tests, "ROWS", 2)
    report = ctrf(*({"name": f"t{number}", "status": "passed"} for number in range(5)))
    _, tree = shown(tests, "ctrf.json", report, open="4")
    assert names(tree) == ["t2", "t3"]


def test_huge_texts_do_not_make_a_huge_page(shown):
    many = ({"name": "n", "status": "failed", "trace": f"\x1b[31m{'x' * 60_000}"} for _ in range(200))
    html, _ = shown(tests, "ctrf.json", ctrf(*many))
    assert len(html) < 1_500_000


def test_a_report_that_contradicts_itself_says_so(shown):
    html, _ = shown(tests, "ctrf.json", ctrf({"name": "a", "status": "passed"}, summary={"tests": 2, "failed": 1}))
    assert "It tells of 2 tests where there are 1, 1 failed where there are 0." in html


def test_a_half_written_report_shows_its_tests_and_the_reason(shown):
    html, tree = shown(tests, "ctrf.json", ctrf({"name": "a", "status": "passed"}, {"name": "b"})[:-6])
    assert names(tree) == ["a"]
    assert "could not be read whole" in html


@pytest.mark.parametrize("data", ["", "{}", "<a/>"])
def test_what_has_no_tests_says_so(shown, data):
    html, _ = shown(tests, "ctrf.json", data)
    assert "No tests" in html


def test_a_genuine_report_is_shown(shown):
    html, tree = shown(tests, "ctrf.json", GENUINE.read_bytes())
    assert names(tree) == ["test_runs", "test_sum_10"]
    assert "banner" not in html
