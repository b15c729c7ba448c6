"""What a log's page shows."""

import re

import html5lib
import pytest

from dashboard.readers.logs import windows
from dashboard.views.viewers import choice, logs
from tests.views.viewers.logs.made_logs import made_log, numbered
from tests.views.viewers.made_subjects import shown, words


def numbers(html: str) -> list[int]:
    return [int(number) for number in re.findall(r'<li id="L(\d+)"', html)]


def href(html: str, text: str) -> str:
    links = re.findall(r'<a [^>]*?href="([^"]*)"[^>]*>(.*?)</a>', html, re.DOTALL)
    return next(url.replace("&amp;", "&") for url, inner in links if text in words(inner))


def test_a_short_log_is_there_whole_with_numbers_that_are_links():
    html = shown(logs, made_log("one\ntwo\n"))
    assert numbers(html) == [1, 2]
    assert '<li id="L2"><a href="/page/?q=x&amp;line=2#L2" tabindex="-1">2</a><span>two</span></li>' in html
    assert "2 lines, 8 B" in words(html)


def test_an_empty_log_says_so():
    assert "The file is empty" in words(shown(logs, made_log("")))


@pytest.mark.parametrize(
    ("outcome", "first", "is_at_end"),
    [("passed", 1, False), ("running", 201, True), ("failed", 131, False), ("errored", 131, False)],
)
def test_a_log_opens_where_its_reader_wants_to_begin(outcome, first, is_at_end):
    data = numbered(150) + "ERROR it went wrong\n" + numbered(149)
    html = shown(logs, made_log(data, outcome))
    assert numbers(html)[0] == first
    assert ("data-at-end" in html) is is_at_end
    assert ('id="here"' in html) is (first == 131)


@pytest.mark.parametrize(("status", "is_at_end"), [("running", True), ("completed", False), ("failed", True)])
def test_a_log_of_a_run_opens_by_its_status(status, is_at_end):
    html = shown(logs, made_log(numbered(300), "", status))
    assert (numbers(html)[-1] == 300) is is_at_end


def test_a_range_of_lines_is_marked_within_its_window():
    html = shown(logs, made_log(numbered(500)), line="300-302")
    assert numbers(html)[0] == 280
    assert re.findall(r'<li id="L(\d+)" class="is-marked">', html) == ["300", "301", "302"]
    assert '<li id="L300" class="is-marked"><i id="here"></i>' in html


def test_a_line_beyond_the_end_opens_the_end_and_says_so():
    html = shown(logs, made_log(numbered(5)), line=9)
    assert "There is no line 9: the file has 5 lines." in words(html)
    assert numbers(html) == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("line", ["x", "0", "-1", "9999999999999999", "1e5"])
def test_a_strange_line_number_is_told_and_shows_a_page(line):
    html = shown(logs, made_log(numbered(5)), line=line)
    assert numbers(html) == [1, 2, 3, 4, 5]
    assert "The address names no line" in words(html)


def test_a_range_may_be_named_from_its_end():
    html = shown(logs, made_log(numbered(5)), line="5-3")
    assert re.findall(r'<li id="L(\d+)" class="is-marked">', html) == ["3", "4", "5"]
    assert "names no line" not in words(html)


def test_links_lead_from_window_to_window_without_a_script():
    subject = made_log(numbered(250))
    html = shown(logs, subject, at="0")
    assert (numbers(html)[0], numbers(html)[-1]) == (1, 100)
    at = re.search(r"at=(\d+)", href(html, "Later lines"))
    html = shown(logs, subject, at=at[1])
    assert (numbers(html)[0], numbers(html)[-1]) == (101, 200)
    to = re.search(r"to=(\d+)", href(html, "Earlier lines"))
    assert numbers(shown(logs, subject, to=to[1]))[-1] == 100
    html = shown(logs, subject, at="end")
    assert (numbers(html)[-1], "Later lines" in html) == (250, False)


def test_a_line_cut_for_its_length_leads_to_its_rest():
    subject = made_log("first\n" + "0123456789" * 2000 + "\nlast\n")
    html = shown(logs, subject)
    assert "3.6 kB more of this line" in words(html)
    assert numbers(html) == [1, 2, 3]
    at = re.search(r"at=(\d+)", href(html, "more of this line"))
    rest = shown(logs, subject, at=at[1])
    assert words(rest).count("0123456789") == 361
    assert "<span>456789" in rest


def test_a_line_of_ten_megabytes_sends_little():
    html = shown(logs, made_log(b"first\n" + b"x" * 10_000_000 + b"\nlast\n"))
    assert len(html) < 40_000
    assert numbers(html + shown(logs, made_log(b"first\n" + b"x" * 10_000_000 + b"\nlast\n"), at="end")) == [1, 3]


def test_scripts_in_a_log_are_text():
    html = shown(logs, made_log('<script>alert(1)</script> <img src=x onerror="alert(1)">\n'), find="<script>")
    assert '<mark class="is-current">&lt;script&gt;</mark>alert(1)' in html


