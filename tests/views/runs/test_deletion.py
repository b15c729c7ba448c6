"""Deleting a run of a test from its page, and many from the list."""

import pytest
from django.urls import reverse

from dashboard.domain.statuses import RunStatus
from dashboard.models import Run
from tests import factories
from tests.contract.memory import START
from tests.fixtures.databases import shared_database
from tests.pages import parsed, text_of
from tests.services.conftest import tests_source, tests_world

__all__ = ["shared_database", "tests_source", "tests_world"]

pytestmark = [pytest.mark.usefixtures("shared_database"), pytest.mark.django_db(transaction=True)]

BATCH = "/runs/batch/"


@pytest.fixture
def put(tests_source, tests_world, person):
    """A run of a test, in the world and in the mirror; made by the reader unless said otherwise."""
    person.email = "ada@example.com"
    person.save()

    def run(status=RunStatus.FAILED, **fields):
        external_id = tests_world.put_test(factories.an_id(), status=status, started_at=START)
        test = factories.make_pipeline_test(f"test {external_id}", source=tests_source)
        return factories.make_test_run(test, external_id=external_id, status=status, **fields)

    return run


def form_of(response, action):
    [form] = [form for form in parsed(response).iter("form") if form.get("action") == action]
    data = {}
    for field in form.iter("input"):
        if field.get("type") != "checkbox":
            data.setdefault(field.get("name"), []).append(field.get("value"))
    return data


def ticks(response):
    main = next(parsed(response).iter("main"))
    return [box.get("name") for box in main.iter("input") if box.get("type") == "checkbox"]


def url_of(run):
    return reverse("run-delete", args=[run.pk])


def text(response):
    return text_of(next(parsed(response).iter("main")))


class TestOne:
    def test_the_question_says_what_goes_and_what_stays(self, client, put):
        shown = client.get(url_of(put()))
        assert "Its source forgets the run with its results, errors and places in run groups." in text(shown)
        assert "Quayside keeps its own copy, marked as gone." in text(shown)
        assert ticks(shown) == []

    def test_it_is_deleted_once_and_kept_as_gone(self, client, put, tests_world):
        run = put()
        form = form_of(client.get(url_of(run)), url_of(run))
        answer = client.post(url_of(run), form)
        assert answer["Location"] == reverse("run-detail", args=[run.pk])
        assert tests_world.actions == [("delete_run", run.external_id)]
        page = text(client.get(answer["Location"]))
        assert f"{run.name} was deleted. What Quayside has of it stays, marked as gone." in page
        assert "No longer at its source" in page
        client.post(url_of(run), form)
        assert len(tests_world.actions) == 1

    def test_another_persons_run_asks_once_more(self, client, put, tests_world):
        run = put(created_by="adora@example.com")
        shown = client.get(url_of(run))
        assert "Delete it though it is adora@example.com’s" in text(shown)
        assert ticks(shown) == ["though"]
        form = form_of(shown, url_of(run))
        refused = client.post(url_of(run), form)
        assert refused.status_code == 422
        assert "It is adora@example.com’s. Please tick that you mean it all the same." in text(refused)
        assert tests_world.actions == []
        assert client.post(url_of(run), form | {"though": "1"}).status_code == 302
        assert Run.objects.get(pk=run.pk).is_gone

    def test_the_dialog_asks_the_same(self, client, put):
        run = put(created_by="adora@example.com")
        shown = client.get(url_of(run), headers={"hx-request": "true"}).content.decode()
        assert 'name="though" value="1" required form="confirm-action-form"' in shown

    def test_one_that_did_not_fail_says_why_not(self, client, put):
        run = put(RunStatus.COMPLETED)
        assert "Tests deletes only runs that failed." in text(client.get(url_of(run)))
        page = client.get(reverse("run-detail", args=[run.pk]))
        assert 'aria-disabled="true" aria-describedby="why-no-action">Delete run' in page.content.decode()
        assert "Tests deletes only runs that failed." in text(page)


class TestMany:
    def ask(self, client, *runs):
        return client.get(BATCH, {"verb": "delete", "run": [run.pk for run in runs]})

    def test_the_list_offers_it(self, client, put):
        put()
        assert '<button class="button button-danger button-small" name="verb" value="delete">Delete</button>' in (
            client.get("/runs/").content.decode()
        )

    def test_those_that_cannot_be_deleted_stand_apart(self, client, put):
        shown = text(self.ask(client, put(name="bad"), put(RunStatus.COMPLETED, name="good")))
        assert "Delete 1 run?" in shown
        assert "1 run will stay as it is" in shown
        assert "Tests deletes only runs that failed." in shown

    def test_each_is_deleted_and_told_row_by_row(self, client, put, tests_world):
        one, two = put(), put()
        tests_world.runs.pop(two.external_id)
        answer = client.post(BATCH, form_of(self.ask(client, one, two), BATCH))
        shown = text(client.get(answer["Location"]))
        assert "1 done, 1 was gone before" in shown
        assert set(Run.objects.filter(is_gone=True)) == {one, two}

    def test_other_peoples_runs_are_asked_for_once_more(self, client, put, tests_world):
        own, other = put(), put(created_by="adora@example.com")
        shown = self.ask(client, own, other)
        assert "Delete them though 1 run of these is of adora@example.com" in text(shown)
        form = form_of(shown, BATCH)
        refused = client.post(BATCH, form)
        assert refused.status_code == 422
        assert "Some of these runs are other people’s." in text(refused)
        assert tests_world.actions == []
        assert client.post(BATCH, form | {"though": "1"}).status_code == 302
        assert len(tests_world.actions) == 2

    def test_of_many_people_a_few_are_named(self, client, put):
        runs = [put(created_by=f"p{number}@example.com") for number in range(5)]
        assert "5 runs of these are of p0@example.com, p1@example.com, p2@example.com and others" in text(
            self.ask(client, *runs)
        )

    def test_what_was_refused_can_be_tried_again(self, client, put, tests_world):
        run = put()
        form = form_of(self.ask(client, run), BATCH)
        tests_world.change(run.external_id, status=RunStatus.RUNNING)
        shown = client.get(client.post(BATCH, form)["Location"])
        assert "1 refused" in text(shown)
        assert f'href="{BATCH}?verb=delete&amp;run={run.pk}"' in shown.content.decode()

    def test_a_form_without_its_ticket_is_asked_again(self, client, put):
        run = put()
        form = form_of(self.ask(client, run), BATCH)
        answer = client.post(BATCH, form | {"ticket": ""})
        assert answer["Location"] == f"{BATCH}?verb=delete&run={run.pk}"
