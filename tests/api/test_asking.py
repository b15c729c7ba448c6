"""Who may ask, and how often."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone

from dashboard.api import tokens
from dashboard.domain.roles import Role
from dashboard.models import ApiToken
from tests.api.asking import asker
from tests.factories import make_person, make_run, make_source, make_task, make_trial

pytestmark = pytest.mark.django_db


def problem(response):
    assert response["Content-Type"] == "application/problem+json"
    told = response.json()
    assert told["status"] == response.status_code
    return told


def test_without_a_token_one_is_told_how_to_get_one(stranger):
    response = stranger.get("/api/v1/runs")
    assert response.status_code == 401
    assert response["WWW-Authenticate"].startswith("Bearer")
    assert "/tokens/" in problem(response)["detail"]


@pytest.mark.parametrize(
    "header", ["Bearer nonsense", "Basic dmVyYTp4", "Bearer", "Token qs_x", "Bearer " + "a" * 9000]
)
def test_what_is_no_token_is_refused(stranger, header):
    response = stranger.get("/api/v1/runs", headers={"authorization": header})
    assert response.status_code == 401
    assert header.removeprefix("Bearer ") not in response.content.decode() or header == "Bearer"


def test_a_token_in_the_address_or_a_cookie_counts_for_nothing(viewer, stranger):
    assert stranger.get("/api/v1/runs", {"token": viewer.secret}).status_code == 401
    assert stranger.get("/api/v1/runs", {"access_token": viewer.secret}).status_code == 401
    stranger.cookies["Authorization"] = f"Bearer {viewer.secret}"
    assert stranger.get("/api/v1/runs").status_code == 401


def test_a_session_opens_no_api(viewer):
    client = Client()
    client.force_login(viewer.person)
    assert client.get("/api/v1/runs").status_code == 401


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
@pytest.mark.parametrize("path", ["/api/v1/runs", "/api/v1/runs/1", "/api/v1/nothing", "/api/v1/openapi.json"])
def test_nothing_is_changed_by_the_api(viewer, path, method):
    response = getattr(viewer.client, method)(path)
    assert response.status_code == 405
    assert response["Allow"] == "GET, HEAD"
    assert problem(response)["title"] == "Method Not Allowed"


def test_a_head_is_answered_as_a_get_without_a_body(viewer):
    response = viewer.client.head("/api/v1/runs")
    assert (response.status_code, response.content) == (200, b"")
    assert response["ETag"]


def test_a_token_ends_with_its_time_its_owners_role_or_account(viewer):
    token = ApiToken.objects.get()
    with time_machine.travel(token.expires_at + timedelta(seconds=1)):
        assert viewer.get("/runs").status_code == 401
    assert viewer.get("/runs").status_code == 200
    held = list(viewer.person.groups.all())
    viewer.person.groups.clear()
    assert viewer.get("/runs").status_code == 401
    viewer.person.groups.set(held)
    viewer.person.is_active = False
    viewer.person.save()
    assert viewer.get("/runs").status_code == 401


def test_the_last_use_is_noted(viewer):
    viewer.get("/runs")
    assert timezone.now() - ApiToken.objects.get().last_used_at < timedelta(minutes=1)


def test_what_the_owner_may_not_see_is_not_there(viewer):
    hidden = make_source("Hidden")
    hidden.groups.add(Group.objects.create(name="others"))
    run = make_run(hidden)
    trial = make_trial(run, make_task("secret-task"))

    assert viewer.get("/runs").json()["items"] == []
    assert viewer.get("/sources").json()["items"] == []
    assert viewer.get("/tasks").json()["items"] == []
    assert viewer.get("/tasks", q="name:secret-task").json()["items"] == []
    below = ("", "/trials", f"/trials/{trial.pk}", "/artifacts", f"/trials/{trial.pk}/artifacts", "/download/job.log")
    for path in below:
        response = viewer.get(f"/runs/{run.pk}{path}")
        assert response.status_code == 404
        assert problem(response)["title"] == "Not Found"
    administrator = asker(make_person("root", role=Role.ADMINISTRATOR))
    assert [each["id"] for each in administrator.get("/runs").json()["items"]] == [run.pk]


def test_what_is_hidden_and_what_is_not_there_are_told_alike(viewer):
    hidden = make_source("Hidden")
    hidden.groups.add(Group.objects.create(name="others"))
    run = make_run(hidden)

    assert viewer.get(f"/runs/{run.pk}").json() == viewer.get("/runs/987654").json()


def test_a_token_that_asks_too_often_has_to_wait(viewer, monkeypatch):
    monkeypatch.setattr(tokens, "PER_TOKEN", 2)
    with time_machine.travel(timezone.now(), tick=False):
        answers = [viewer.get("/sources") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert 1 <= int(answers[2]["Retry-After"]) <= 60
    assert problem(answers[2])["title"] == "Too Many Requests"


def test_an_address_that_asks_too_often_has_to_wait_whatever_its_tokens(viewer, monkeypatch):
    monkeypatch.setattr(tokens, "PER_ADDRESS", 2)
    other = asker(make_person("otto", role=Role.VIEWER))
    with time_machine.travel(timezone.now(), tick=False):
        answers = [each.get("/sources").status_code for each in (viewer, other, viewer)]
    assert answers == [200, 200, 429]


def test_who_guesses_has_to_wait_and_a_good_token_from_there_is_answered(viewer, stranger, monkeypatch):
    monkeypatch.setattr(tokens, "MISSES", 2)
    guess = {"authorization": "Bearer qs_" + "a" * 43}
    with time_machine.travel(timezone.now(), tick=False):
        guesses = [stranger.get("/api/v1/runs", headers=guess).status_code for _ in range(3)]
        assert guesses == [401, 401, 429]
        assert viewer.get("/runs").status_code == 200


def test_an_answer_is_one_persons_and_asked_again_each_time(viewer):
    response = viewer.get("/runs")
    assert response["Cache-Control"] == "private, no-cache"
    assert "Authorization" in response["Vary"]
    assert response["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("path", ["/", "/nothing", "/runs/", "/runs/x", "/runs/-1", "/runs/1/2/3", "/openapi"])
def test_every_address_that_is_none_is_told_as_a_problem(viewer, path):
    response = viewer.get(path)
    assert response.status_code == 404
    assert problem(response)["detail"] == "There is no such address."


@pytest.mark.parametrize("number", [0, 10**18, 2**63, 10**30])
def test_a_number_that_no_run_has_is_no_run(viewer, number):
    assert viewer.get(f"/runs/{number}").status_code in {404, 422}


def test_what_breaks_in_the_api_is_told_as_a_problem_without_its_reason(viewer, monkeypatch, caplog):
    def broken(*_args, **_options):
        raise RuntimeError("password=secret")

    monkeypatch.setattr("dashboard.api.routes.sources.visibility.sources", broken)
    response = viewer.get("/sources")
    assert response.status_code == 500
    assert problem(response)["title"] == "Internal Server Error"
    assert "secret" not in response.content.decode()
    assert "password=secret" in caplog.text


@pytest.mark.parametrize("accept", ["text/html", "application/xml, text/*;q=0.5", "image/*", "application/json;q=0"])
def test_who_takes_no_json_is_told_that_there_is_nothing_else(viewer, accept):
    for path in ("/runs", "/runs/1"):
        response = viewer.get(path, headers={"accept": accept})
        assert response.status_code == 406, path
        assert "application/json" in problem(response)["detail"]


@pytest.mark.parametrize(
    "accept", ["", "application/json", "*/*", "text/html, application/*;q=0.1", "application/json; charset=utf-8"]
)
def test_who_takes_json_among_others_is_given_it(viewer, accept):
    response = viewer.get("/runs", headers={"accept": accept})
    assert (response.status_code, response["Content-Type"].partition(";")[0]) == (200, "application/json")


def test_bytes_of_files_are_given_to_whoever_takes_them(viewer):
    run = make_run()
    response = viewer.get(f"/runs/{run.pk}/download/a.png", headers={"accept": "image/*"})
    assert response.status_code in {404, 503}
