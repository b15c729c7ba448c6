"""Errors only on a log's page."""

import re

import pytest

from dashboard.readers.logs import stretches
from dashboard.views.viewers import logs
from dashboard.views.viewers.logs import error_lines
from tests.views.viewers.logs.made_logs import made_log, numbered
from tests.views.viewers.made_subjects import part, shown, words


@pytest.fixture
def slow(monkeypatch):
    """One stretch of a file is looked through at a time."""
    monkeypatch.setattr(stretches, "STRETCH", 4096)
    monkeypatch.setattr(error_lines, "SECONDS", 0)
    monkeypatch.setattr(error_lines, "PART_SECONDS", 0)


def on_from(html: str) -> dict[str, str]:
    """Where the page asks by itself for more."""
    asks = re.search(r'hx-get="([^"]*part=chunk[^"]*)" hx-trigger="load', html)
    return dict(re.findall(r"(at|hit|errors)=(\d+)", asks[1])) if asks else {}


def text(html: str) -> str:
    return words(html).replace("\xa0", " ")


@pytest.mark.usefixtures("slow")
def test_looking_goes_on_by_itself_and_says_how_far_it_is_until_there_is_none():
    subject = made_log(numbered(600))
    html = shown(logs, subject, errors=1)
    assert "0 lines of errors so far, 41 % looked through" in text(html)
    assert "Look further6.0 kB not looked through yet" in text(html)
    seen = []
    while place := on_from(html):
        html = part(logs, subject, "chunk", **place).content.decode()
        seen.append(text(html))
    assert "81 % looked through" in seen[0]
    assert seen[-1].count("No line tells of an error.") == 2
    assert '<hx-partial hx-target="[data-log-errors]"' in html


@pytest.mark.usefixtures("slow")
def test_those_found_before_are_counted():
    subject = made_log("ERROR a\n" + numbered(400) + "ERROR b\n")
    html = shown(logs, subject, errors=1)
    assert "1 line of errors so far" in text(html)
    while place := on_from(html):
        html = part(logs, subject, "chunk", **place).content.decode()
    assert "2 lines of errors" in text(html)
    assert "so far" not in html


def test_a_page_full_of_them_waits_for_a_person_to_go_on(monkeypatch):
    monkeypatch.setattr(error_lines, "MOST", 3)
    html = shown(logs, made_log("ERROR a\n" * 5), errors=1)
    assert on_from(html) == {}
    assert 'data-edge="later"' in html
    assert "hit=3" in html


def test_that_there_are_none_is_said_in_place_of_the_lines():
    assert '<p class="log-none">No line tells of an error.</p>' in shown(logs, made_log("a\n"), errors=1)
    assert "log-none" not in shown(logs, made_log("a\n"))
