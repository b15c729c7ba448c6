"""Labels on pages: chips that filter, forms without script, many runs at once."""

import pytest
from django.conf import settings
from django.test import Client

from dashboard.domain.roles import Role
from dashboard.models import Label
from dashboard.services import labels
from tests import factories
from tests.pages import classed, parsed, row_ids, text_of

pytestmark = pytest.mark.django_db

XSS = '"><img src=x onerror=alert(1)>'
HTMX = {"hx-request": "true"}


def send(client, path, **data):
    client.get("/preferences/")
    return client.post(path, data | {"csrfmiddlewaretoken": client.cookies[settings.CSRF_COOKIE_NAME].value})


def chips(response):
    return {text_of(link): link.get("href") for link in classed(parsed(response), "label", "a")}


@pytest.fixture
def run():
    return factories.make_run()


@pytest.fixture
def viewer():
    client = Client(enforce_csrf_checks=True)
    client.force_login(factories.make_person("vera", role=Role.VIEWER))
    return client


def test_a_label_is_added_and_leads_to_all_that_have_it(client, run):
    other = factories.make_run()
    send(client, f"/runs/{run.pk}/labels/", label="Nightly build", next=f"/runs/{run.pk}/")
    [(name, address)] = chips(client.get(f"/runs/{run.pk}/")).items()
    assert name == "nightly build"
    assert row_ids(client.get(address)) == [run.pk]
    assert row_ids(client.get("/runs/?q=-label:nightly*")) == [other.pk]


def test_the_row_in_the_list_shows_it_and_open_lists_learn_of_it(client, run):
    fields = {field.get("name"): field.get("value") for field in parsed(client.get("/runs/")).iter("input")}
    assert chips(client.get("/runs/")) == {}
    send(client, f"/runs/{run.pk}/labels/", label="nightly")
    assert list(chips(client.get("/runs/"))) == ["nightly"]
    state = {name: fields[name] for name in ("v", "opened", "shown")}
    assert "nightly</span></a>" in client.get("/runs/", state, headers=HTMX).content.decode()
    send(client, f"/runs/{run.pk}/labels/", remove="nightly")
    assert chips(client.get("/runs/")) == {}


def test_trials_have_labels_of_their_own(client, run):
    trial, other = factories.make_trial(run), factories.make_trial(run)
    here = f"/runs/{run.pk}/trials/"
    client.get(here)
    send(client, f"{here}{trial.pk}/labels/", label="flaky")
    [address] = chips(client.get(f"{here}{trial.pk}/")).values()
    assert row_ids(client.get(address), "trial") == [trial.pk]
    assert list(chips(client.get(here))) == ["flaky"]
    assert row_ids(client.get(f"{here}?q=-label:flaky"), "trial") == [other.pk]
    assert chips(client.get("/runs/")) == {}


def test_the_facet_counts_labels(client, run):
    other = factories.make_run()
    for each, name in ((run, "a"), (other, "a"), (other, "b")):
        send(client, f"/runs/{each.pk}/labels/", label=name)
    facet = next(each for each in classed(parsed(client.get("/runs/")), "facet") if "Label" in text_of(each))
    assert text_of(facet) == "Label2 a2 b1"


def test_exports_hold_them(client, run):
    factories.make_label(run, "b")
    factories.make_label(run, "a")
    assert b'"labels": "a, b"' in client.get("/runs/export.json?columns=name,labels").getvalue()


@pytest.mark.parametrize("typed", ["", "***", "x" * 51])
def test_what_is_no_label_is_told_beside_the_field(client, run, typed):
    response = send(client, f"/runs/{run.pk}/labels/", label=typed)
    assert response.status_code == 422
    [field] = [each for each in parsed(response).iter("input") if each.get("name") == "label"]
    assert field.get("aria-invalid") == "true"
    assert field.get("aria-describedby").split()[-1] == "label-error"
    assert not Label.objects.exists()


def test_hostile_labels_are_text_everywhere(client, run):
    trial = factories.make_trial(run)
    send(client, f"/runs/{run.pk}/labels/", label=XSS)
    send(client, f"/runs/{run.pk}/trials/{trial.pk}/labels/", label=XSS)
    send(client, f"/runs/{factories.make_run().pk}/labels/", label="other")
    for path in (
        "/runs/", f"/runs/{run.pk}/", f"/runs/{run.pk}/labels/", "/labels/names/", f"/runs/labels/?run={run.pk}",
        f"/runs/{run.pk}/trials/", f"/runs/{run.pk}/trials/{trial.pk}/",
    ):  # fmt: skip
        shown = client.get(path)
        assert "<img src=x" not in shown.content.decode(), path
        assert not list(parsed(shown).iter("img")), path
    [address] = set(chips(client.get(f"/runs/{run.pk}/")).values())
    assert row_ids(client.get(address)) == [run.pk]


def test_a_viewer_reads_labels_and_changes_none(viewer, run):
    factories.make_label(run, "kept")
    page = viewer.get(f"/runs/{run.pk}/")
    assert list(chips(page)) == ["kept"]
    assert f"/runs/{run.pk}/labels/" not in page.content.decode()
    named = {field.get("name") for field in parsed(viewer.get(f"/runs/{run.pk}/labels/")).iter() if field.get("name")}
    assert not {"label", "remove"} & named
    assert send(viewer, f"/runs/{run.pk}/labels/", label="x").status_code == 403
    assert send(viewer, f"/runs/{run.pk}/labels/", remove="kept").status_code == 403
    assert viewer.get(f"/runs/labels/?run={run.pk}").status_code == 403
    assert send(viewer, "/runs/labels/", run=run.pk, label="x").status_code == 403
    assert [label.name for label in Label.objects.all()] == ["kept"]


def test_many_are_labelled_from_the_selection(client):
    runs = factories.make_runs(4)
    page = client.get("/runs/labels/", {"run": [runs[0].pk, runs[1].pk], "q": "status:completed"})
    assert "Label 2 runs" in text_of(parsed(page))
    sent = [
        (each.get("name"), each.get("value")) for each in parsed(page).iter("input") if each.get("type") == "hidden"
    ]
    assert ("run", str(runs[0].pk)) in sent
    response = send(client, "/runs/labels/", run=[runs[0].pk, runs[1].pk], q="status:completed", label="Batch")
    assert response["Location"] == "/runs/?q=status%3Acompleted"
    assert "2 runs labelled “batch”" in client.get("/runs/").content.decode()
    assert sorted(row_ids(client.get("/runs/?q=label:batch"))) == [runs[0].pk, runs[1].pk]


def test_all_that_match_can_be_meant(client, monkeypatch):
    monkeypatch.setattr(labels, "MOST_AT_ONCE", 500)
    failed = [factories.make_run(status="failed") for _ in range(3)]
    factories.make_run()
    send(client, "/runs/labels/", all="1", q="status:failed", label="bad")
    assert set(Label.objects.values_list("run", flat=True)) == {run.pk for run in failed}


def test_runs_that_one_may_not_see_are_not_labelled(client, run):
    run.source.groups.add(factories.make_role("inner"))
    send(client, "/runs/labels/", run=run.pk, label="x")
    assert client.get(f"/runs/{run.pk}/labels/").status_code == 404
    assert send(client, f"/runs/{run.pk}/labels/", label="x").status_code == 404
    assert not Label.objects.exists()


def test_no_selection_and_no_label_are_told(client, run):
    assert "No run is selected" in client.get("/runs/labels/").content.decode()
    response = send(client, "/runs/labels/", run=run.pk, label=" ")
    assert (response.status_code, Label.objects.count()) == (422, 0)
