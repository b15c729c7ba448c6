import pytest
from django.db import DatabaseError
from django.test import Client

from dashboard.domain.roles import Role
from dashboard.models import MirrorClock
from dashboard.services import metrics
from tests.factories import make_person
from tests.fixtures.clocks import clock

__all__ = ["clock"]

TOKEN = "a token that Prometheus has, of 32 and more"


@pytest.fixture
def here(db):
    """Somebody on the machine itself."""
    return Client(headers={"host": "localhost"})


@pytest.fixture
def away(monkeypatch):
    def refuse():
        raise DatabaseError("password=secret")

    monkeypatch.setattr(MirrorClock, "now", refuse)


def ask(client, **headers):
    return client.get("/metrics", headers=headers)


@pytest.mark.django_db
def test_healthz_answers_whoever_asks_and_asks_nobody(stranger, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = stranger.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok\n")
    assert "no-store" in response["Cache-Control"]


def test_healthz_lives_while_the_database_is_away(stranger, away):
    assert stranger.get("/healthz").status_code == 200


def test_healthz_changes_nothing(stranger):
    assert stranger.post("/healthz").status_code == 405


def test_readyz_tells_strangers_that_it_is_ready_and_no_more(stranger):
    response = stranger.get("/readyz")
    assert (response.status_code, response.json()) == (200, {"status": "ready"})
    assert "no-store" in response["Cache-Control"]


def test_readyz_tells_the_machine_itself_what_was_checked(here):
    checks = here.get("/readyz").json()["checks"]
    assert checks == {"database": "ok", "migrations": "ok", "cache": "ok", "sync": "ok"}


def test_a_proxy_makes_nobody_the_machine_itself(here):
    assert "checks" not in here.get("/readyz", headers={"x-forwarded-for": "127.0.0.1"}).json()


@pytest.mark.parametrize(("role", "is_told"), [(Role.ADMINISTRATOR, True), (Role.OPERATOR, False)])
def test_readyz_tells_administrators_what_was_checked(db, role, is_told):
    client = Client()
    client.force_login(make_person(role=role))
    assert ("checks" in client.get("/readyz").json()) is is_told


def test_readyz_says_503_without_a_database_and_shows_no_secret(here, client, away):
    response = here.get("/readyz")
    assert response.status_code == 503
    assert response.json()["checks"] == {"database": "The database does not answer."}
    assert "secret" not in response.content.decode()
    assert client.get("/readyz").json() == {"status": "not ready"}


def test_metrics_are_there_for_the_machine_itself_where_no_token_is_set(here, stranger):
    response = here.get("/metrics")
    assert response.status_code == 200
    assert response["Content-Type"].startswith("text/plain; version=0.0.4")
    assert b"quayside_mirror_version" in response.content
    assert stranger.get("/metrics").status_code == 404


def test_metrics_need_their_token_where_one_is_set(settings, here):
    settings.METRICS_TOKEN = TOKEN

    assert ask(here).status_code == 401
    assert ask(here, authorization=f"Basic {TOKEN}").status_code == 401
    assert ask(here, authorization=f"Bearer {TOKEN}x").status_code == 401
    assert ask(here, authorization=f"Bearer {TOKEN}").status_code == 200


def test_a_session_opens_no_metrics(settings, db):
    settings.METRICS_TOKEN = TOKEN
    client = Client()
    client.force_login(make_person(role=Role.ADMINISTRATOR))

    assert ask(client).status_code == 401
    settings.METRICS_TOKEN = ""
    assert ask(client).status_code == 404


def test_who_guesses_the_token_is_told_to_wait_and_whoever_has_it_is_not(settings, stranger):
    settings.METRICS_TOKEN = TOKEN
    refused = [ask(stranger, authorization=f"Bearer guess-{number}") for number in range(21)]

    assert {response.status_code for response in refused[:20]} == {401}
    assert refused[20].status_code == 429
    assert int(refused[20]["Retry-After"]) >= 1
    assert ask(stranger, authorization=f"Bearer {TOKEN}").status_code == 200


def test_metrics_say_503_without_a_database(here, monkeypatch):
    def refuse():
        raise DatabaseError("password=secret")

    monkeypatch.setattr(metrics, "exposition", refuse)
    response = here.get("/metrics")
    assert response.status_code == 503
    assert b"secret" not in response.content


@pytest.mark.parametrize("path", ["/readyz", "/metrics"])
def test_nothing_is_changed_there(here, path):
    assert here.post(path).status_code == 405


def test_requests_are_counted(here):
    def answered():
        lines = here.get("/metrics").content.decode().splitlines()
        found = [line for line in lines if line.startswith('quayside_requests_total{method="GET",status="2xx"}')]
        return float(found[0].split()[-1]) if found else 0

    before = answered()
    here.get("/healthz")
    assert answered() == before + 2
