"""Stars: laid over rows that everybody shares, put and taken by a plain form."""

import pytest
from django.conf import settings
from django.test import Client

from dashboard.domain.roles import Role
from dashboard.models import Star
from tests import factories
from tests.pages import parsed, row_ids

pytestmark = pytest.mark.django_db

HTMX = {"hx-request": "true"}


def of(person):
    client = Client(enforce_csrf_checks=True)
    client.force_login(person)
    return client


def send(client, headers=None, **data):
    client.get("/preferences/")
    token = client.cookies[settings.CSRF_COOKIE_NAME].value
    return client.post("/stars/", data | {"csrfmiddlewaretoken": token}, headers=headers or {})


def pressed(response):
    buttons = [button for button in parsed(response).iter("button") if button.get("data-star") is not None]
    return {button.get("value"): (button.get("name"), button.get("aria-pressed") == "true") for button in buttons}


def test_a_star_is_put_and_taken_and_one_comes_back(client):
    run = factories.make_run()
    assert send(client, star=f"run-{run.pk}", next="/runs/?q=x")["Location"] == "/runs/?q=x"
    assert pressed(client.get("/runs/")) == {f"run-{run.pk}": ("unstar", True)}
    assert send(client, unstar=f"run-{run.pk}", next="//evil.example")["Location"] == "/runs/"
    assert pressed(client.get("/runs/")) == {f"run-{run.pk}": ("star", False)}


def test_twice_is_as_good_as_once(client):
    run = factories.make_run()
    for _ in range(2):
        send(client, star=f"run-{run.pk}")
    assert Star.objects.count() == 1


def test_htmx_is_answered_without_a_page(client):
    run = factories.make_run()
    response = send(client, HTMX, star=f"run-{run.pk}")
    assert (response.status_code, response.content) == (204, b"")
    assert "Starred" in response["HX-Trigger"]


def test_two_people_see_their_own_stars_in_the_same_kept_rows(client):
    runs = factories.make_runs(3)
    other = of(factories.make_person("grace"))
    send(client, star=f"run-{runs[0].pk}")
    send(other, star=f"run-{runs[1].pk}")
    mine, theirs = pressed(client.get("/runs/")), pressed(other.get("/runs/"))
    assert [value for value, (_, is_on) in mine.items() if is_on] == [f"run-{runs[0].pk}"]
    assert [value for value, (_, is_on) in theirs.items() if is_on] == [f"run-{runs[1].pk}"]


def test_a_row_that_a_poll_brings_has_the_readers_star(client):
    run = factories.make_run(status="running")
    send(client, star=f"run-{run.pk}")
    fields = {field.get("name"): field.get("value") for field in parsed(client.get("/runs/")).iter("input")}
    factories.touch(run, status="completed")
    state = {name: fields[name] for name in ("v", "opened", "shown")}
    response = client.get("/runs/", state, headers=HTMX)
    assert f'value="run-{run.pk}" aria-pressed="true"' in response.content.decode()
    other = of(factories.make_person("grace"))
    assert 'aria-pressed="true"' not in other.get("/runs/", state, headers=HTMX).content.decode()


def test_the_filter_finds_ones_own_at_once(client):
    runs = factories.make_runs(3)
    other = of(factories.make_person("grace"))
    assert row_ids(client.get("/runs/?q=is:starred")) == []
    send(client, star=f"run-{runs[0].pk}")
    assert row_ids(client.get("/runs/?q=is:starred")) == [runs[0].pk]
    assert row_ids(other.get("/runs/?q=is:starred")) == []
    send(client, star=f"run-{runs[2].pk}")
    send(client, unstar=f"run-{runs[0].pk}")
    assert row_ids(client.get("/runs/?q=is:starred")) == [runs[2].pk]
    assert row_ids(client.get("/runs/?q=-is:starred&sort=name")) == [runs[0].pk, runs[1].pk]
    assert row_ids(client.get("/runs/?q=is:starred,live")) == [runs[2].pk]


def test_the_filter_finds_trials_too_and_exports_what_it_finds(client):
    run = factories.make_run()
    first, _ = factories.make_trial(run), factories.make_trial(run)
    send(client, star=f"trial-{first.pk}")
    assert row_ids(client.get(f"/runs/{run.pk}/trials/?q=is:starred"), "trial") == [first.pk]
    exported = client.get(f"/runs/{run.pk}/trials/export.json?q=is:starred").getvalue()
    assert exported.count(b'"external_id"') == 1


def test_the_search_box_of_every_page_knows_no_stars_and_does_not_break(client):
    factories.make_runs(2)
    assert client.get("/search/?q=is:starred", follow=True).status_code == 200


def test_the_pages_of_a_run_and_a_trial_have_it(client):
    run = factories.make_run()
    trial = factories.make_trial(run)
    send(client, star=f"trial-{trial.pk}")
    assert pressed(client.get(f"/runs/{run.pk}/")) == {f"run-{run.pk}": ("star", False)}
    assert pressed(client.get(f"/runs/{run.pk}/trials/{trial.pk}/")) == {f"trial-{trial.pk}": ("unstar", True)}


def test_what_a_running_runs_page_shares_with_others_says_nothing_of_anybody(client):
    run = factories.make_run(status="running")
    send(client, star=f"run-{run.pk}")
    [live] = [tag for tag in parsed(client.get(f"/runs/{run.pk}/")).iter("div") if tag.get("id") == "run-page"]
    factories.touch(run, name="changed")
    fragment = client.get(live.get("hx-get"), headers=HTMX).content.decode()
    assert "changed" in fragment
    assert "data-star" not in fragment
    assert "csrfmiddlewaretoken" not in fragment


@pytest.mark.parametrize("told", ["", "run-", "run-999999", "run-x", "trial-1", "source-1", f"run-{'9' * 40}", "\x00"])
def test_what_is_not_there_has_no_star(client, told):
    factories.make_run()
    assert send(client, star=told).status_code == 404
    assert not Star.objects.exists()


def test_what_one_may_not_see_has_none_and_what_one_has_there_is_kept(client):
    run = factories.make_run()
    send(client, star=f"run-{run.pk}")
    run.source.groups.add(factories.make_role("inner"))
    assert send(client, star=f"run-{run.pk}").status_code == 404
    assert run.name not in client.get("/views/").content.decode()
    assert Star.objects.count() == 1


def test_a_viewer_has_stars_as_well():
    viewer = of(factories.make_person("vera", role=Role.VIEWER))
    run = factories.make_run()
    assert send(viewer, star=f"run-{run.pk}").status_code == 302
    assert run.name in viewer.get("/views/").content.decode()
