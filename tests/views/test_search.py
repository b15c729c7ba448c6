"""The search box: one thing found is opened, more are listed by kind, none says so."""

from datetime import timedelta

import pytest

from dashboard.models import Run, Trial
from dashboard.services.sync import cadence
from dashboard.sources import registry
from tests import factories
from tests.contract.memory import KIND, MemorySource, World, trial
from tests.pages import classed, parsed, resolved, text_of

pytestmark = pytest.mark.django_db


def leads_to(client, text):
    return client.get("/search/", {"q": text}).headers.get("Location")


def found(client, text):
    """Links by section; the first of each is that to the whole list."""
    page = parsed(client.get("/search/", {"q": text}))
    return {
        section.get("aria-label"): [(text_of(link), link.get("href")) for link in section.iter("a")]
        for section in classed(page, "section", "section")
    }


def boxes(response):
    return [tag.get("value") for tag in parsed(response).iter("input") if tag.get("data-search") is not None]


@pytest.fixture
def run():
    return factories.make_run(name="nightly static")


@pytest.fixture
def task(run):
    task = factories.make_task("terminal-bench/build-static-binary", "terminal-bench")
    factories.make_trial(run, task, has_error=True, error_type="VerifierTimeoutError")
    return task


@pytest.mark.parametrize("text", ["build-static-binary", "terminal-bench/build-static-binary", " build-static-binary "])
def test_a_tasks_name_leads_to_it(client, task, text):
    assert leads_to(client, text) == f"/tasks/{task.pk}/"


def test_a_name_of_several_tasks_shows_them(client, run, task):
    other = factories.make_task("mine/build-static-binary")
    factories.make_trial(run, other)
    assert found(client, "build-static-binary") == {
        "Tasks": [
            ("2 tasks in the list", "/tasks/?q=build-static-binary"),
            ("mine/build-static-binary", f"/tasks/{other.pk}/"),
            ("build-static-binary", f"/tasks/{task.pk}/"),
        ]
    }


def test_tasks_that_look_alike_have_their_whole_names(client, run):
    for name in ("terminal-bench/untangle", "untangle"):
        factories.make_trial(run, factories.make_task(name, "terminal-bench"))
    labels = [label for label, _ in found(client, "untang")["Tasks"]]
    assert sorted(labels[1:]) == ["terminal-bench/untangle", "untangle"]


def test_what_tells_an_attempt_from_others_leads_to_it(client, run, task):
    trial = factories.make_trial(run, task, external_id="build-static__8sbZxiC")
    assert leads_to(client, "8sbZxiC") == f"/runs/{run.pk}/trials/{trial.pk}/"
    assert leads_to(client, "bZxiC") is None


def test_of_attempts_that_are_told_by_the_same_all_are_shown(client, run, task):
    other = factories.make_run(name="weekly")
    for each in (run, other):
        factories.make_trial(each, task, external_id="build-static__8sbZxiC")
    assert [label for label, _ in found(client, "8sbZxiC")["Trials"]] == [
        "build-static-binary · build-static__8sbZxiC"
    ] * 2


def test_an_exception_leads_to_the_runs_that_raised_it(client, task):
    assert leads_to(client, "VerifierTimeoutError") == "/runs/?q=error%3AVerifierTimeoutError"


def test_part_of_an_exceptions_name_finds_all_that_hold_it_the_very_one_first(client, run, task):
    for _ in range(2):
        factories.make_trial(run, task, error_type="AgentTimeoutError")
    factories.make_trial(run, task, error_type="TimeoutError")
    assert found(client, "timeouterror") == {
        "Trials that raised": [
            ("Runs with 3 exceptions", "/runs/?q=error%3A%2Atimeouterror%2A"),
            ("TimeoutError", "/runs/?q=error%3ATimeoutError"),
            ("AgentTimeoutError", "/runs/?q=error%3AAgentTimeoutError"),
            ("VerifierTimeoutError", "/runs/?q=error%3AVerifierTimeoutError"),
        ]
    }


def test_links_of_the_results_find_what_they_say(client, run, task):
    factories.make_trial(run, task, error_type='odd, "one" * (\x1b')
    factories.make_trial(run, task, error_type="odd")
    for links in found(client, "odd").values():
        for _, href in links:
            assert f'id="run-{run.pk}"' in resolved(client.get(href))


def test_runs_tasks_and_exceptions_stand_side_by_side(client, run, task):
    factories.make_trial(run, task, error_type="StaticError")
    assert {title: len(links) for title, links in found(client, "static").items()} == {
        "Runs": 2,
        "Tasks": 2,
        "Trials that raised": 2,
    }
    page = client.get("/search/?q=static")
    assert "nightly static" in resolved(page)


def test_many_are_counted_and_the_first_ten_shown(client, run):
    for number in range(12):
        factories.make_trial(run, factories.make_task(f"fix-{number:02}"))
    [links] = found(client, "fix").values()
    assert links[0] == ("12 tasks in the list", "/tasks/?q=fix")
    assert [label for label, _ in links[1:]] == [f"fix-{number:02}" for number in range(10)]


