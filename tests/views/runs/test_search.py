"""Find across a run: the page, its parts, and where its hits lead."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse

from dashboard.domain.statuses import Outcome
from dashboard.services import run_search
from dashboard.views.runs import search
from tests import factories
from tests.pages import classed, parsed, resolved, text_of

pytestmark = pytest.mark.django_db

HTMX = {"hx-request": "true"}
HOSTILE = "<script>alert(1)</script>error"


@pytest.fixture
def run(tmp_path):
    return factories.make_run(factories.make_source(address=str(tmp_path)), external_id="nightly", n_trials=3)


@pytest.fixture
def trials(run, tmp_path):
    """Three that left a log each, the second of them passed."""
    made = []
    for outcome in (Outcome.FAILED, Outcome.PASSED, Outcome.FAILED):
        trial = factories.make_trial(run, outcome=outcome)
        folder = tmp_path / run.external_id / trial.external_id
        folder.mkdir(parents=True)
        (folder / "config.json").write_text("{}")
        (folder / "trial.log").write_text(f"starting\n{HOSTILE} in {trial.pk}\n")
        made.append(trial)
    return made


def url(run, query=""):
    return reverse("run-search", args=[run.pk]) + query


def shown(client, run, query="", **headers):
    response = client.get(url(run, query), **headers)
    assert response.status_code == 200
    resolved(response)
    return parsed(response)


def hits(page):
    return [link for each in classed(page, "hits", "ul") for link in each.iter("a") if classed(link, "excerpt", "span")]


def more_of(page):
    """The line that goes on, if there is more to search."""
    return next((each for each in page.iter("p") if each.get("id") == "more"), None)


def test_before_anything_is_asked_the_page_says_what_can_be(client, run):
    page = shown(client, run)
    assert "Words or a regular expression" in text_of(page)
    assert not classed(page, "hits", "ul")


def test_hits_stand_by_trial_marked_and_lead_to_their_line(client, run, trials):
    page = shown(client, run, "?find=ERROR")
    assert len(classed(page, "found", "section")) == 3
    assert [text_of(mark) for mark in page.iter("mark")] == ["error"] * 3
    address = urlsplit(hits(page)[0].get("href"))
    assert address.path in {reverse("trial-logs", args=[run.pk, trial.pk]) for trial in trials}
    assert parse_qs(address.query) == {"file": ["trial.log"], "line": ["2"]}
    assert address.fragment == "L2"
    assert client.get(hits(page)[0].get("href")).status_code == 200


def test_what_logs_hold_stays_text(client, run, trials):
    content = client.get(url(run, "?find=alert")).content.decode()
    assert "<script>alert" not in content
    assert "&lt;script&gt;" in content


def test_only_the_trials_of_a_filter_are_searched(client, run, trials):
    page = shown(client, run, "?find=error&q=outcome:failed")
    assert len(classed(page, "found", "section")) == 2
    assert "outcome:failed" in text_of(page)
    assert "2 trials searched" in text_of(page)


def test_nothing_found_is_said(client, run, trials):
    assert "Nothing found" in text_of(shown(client, run, "?find=nowhere"))


@pytest.mark.parametrize("query", ["?find=(&regex=1", "?find=" + "a" * 501])
def test_what_cannot_be_searched_for_is_told_beside_the_field(client, run, trials, query):
    page = shown(client, run, query)
    [field] = [each for each in page.iter("input") if each.get("name") == "find"]
    [error] = [each for each in page.iter("p") if each.get("id") == field.get("aria-describedby")]
    assert text_of(error)


def test_a_page_goes_on_by_itself_and_by_a_link(client, run, trials, monkeypatch):
    monkeypatch.setattr(run_search, "PER_PART", 1)
    page = shown(client, run, "?find=error")
    seen = [link.get("href") for link in hits(page)]
    while (more := more_of(page)) is not None:
        assert more.get("hx-trigger") == "load"
        [link] = more.iter("a")
        assert link.get("href") == more.get("hx-get")
        content = client.get(more.get("hx-get"), headers=HTMX).content.decode()
        assert "<html" not in content
        page = shown(client, run, "?" + urlsplit(link.get("href")).query)
        seen += [each.get("href") for each in hits(page)]
    assert len(set(seen)) == len(seen) == 3
    assert "3 shown" in text_of(page)


def test_with_many_hits_it_goes_on_only_when_it_is_told_to(client, run, trials, monkeypatch):
    monkeypatch.setattr(run_search, "PER_PART", 1)
    monkeypatch.setattr(search, "MOST", 1)
    more = more_of(shown(client, run, "?find=error"))
    assert more.get("hx-trigger") is None
    assert [text_of(link) for link in more.iter("a")] == ["Continue"]


def test_the_last_part_is_announced(client, run, trials):
    response = client.get(url(run, "?find=error"), headers=HTMX)
    assert "All searched: 3 shown." in response["HX-Trigger"]


def test_a_place_that_nobody_wrote_begins_at_the_beginning(client, run, trials):
    assert len(hits(shown(client, run, "?find=error&from=x&found=y"))) == 3


def test_each_kind_of_failure_leads_to_a_search_of_its_trials(client, mirrored):
    run = mirrored["scripted-failing"]
    page = parsed(client.get(reverse("run-failures", args=[run.pk])))
    links = [link.get("href") for link in page.iter("a") if link.get("href", "").startswith(url(run, "?q="))]
    assert links
    for link in links:
        assert client.get(f"{link}&find=error").status_code == 200
