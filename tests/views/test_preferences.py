"""What a reader chooses: columns with the account and in the address, appearance on the device."""

import pytest
from django.conf import settings
from django.test import Client

from dashboard.models import ListPreference
from dashboard.tables.runs import RunTable
from tests import factories
from tests.pages import parsed, text_of

pytestmark = pytest.mark.django_db

ELSEWHERE = [
    "//evil.example/",
    "https://evil.example/",
    "/\\evil.example",
    "https:evil.example",
    "javascript:alert(1)",
    "",
    "\n//evil.example",
    "ftp://x/",
    "foo",
    "run-detail",
    "?q=x",
]


def send(client, path, **data):
    client.get("/runs/")
    return client.post(path, data | {"csrfmiddlewaretoken": client.cookies[settings.CSRF_COOKIE_NAME].value})


def headers(client, path="/runs/"):
    return [text_of(cell) for cell in parsed(client.get(path)).iter("th") if cell.get("scope") == "col"]


@pytest.fixture(autouse=True)
def _run(db):
    factories.make_run(cost=1)


class TestColumns:
    def test_the_chosen_ones_are_shown_in_their_order_and_remembered(self, client):
        places = {"place-cost": "1", "place-name": "3", "place-status": "2"}
        send(client, "/columns/runs/", column=["name", "status", "cost"], **places)
        assert headers(client) == ["Cost", "Status", "Run"]

    def test_the_address_one_comes_back_to_shows_the_same_to_others(self, client):
        response = send(
            client, "/columns/runs/", column=["name", "cost"], next="/runs/?q=status:completed&columns=uid&sort=name"
        )
        assert response.status_code == 302
        assert response["Location"] == "/runs/?q=status%3Acompleted&columns=name%2Ccost&sort=name"
        other = Client()
        other.force_login(factories.make_person("grace"))
        assert headers(other, response["Location"]) == ["Run", "Cost"]
        assert len(headers(other)) == len(RunTable.default_columns)

    def test_each_person_and_each_list_has_its_own(self, client, person):
        send(client, "/columns/trials/", column=["task", "cost"])
        assert ListPreference.objects.get().user == person
        assert len(headers(client)) == len(RunTable.default_columns)

    def test_reset_takes_the_lists_own_choice_again(self, client):
        send(client, "/columns/runs/", column=["name"])
        response = send(client, "/columns/runs/", column=["name"], reset="1", next="/runs/?columns=name&q=x")
        assert response["Location"] == "/runs/?q=x"
        assert len(headers(client)) == len(RunTable.default_columns)

    @pytest.mark.parametrize(
        ("chosen", "shown"),
        [
            (["nonsense", "cost", "cost"], 1),
            (["nonsense"], len(RunTable.default_columns)),
            ([], len(RunTable.default_columns)),
            (["<script>", "__class__", "name"], 1),
            (["name"] * 500, 1),
        ],
    )
    def test_unknown_and_repeated_names_are_ignored(self, client, chosen, shown):
        send(client, "/columns/runs/", column=chosen)
        assert len(headers(client)) == shown

    @pytest.mark.parametrize("place", ["", "x", "-1", "9" * 40, "１"])
    def test_a_place_that_is_none_is_the_last(self, client, place):
        send(client, "/columns/runs/", column=["name", "cost"], **{"place-name": place, "place-cost": "5"})
        assert headers(client) == ["Cost", "Run"]

    def test_the_form_shows_what_is_chosen(self, client):
        send(client, "/columns/runs/", column=["cost", "name"], **{"place-cost": "1", "place-name": "2"})
        boxes = [box for box in parsed(client.get("/runs/")).iter("input") if box.get("name") == "column"]
        assert [box.get("value") for box in boxes if box.get("checked") is not None] == ["cost", "name"]
        assert len(boxes) == len(RunTable.base_columns)

    def test_columns_in_the_address_count_for_that_address_only(self, client):
        assert headers(client, "/runs/?columns=cost,nonsense") == ["Cost"]
        assert headers(client, "/runs/?columns=nonsense") == headers(client)
        assert not ListPreference.objects.exists()

    def test_a_list_that_is_none_is_not_there(self, client):
        assert send(client, "/columns/nonsense/", column=["name"]).status_code == 404
        assert not ListPreference.objects.exists()

    @pytest.mark.parametrize("address", ELSEWHERE)
    def test_one_comes_back_to_a_page_of_ours_only(self, client, address):
        assert send(client, "/columns/runs/", column=["name"], next=address)["Location"] == "/runs/"


class TestAppearance:
    @pytest.mark.parametrize("choice", [{"theme": "dark"}, {"theme": "light"}, {"density": "compact"}])
    def test_it_is_kept_on_this_device_and_shown(self, client, choice):
        response = send(client, "/appearance/", next="/tasks/", **choice)
        assert response["Location"] == "/tasks/"
        [(name, value)] = choice.items()
        cookie = response.cookies[name]
        assert (cookie.value, cookie["httponly"], cookie["samesite"]) == (value, True, "Lax")
        assert parsed(client.get("/tasks/")).get(f"data-{name}") == value

    def test_it_can_be_taken_back(self, client):
        send(client, "/appearance/", theme="dark")
        send(client, "/appearance/", theme="")
        assert parsed(client.get("/tasks/")).get("data-theme") is None

    def test_other_values_are_ignored(self, client):
        response = send(client, "/appearance/", theme="neon", density="<script>", other="x")
        assert not {"theme", "density", "other"} & set(response.cookies)
        client.cookies["theme"] = '"><script>'
        assert parsed(client.get("/tasks/")).get("data-theme") is None

    @pytest.mark.parametrize("address", ELSEWHERE)
    def test_one_comes_back_to_a_page_of_ours_only(self, client, address):
        assert send(client, "/appearance/", theme="dark", next=address)["Location"] == "/runs/"