def test_a_single_thing_found_is_opened(client, run, task):
    assert leads_to(client, "static-bin") == f"/tasks/{task.pk}/"
    assert leads_to(client, "nightly") == f"/runs/{run.pk}/"


def test_words_that_only_runs_have_filter_the_list(client, run):
    factories.make_run(name="nightly two")
    assert leads_to(client, "nightly") == "/runs/?q=nightly"


def test_all_words_must_be_there(client, task, run):
    factories.make_trial(run, factories.make_task("build-other"))
    assert leads_to(client, "binary build") == f"/tasks/{task.pk}/"


@pytest.mark.parametrize("text", ["no such thing", "zz\x00qq", "\udc80", "<b>", "x" * 3_000])
def test_nothing_found_says_so(client, task, text):
    response = client.get("/search/", {"q": text.encode(errors="replace").decode()})
    assert "Nothing found" in resolved(response)


def test_what_was_searched_for_stays_in_the_box_there_and_nowhere_else(client, task):
    assert boxes(client.get("/search/?q=no+such+thing")) == ["no such thing"]
    assert boxes(client.get("/runs/?q=status:failed")) == [None]
    assert boxes(client.get("/tasks/?q=build")) == [None]


def test_a_task_without_trials_is_not_found(client):
    factories.make_task("lonely")
    assert leads_to(client, "lonely") is None


def test_how_often_the_database_is_asked(client, run, task, django_assert_num_queries):
    for number in range(12):
        factories.make_trial(run, factories.make_task(f"static-{number:02}"), error_type=f"Static{number}")
    factories.make_report(run, template=factories.make_report_template("Static", run.source))
    with django_assert_num_queries(15):
        client.get("/search/?q=static")


@pytest.mark.parametrize("path", ["/search/", "/runs/"])
def test_an_address_leads_to_a_run_only_at_the_host_one_is_at(client, run, path):
    ours = client.get(path, {"q": f"http://testserver/runs/{run.pk}/"})
    assert ours.headers.get("Location") == f"/runs/{run.pk}/"
    theirs = client.get(path, {"q": f"http://elsewhere.example/runs/{run.pk}/"})
    assert theirs.headers.get("Location") != f"/runs/{run.pk}/"


class TestIdsThatAreNotMirrored:
    """The sources are asked, and the page says which were, and which could not be."""

    @pytest.fixture
    def world(self, monkeypatch):
        monkeypatch.setitem(registry.SOURCES, KIND, MemorySource)
        monkeypatch.setitem(cadence.CADENCES, KIND, cadence.Cadence(listing=timedelta(seconds=2)))
        monkeypatch.setitem(MemorySource.worlds, "world", World())
        factories.make_source("World", kind=KIND, address="world")
        return MemorySource.worlds["world"]

    def test_one_that_a_source_has_is_opened(self, client, world):
        world.put("id-7", trial("t-1"))
        assert leads_to(client, "id-7") == f"/runs/{Run.objects.get().pk}/"
        assert leads_to(client, "/id-7/trials/t-1") == f"/runs/{Run.objects.get().pk}/trials/{Trial.objects.get().pk}/"

    def test_an_address_in_the_lists_box_opens_it_too(self, client, world):
        world.put("id-7")
        response = client.get("/runs/", {"q": "https://runs.example/id-7"})
        assert response.headers["Location"] == f"/runs/{Run.objects.get().pk}/"

    @pytest.mark.parametrize("text", ["id-7", "https://runs.example/id-7"])
    def test_the_page_says_who_was_asked_and_who_could_not_be(self, client, world, text):
        factories.make_source("Other", kind=KIND, address="nowhere")
        page = text_of(parsed(client.get("/search/", {"q": text})).find(".//main"))
        assert "OtherThere is no such world. Do not have itWorld" in page

    def test_what_words_find_is_shown_without_asking(self, client, world):
        for name in ("before id-7", "after id-7"):
            factories.make_run(name=name)
        assert leads_to(client, "id-7") == "/runs/?q=id-7"
        assert world.read == []

    def test_words_that_are_no_id_find_nothing_as_ever(self, client, world):
        page = text_of(parsed(client.get("/search/", {"q": "nothing"})).find(".//main"))
        assert "No run, pipeline, test, report, task or exception has this in its name." in page
        assert "asked" not in page


def test_the_beginning_of_several_ids_lists_them_without_asking(client):
    source = factories.make_source("Docks", kind="docks", address="http://127.0.0.1:9", tenant="t")
    uids = [f"e5945184-{number}" for number in range(2)]
    runs = [factories.make_run(source, external_id=f"eval/{uid}", uid=uid, name="nightly") for uid in uids]
    trial = factories.make_trial(runs[0], factories.make_task(), external_id="e5945184-9", uid="e5945184-9")
    shown = found(client, "docks runs get e5945184")
    assert shown["Runs"][1:] == [(f"nightly · {run.uid}", f"/runs/{run.pk}/") for run in runs]
    assert shown["Trials"] == [("fix-bug · e5945184-9", f"/runs/{runs[0].pk}/trials/{trial.pk}/")]
    assert leads_to(client, "docks runs get e5945184-1") == f"/runs/{runs[1].pk}/"
