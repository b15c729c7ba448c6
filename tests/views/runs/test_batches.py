"""Selecting runs in the list, and ending or exporting many at once."""

import csv
import io
import json

import pytest
from django.test import Client
from django.urls import reverse

from dashboard.domain.errors import Denied, Unreachable
from dashboard.domain.statuses import RunKind, RunStatus
from dashboard.models import Run
from dashboard.services import batches, tickets
from tests import factories
from tests.fixtures.databases import shared_database
from tests.pages import classed, parsed, resolved, text_of
from tests.services.conftest import clock, look, memory_kind, source, world

__all__ = ["clock", "look", "memory_kind", "shared_database", "source", "world"]

pytestmark = [pytest.mark.usefixtures("shared_database"), pytest.mark.django_db(transaction=True)]

URL = "/runs/batch/"
HTMX = {"hx-request": "true"}


@pytest.fixture
def runs(world, look):
    """Two that run, one sandbox, one that has ended; by name."""
    world.put("one", status=RunStatus.RUNNING, planned_trials=4)
    world.put("two", status=RunStatus.RUNNING)
    world.put("box", status=RunStatus.RUNNING, kind=RunKind.SANDBOX)
    world.put("old", status=RunStatus.COMPLETED)
    look()
    return {run.name: run for run in Run.objects.all()}


def form_of(response):
    """What the page's form would send."""
    [form] = [form for form in parsed(response).iter("form") if form.get("action") == URL]
    data = {}
    for field in form.iter("input"):
        data.setdefault(field.get("name"), []).append(field.get("value"))
    return data


def end(client, runs):
    """Confirm and send for these; the page of results, and its address."""
    response = client.post(URL, form_of(client.get(URL, {"run": [run.pk for run in runs]})))
    assert response.status_code == 302
    return client.get(response["Location"]), response["Location"]


def table(response, number=0):
    rows = [[text_of(cell) for cell in row if cell.tag in {"th", "td"}] for row in tables(response)[number].iter("tr")]
    return rows[1:]


def tables(response):
    return list(parsed(response).iter("table"))


class TestSelection:
    def test_each_row_has_a_box_of_the_selections_form(self, client, runs):
        page = parsed(client.get("/runs/"))
        boxes = [box for box in page.iter("input") if box.get("data-select") is not None]
        assert {(box.get("value"), box.get("aria-label")) for box in boxes} == {
            (str(run.pk), f"Select {run.name}") for run in runs.values()
        }
        assert {box.get("form") for box in boxes} == {"selection"}
        [bar] = classed(page, "selection", "form")
        assert (bar.get("id"), bar.get("action"), bar.get("method")) == ("selection", URL, "get")

    def test_the_bar_carries_filter_and_order(self, client, runs):
        [bar] = classed(parsed(client.get("/runs/?q=status:running&sort=-cost&columns=name,cost")), "selection", "form")
        hidden = {field.get("name"): field.get("value") for field in bar.iter("input") if field.get("type") == "hidden"}
        assert hidden == {"q": "status:running", "sort": "-cost", "columns": "name,cost"}
        assert "all 3 runs that match" in text_of(bar)

    def test_the_bar_offers_what_the_lists_sources_can_do(self, client, db):
        def words(query=""):
            [bar] = classed(parsed(client.get(f"/runs/{query}")), "selection", "form")
            return [text_of(button) for button in bar.iter("button")]

        source = factories.make_run().source
        assert words() == ["Stop or cancel", "Label", "Create report", "CSV", "JSON", "Clear"]
        carrot = factories.make_test_run().source
        assert "Delete" in words()
        assert "Delete" in words(f"?q=source:{carrot.name}")
        assert "Delete" not in words(f"?q=source:{source.name}")

    def test_a_live_row_keeps_its_box_out_of_the_swap(self, client, runs):
        rows = [
            cell
            for cell in classed(parsed(client.get("/runs/")), "select", "td")
            if cell.get("hx-morph-skip") is not None
        ]
        assert len(rows) == 4

    def test_other_lists_have_none(self, client, runs):
        run = factories.make_run()
        factories.make_trials(run, 3)
        for address in (f"/runs/{run.pk}/trials/", "/tasks/"):
            assert "data-select" not in client.get(address).content.decode()

    def test_names_are_text(self, client, db):
        factories.make_run(name='"><b>x')
        assert '"><b>x' not in client.get("/runs/").content.decode()


class TestAsking:
    def test_lists_what_will_happen_to_which(self, client, runs):
        response = client.get(URL, {"run": [runs["one"].pk, runs["box"].pk, runs["old"].pk]})
        resolved(response)
        assert text_of(next(parsed(response).iter("h1"))) == "Stop or cancel 2 runs?"
        doable, others = table(response, 0), table(response, 1)
        assert {(row[0].split()[0], row[3]) for row in doable} == {
            ("one", "4 waiting trials end; what finished stays."),
            ("box", "Its machine ends, and with it what has not finished; what finished stays."),
        }
        assert [(row[0], row[3]) for row in others] == [("old", "It finished at 13:00 UTC.")]

    def test_all_that_match_are_pinned_by_their_ids(self, client, runs):
        response = client.get(URL, {"all": "1", "q": "status:running", "run": runs["old"].pk})
        assert set(form_of(response)["run"]) == {str(runs[name].pk) for name in ("one", "two", "box")}

    def test_more_than_one_batch_takes_is_said(self, client, runs, monkeypatch):
        monkeypatch.setattr(batches, "MOST", 3)
        response = client.get(URL, {"all": "1"})
        assert "1 run more match" in resolved(response)
        assert len(form_of(response)["run"]) == 3

    def test_none_that_can_be_ended_is_said(self, client, runs):
        page = resolved(client.get(URL, {"run": runs["old"].pk, "q": "old"}))
        assert "None of these runs can be stopped or cancelled." in page
        assert 'href="/runs/?q=old"' in page
        assert "ticket" not in page

    @pytest.mark.parametrize("query", ["", "?run=", "?run=x", "?run=987654", f"?run={'9' * 30}"])
    def test_nothing_selected_is_said(self, client, runs, query):
        assert "No run is selected" in resolved(client.get(URL + query))

    def test_changes_nothing(self, client, runs, world):
        client.get(URL, {"all": "1"})
        assert world.actions == []


