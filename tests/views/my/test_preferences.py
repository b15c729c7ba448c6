"""The page of preferences: kept with the account, on every device that has no choice of its own."""

import pytest
from django.conf import settings
from django.test import Client

from dashboard.models import Preferences
from tests import factories
from tests.pages import parsed, text_of

pytestmark = pytest.mark.django_db

CHOSEN = {
    "theme": "dark", "density": "compact", "time_format": "local", "time_zone": "Europe/Berlin", "has_keys": "on",
    "start_view": "none",
}  # fmt: skip


def device(person):
    client = Client(enforce_csrf_checks=True)
    client.force_login(person)
    return client


def send(client, path="/preferences/", **data):
    client.get("/preferences/")
    response = client.post(path, data | {"csrfmiddlewaretoken": client.cookies[settings.CSRF_COOKIE_NAME].value})
    # The test client, unlike a browser, sends on what it was told to forget.
    for name in [name for name, cookie in client.cookies.items() if cookie["max-age"] == 0]:
        del client.cookies[name]
    return response


def root(client, path="/runs/"):
    told = parsed(client.get(path)).attrib
    return {name: value for name, value in told.items() if name.startswith("data-")}


def test_what_is_chosen_holds_on_every_device(client, person):
    assert root(client) == {}
    assert send(client, **CHOSEN)["Location"] == "/preferences/"
    wanted = {"data-theme": "dark", "data-density": "compact", "data-times": "local", "data-zone": "Europe/Berlin"}
    for each in (client, device(person)):
        for path in ("/runs/", "/preferences/", "/tasks/"):
            assert root(each, path) == wanted
    assert root(device(factories.make_person("grace"))) == {}


def test_single_keys_can_be_switched_off(client):
    send(client, **{name: value for name, value in CHOSEN.items() if name != "has_keys"})
    assert root(client)["data-keys"] == "off"
    assert "<kbd" not in client.get("/runs/").content.decode().partition("</form>")[0]
    send(client, **CHOSEN)
    assert "data-keys" not in root(client)
    assert "<kbd" in client.get("/runs/").content.decode().partition("</form>")[0]


def test_the_form_shows_what_is_chosen(client):
    send(client, **CHOSEN)
    tree = parsed(client.get("/preferences/"))
    ticked = {box.get("name"): box.get("value") for box in tree.iter("input") if box.get("checked") is not None}
    assert ticked.items() >= {"theme": "dark", "density": "compact", "time_format": "local"}.items()
    chosen = [each.get("value") for each in tree.iter("option") if each.get("selected") is not None]
    assert chosen == ["Europe/Berlin", "none"]


def test_a_device_may_differ_until_it_saves(client, person):
    other = device(person)
    send(other, "/appearance/", theme="light")
    send(client, **CHOSEN)
    assert (root(client)["data-theme"], root(other)["data-theme"]) == ("dark", "light")
    assert "This device has a choice of its own" in text_of(parsed(other.get("/preferences/")))
    send(other, **CHOSEN | {"theme": "none"})
    assert "data-theme" not in root(other)
    assert "This device has a choice of its own" not in text_of(parsed(other.get("/preferences/")))


def test_a_device_may_choose_nothing_in_particular(client):
    send(client, **CHOSEN)
    send(client, "/appearance/", theme="", density="")
    assert not {"data-theme", "data-density"} & set(root(client))


@pytest.mark.parametrize(
    "wrong",
    [
        {"theme": "neon"},
        {"time_format": ""},
        {"time_zone": '"><script>'},
        {"density": "x" * 9_000},
        {"start_view": "0"},
    ],
)
def test_what_none_can_choose_is_told_and_nothing_is_kept(client, wrong):
    response = send(client, **CHOSEN | wrong)
    assert response.status_code == 422
    assert '"><script>' not in response.content.decode()
    assert not Preferences.objects.exists()


def test_columns_chosen_before_stay(client):
    send(client, "/columns/runs/", column=["name", "cost"])
    send(client, **CHOSEN)
    factories.make_run()
    heads = [text_of(cell) for cell in parsed(client.get("/runs/")).iter("th") if cell.get("scope") == "col"]
    assert heads == ["Run", "Cost"]


def test_rows_and_fragments_hold_neither_zone_nor_format(client, person):
    factories.make_run(status="running")
    before = client.get("/runs/").content.decode()
    send(client, **CHOSEN)
    after = client.get("/runs/").content.decode()
    times = [[line for line in page.splitlines() if "<time" in line] for page in (before, after)]
    assert times[0] == times[1] != []


def test_the_page_is_reached_from_the_menu(client):
    assert any(link.get("href") == "/preferences/" for link in parsed(client.get("/runs/")).iter("a"))


def test_one_begins_with_the_view_that_one_chose(client, person):
    assert client.get("/")["Location"] == "/runs/"
    view = factories.make_view(person, query="status:failed")
    for start, address in (
        ("mine", "/runs/?q=owner%3Aada"),
        ("starred", "/runs/?q=is%3Astarred"),
        ("failed-today", "/runs/?q=status%3Afailed+after%3Atoday"),
        (str(view.pk), f"/runs/?q=status%3Afailed&view={view.pk}"),
    ):
        send(client, **CHOSEN | {"start_view": start})
        assert client.get("/")["Location"] == address
    view.delete()
    assert client.get("/")["Location"] == "/runs/"


def test_one_does_not_begin_with_anothers_view(client):
    view = factories.make_view(factories.make_person("grace"), is_team=True)
    send(client, **CHOSEN | {"start_view": str(view.pk)})
    assert client.get("/")["Location"] == f"/runs/?view={view.pk}"
    view.is_team = False
    view.save()
    assert client.get("/")["Location"] == "/runs/"
    assert client.get("/preferences/").status_code == 200
