"""The form for new runs, in place of ``docks datasets list``, ``get`` and ``tasks``."""

from urllib.parse import urlencode

import pytest

from tests.pages import text_of
from tests.parity.reading import ids_of, rows_of
from tests.parity.rows import proves

pytestmark = [pytest.mark.django_db, pytest.mark.enable_socket]


@pytest.fixture
def form(docks):
    """The address of the form."""
    return f"/runs/new/?source={docks.source.pk}"


def offered(page):
    """Addresses and names of the data sets."""
    [field] = [each for each in page.iter("select") if each.get("name") == "dataset"]
    return {each.get("value"): text_of(each) for each in field.iter("option") if each.get("value")}


def tasks_of(browser, form, dataset):
    """What the form says of each task of a data set, by slug."""
    page = browser.open(f"{form}&{urlencode({'dataset': dataset['uri']})}")
    labels = [each for each in page.iter("label") if each.find("input[@name='tasks']") is not None]
    return {each.find("input").get("value"): text_of(each) for each in labels}


@proves("docks datasets list")
def test_data_sets(docks, browser, form):
    found = docks.ask("/datasets")
    assert offered(browser.open(form)) == {each["uri"]: f"{each['name']} {each['version']}" for each in found} != {}


@proves("docks datasets get DATASET_ID")
def test_a_data_set(docks, browser, form):
    for each in docks.ask("/datasets"):
        found = docks.ask(f"/datasets/{each['id']}")
        assert offered(browser.open(form))[found["uri"]] == f"{found['name']} {found['version']}"
        runs = ids_of(rows_of(browser.open(f"/runs/?q=dataset:{found['name']}")))
        assert runs == {run["id"] for run in docks.evaluations if run["dataset_uri"] == found["uri"]} != set()


@proves("docks datasets tasks DATASET_ID", "docks datasets tasks DATASET_ID --limit N")
def test_tasks_of_a_data_set(docks, browser, form):
    for dataset in docks.ask("/datasets"):
        tasks = docks.ask(f"/datasets/{dataset['id']}/tasks")
        shown = tasks_of(browser, form, dataset)
        assert list(shown) == [task["slug"] for task in tasks]
        for task in tasks:
            assert task["title"] in shown[task["slug"]]
            assert task["difficulty"] in shown[task["slug"]]
        tried = {
            trial["task_slug"]
            for run in docks.evaluations
            if run["dataset_uri"] == dataset["uri"]
            for trial in docks.trials(run)
        }
        rows = rows_of(browser.open(f"/tasks/?q=dataset:{dataset['name']}"), "task")
        assert len(rows) == len(tried)
        assert all(any(slug in row for row in rows.values()) for slug in tried)


@proves("docks datasets tasks DATASET_ID --difficulty WORD")
def test_tasks_of_a_difficulty_can_be_found(docks, browser, form):
    dataset = docks.ask("/datasets")[0]
    page = browser.open(f"{form}&{urlencode({'dataset': dataset['uri']})}")
    [box] = [each for each in page.iter("input") if each.get("data-narrow")]
    [ticks] = [each for each in page.iter("ul") if each.get("id") == box.get("data-narrow")]
    tasks = docks.ask(f"/datasets/{dataset['id']}/tasks")
    hard = [task["slug"] for task in tasks if task["difficulty"] == "hard"]
    found = [each for each in ticks.iter("li") if "hard" in text_of(each).split()]
    assert [each.find(".//input").get("value") for each in found] == hard != []