class TestSending:
    def test_ends_each_and_tells_row_by_row(self, client, runs, world):
        response, _ = end(client, [runs["one"], runs["box"]])
        assert sorted(world.actions) == [("cancel_run", "one"), ("stop_run", "box")]
        page = resolved(response)
        assert "2 done" in page
        assert {(row[0].split()[0], row[1], row[2]) for row in table(response)} == {
            ("one", "Done", "Cancelled"), ("box", "Done", "Cancelled")
        }  # fmt: skip
        assert reverse("run-detail", args=[runs["one"].pk]) in page
        assert "data-live" not in page.partition("<main")[2]

    def test_some_may_fail(self, client, runs, world):
        world.failures["one"] = Denied("Not yours.", detail="owner <only>")
        response, _ = end(client, [runs["one"], runs["two"]])
        page = resolved(response)
        assert "1 done, 1 refused" in page
        assert "<q>owner &lt;only&gt;</q>" in page
        again = next(a.get("href") for a in parsed(response).iter("a") if text_of(a) == "Try the rest again")
        assert again == f"{URL}?run={runs['one'].pk}"

    def test_an_unknown_outcome_is_told_as_soon_as_it_is_known(self, client, runs, world, look):
        world.lost_answers["cancel_run"] = Unreachable("No answer.", code="timeout")
        response, address = end(client, [runs["one"]])
        page = resolved(response)
        assert "1 not known yet" in page
        assert f'hx-get="{address}"' in page
        Run.objects.update(next_sync_at=None)
        look()
        later = client.get(address, headers=HTMX)
        assert "since then: It was cancelled at 13:00 UTC." in resolved(later)
        assert "data-live" not in later.content.decode()

    def test_the_same_form_again_leads_to_the_same_results(self, client, runs, world):
        form = form_of(client.get(URL, {"run": runs["one"].pk}))
        first, again = client.post(URL, form), client.post(URL, form)
        assert first["Location"] == again["Location"]
        assert len(world.actions) == 1

    def test_a_form_without_its_ticket_is_asked_again(self, client, runs, world):
        form = form_of(client.get(URL, {"run": runs["one"].pk})) | {"ticket": "no good"}
        assert client.post(URL, form)["Location"] == f"{URL}?run={runs['one'].pk}"
        assert world.actions == []

    def test_runs_that_ended_meanwhile_are_told(self, client, runs, world):
        form = form_of(client.get(URL, {"run": runs["one"].pk}))
        Run.objects.filter(pk=runs["one"].pk).update(status=RunStatus.FAILED)
        response = client.get(client.post(URL, form)["Location"])
        assert "1 had ended before" in resolved(response)
        assert world.actions == []


class TestResults:
    def test_belong_to_whoever_sent_the_form(self, client, runs):
        _, address = end(client, [runs["one"]])
        other = Client()
        other.force_login(factories.make_person("grace"))
        assert other.get(address).status_code == 404
        assert client.get(address).status_code == 200

    def test_that_are_under_way_are_waited_for(self, client, runs, person):
        ticket = tickets.new()
        tickets.claim(person, ticket, now=factories.NOW.replace(year=2100))
        page = resolved(client.get(reverse("run-batch-result", args=[ticket])))
        assert "Still under way." in page
        assert "data-live" in page

    @pytest.mark.parametrize("ticket", ["unknown", "no%20good"])
    def test_that_nobody_has_are_a_404(self, client, ticket):
        assert client.get(f"{URL}{ticket}/").status_code == 404

    def test_of_a_batch_without_runs_say_so(self, client, runs):
        form = form_of(client.get(URL, {"run": runs["one"].pk})) | {"run": ["987654"]}
        assert "No run was left." in resolved(client.get(client.post(URL, form)["Location"]))


class TestExport:
    def names(self, client, kind="json", **query):
        response = client.get(f"/runs/export.{kind}", query)
        text = b"".join(response.streaming_content).decode()
        rows = json.loads(text) if kind == "json" else list(csv.DictReader(io.StringIO(text)))
        return [row["name"] for row in rows], rows

    @pytest.mark.parametrize("kind", ["json", "csv"])
    def test_of_the_ticked_runs_in_the_lists_order(self, client, runs, kind):
        ticked = [runs["two"].pk, runs["one"].pk, runs["old"].pk]
        names, rows = self.names(client, kind, run=ticked, q="status:running", sort="name")
        assert names == ["old", "one", "two"]
        assert {"id", "external_id", "source", "status", "raw_status"} <= rows[0].keys()

    def test_of_all_that_match(self, client, runs):
        assert self.names(client, run=runs["old"].pk, all="1", q="status:running", sort="name")[0] == [
            "box",
            "one",
            "two",
        ]

    def test_holds_state_and_source_whatever_columns_are_shown(self, client, runs):
        _, [row] = self.names(client, run=runs["one"].pk, columns="name")
        assert (row["source"], row["status"], row["external_id"]) == ("World", "running", "one")