def test_colours_hold_on_from_before_the_window():
    data = "\x1b[31m" + "red\n" * 150
    assert '<span class="ansi-1">red</span>' in shown(logs, made_log(data), at=4 * 120 + 5)


def test_groups_are_folded_and_those_with_an_error_are_open():
    data = "::group::Install\na\n::endgroup::\n::group::Test\nValueError: no\n::endgroup::\nend\n"
    html = shown(logs, made_log(data))
    assert numbers(html) == [1, 2, 4, 5, 7]
    assert re.findall(r"<details( open)?><summary><span>(?:Install|Test)", html) == ["", " open"]


def test_times_can_be_shown_relative_to_the_beginning():
    data = "2026-10-01 08:00:00,000 INFO a\n2026-10-01 08:01:02,500 INFO b\n"
    html = shown(logs, made_log(data), show="relative")
    assert '<time data-apart="+1:02.5">2026-10-01 08:01:02,500 </time>INFO b' in html
    assert 'data-stamps="relative"' in html


def test_errors_only_shows_their_lines_with_their_numbers():
    html = shown(logs, made_log("a\nERROR x\nb\nc\nValueError: y\n"), errors=1)
    assert numbers(html) == [2, 5]
    assert "2 lines of errors" in words(html)
    assert "/page/?q=x&amp;line=5#L5" in html


def test_errors_only_says_that_there_are_none():
    assert "No line tells of an error." in words(shown(logs, made_log("a\n"), errors=1))


def test_a_text_in_utf_16_is_decoded_and_that_is_told():
    html = shown(logs, made_log("héllo\nwörld\n".encode("utf-16")))
    assert "UTF-16-LE" in html
    assert "wörld" in words(html)


def test_the_page_of_a_log_that_grows_asks_for_more():
    html = shown(logs, made_log("one\nhalf", "running"))
    assert re.search(
        r'class="log-tail" data-start="4" data-live="2" hx-get="/page/\?q=x&amp;part=new&amp;at=4&amp;v=8-', html
    )
    assert numbers(html) == [1, 2]
    assert "hx-trigger" not in shown(logs, made_log("one\nhalf", "passed"))


def test_how_lines_look_is_kept_in_links():
    html = shown(logs, made_log(numbered(300)), wrap="0", show="none", as_="text")
    assert "log-pane is-wrapped" not in html
    for name in ("wrap=0", "show=none", "as=text"):
        assert name in href(html, "Later lines")
        assert name in href(html, "Errors only")


def test_that_lines_wrap_is_a_switch_and_lines_that_run_on_are_moved_along_by_arrows():
    wrapped = shown(logs, made_log("a\n"), line=1)
    assert re.search(r'name="line" value="1">.*<button[^>]* name="wrap" value="0" aria-pressed="true"', wrapped)
    assert " data-arrows" not in wrapped
    run_on = shown(logs, made_log("a\n"), wrap="0")
    assert 'name="wrap" value="1" aria-pressed="false"' in run_on
    assert 'tabindex="0" data-arrows role="region"' in run_on


def test_errors_only_says_that_it_does_not_search():
    html = shown(logs, made_log("ERROR a\n"), errors=1, find="b")
    assert "Errors only shows every line of an error, whatever is searched for." in words(html)
    assert href(html, "Find it in all lines") == "/page/?q=x&find=b"
    assert "whatever is searched for" not in shown(logs, made_log("ERROR a\n"), errors=1)


def test_a_window_far_into_a_file_is_shown_before_its_lines_are_counted(monkeypatch):
    monkeypatch.setattr("dashboard.views.viewers.logs.chunks.NUMBER_SECONDS", 0)
    data = b"0123456789abcde\n" * 200_000
    html = shown(logs, made_log(data), at="end")
    assert "counting lines, 0 % done" in words(html).replace("\xa0", " ")
    assert 'data-nth="0"' in html
    assert 'hx-get="/page/?q=x&amp;part=numbers&amp;at=' in html


def test_a_page_of_a_thousand_lines_has_fewer_than_five_thousand_elements(monkeypatch):
    monkeypatch.setattr(windows, "MOST_LINES", 1000)
    data = "".join(f"2026-10-01 08:00:00,000 INFO line {number}\n" for number in range(3000))
    html = shown(logs, made_log(data))
    assert len(numbers(html)) == 1000
    assert sum(1 for _ in html5lib.parseFragment(html).iter()) < 5000


def test_no_more_than_a_window_is_rendered():
    html = shown(logs, made_log(numbered(50_000)))
    assert len(numbers(html)) == windows.MOST_LINES


def test_a_text_in_utf_16_is_chosen_to_be_a_log_and_is_legible(rf):
    subject = made_log("Grüße 日本\r\nPASS".encode("utf-16"))
    assert choice.viewer_of(rf.get("/"), subject) is logs
    html = shown(logs, subject)
    assert numbers(html) == [1, 2]
    assert "Grüße 日本" in words(html)
    assert "\0" not in html
