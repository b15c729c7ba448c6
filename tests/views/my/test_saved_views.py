"""Saved views: tabs above a list, addresses that say everything, and forms that need no script."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings
from django.test import Client

from dashboard.domain.roles import Role
from dashboard.models import SavedView
from tests import factories
from tests.pages import classed, parsed, text_of

pytestmark = pytest.mark.django_db

XSS = '"><script>alert(1)</script>'


def of(person):
    client = Client(enforce_csrf_checks=True)
    client.force_login(person)
    return client


def send(client, path, **data):
    client.get("/preferences/")
    return client.post(path, data | {"csrfmiddlewaretoken": client.cookies[settings.CSRF_COOKIE_NAME].value})


def tabs(response):
    [nav] = [nav for nav in parsed(response).iter("nav") if nav.get("aria-label") == "Views of this list"]
    return {text_of(link): link for link in nav.iter("a")}


def headers_of(response):
    return [text_of(cell) for cell in parsed(response).iter("th") if cell.get("scope") == "col"]


def current(response):
    return [name for name, link in tabs(response).items() if link.get("aria-current")]


def fields(response, action):
    """What the form that is sent to this address holds."""
    [form] = [form for form in parsed(response).iter("form") if form.get("action") == action]
    return {field.get("name"): field.get("value") for field in form.iter("input") if field.get("type") == "hidden"}


@pytest.fixture(autouse=True)
def runs(db):
    return {
        "mine": factories.make_run(name="mine", created_by="ada"),
        "failed": factories.make_run(name="broken", status="failed", created_by="grace"),
    }


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("/runs/", ["All", "Mine", "Failed today", "Starred"]),
        ("/tasks/", ["All"]),
        ("/reports/", ["All", "Mine"]),
        ("/runs/{run}/trials/", ["All", "Starred"]),
    ],
)
def test_each_list_has_its_built_in_views(client, runs, path, names):
    response = client.get(path.format(run=runs["mine"].pk))
    assert list(tabs(response)) == names
    assert current(response) == ["All"]


def test_mine_are_those_that_i_made_by_name_or_address(client, person, runs):
    factories.make_run(name="by mail", created_by="ada@example.com")
    person.email = "ada@example.com"
    person.save()
    response = client.get(tabs(client.get("/runs/"))["Mine"].get("href"))
    assert current(response) == ["Mine"]
    shown = [text_of(link) for link in parsed(response).iter("a") if link.get("data-row-link") is not None]
    assert sorted(shown) == ["by mail", "mine"]


def test_saving_keeps_filter_columns_order_and_density_and_leads_to_a_whole_address(client, person):
    page = client.get("/runs/?q=status:failed&sort=-cost&columns=name,cost&density=compact")
    response = send(client, "/views/new/", name="Failures", **fields(page, "/views/new/"))
    view = SavedView.objects.get()
    assert (view.owner, view.is_team, view.list_name) == (person, False, "runs")
    assert parse_qs(urlsplit(response["Location"]).query) == {
        "q": ["status:failed"], "sort": ["-cost"], "columns": ["name,cost"], "density": ["compact"],
        "view": [str(view.pk)],
    }  # fmt: skip
    assert client.get(f"/views/{view.pk}/")["Location"] == response["Location"]
    shown = client.get(response["Location"])
    assert current(shown) == ["Failures"]
    assert parsed(shown).get("data-density") == "compact"
    assert headers_of(shown) == ["Run", "Cost"]


def test_the_address_shows_the_same_to_a_member_who_may_not_see_the_view(client, person):
    view = factories.make_view(person, query="status:failed", columns=["name", "cost"], sort="name")
    address = client.get(f"/views/{view.pk}/")["Location"]
    other = of(factories.make_person("grace"))
    response = other.get(address)
    assert headers_of(response) == ["Run", "Cost"]
    assert "broken" in response.content.decode()
    assert view.name not in tabs(response)
    assert other.get(f"/views/{view.pk}/").status_code == 404


@pytest.mark.parametrize("path", ["", "edit/", "delete/"])
def test_anothers_own_view_is_not_there(client, path):
    view = factories.make_view(factories.make_person("grace"))
    assert client.get(f"/views/{view.pk}/{path}").status_code == 404
    if path:
        assert send(client, f"/views/{view.pk}/{path}", name="mine now").status_code == 404
    assert send(client, f"/views/{view.pk}/state/", q="x").status_code == 404
    assert SavedView.objects.get().name == "Failures"


def test_the_teams_view_is_found_by_all_and_changed_by_its_maker(client, person):
    send(client, "/views/new/", list="runs", name="Ours", is_team="1", q="status:failed")
    view = SavedView.objects.get()
    other = of(factories.make_person("grace"))
    assert "Ours" in tabs(other.get("/runs/"))
    assert other.get(f"/views/{view.pk}/").status_code == 302
    assert send(other, f"/views/{view.pk}/edit/", name="Theirs", is_team="1").status_code == 403
    assert send(other, f"/views/{view.pk}/delete/").status_code == 403
    assert SavedView.objects.get().name == "Ours"


def test_a_viewer_saves_their_own_and_is_not_offered_the_team():
    viewer = of(factories.make_person("vera", role=Role.VIEWER))
    page = viewer.get("/runs/?q=status:failed")
    assert "For the whole team" not in page.content.decode()
    assert send(viewer, "/views/new/", list="runs", name="Own", q="status:failed").status_code == 302
    assert send(viewer, "/views/new/", list="runs", name="Team", is_team="1").status_code == 403
    assert [view.name for view in SavedView.objects.all()] == ["Own"]


def test_a_list_that_was_changed_offers_to_save_and_to_undo(client, person):
    view = factories.make_view(person, query="status:failed")
    address = f"/runs/?q=status%3Afailed&view={view.pk}"
    assert "Save changes" not in client.get(address).content.decode()
    page = client.get(f"/runs/?q=status:completed&view={view.pk}&sort=name")
    assert "Save changes" in page.content.decode()
    assert current(page) == ["Failures"]
    assert any(link.get("href") == address for link in parsed(page).iter("a") if text_of(link) == "Undo")
    response = send(client, f"/views/{view.pk}/state/", **fields(page, f"/views/{view.pk}/state/"))
    view.refresh_from_db()
    assert (view.query, view.sort) == ("status:completed", "name")
    assert "Save changes" not in client.get(response["Location"]).content.decode()


def test_filtering_on_stays_in_the_view(client, person):
    view = factories.make_view(person)
    page = parsed(client.get(f"/runs/?view={view.pk}&density=compact"))
    [form] = classed(page, "query", "form")
    sent = {field.get("name"): field.get("value") for field in form.iter("input")}
    assert (sent["view"], sent["density"]) == (str(view.pk), "compact")


def test_renaming_sharing_and_deleting_without_script(client, person):
    view = factories.make_view(person)
    assert send(client, f"/views/{view.pk}/edit/", name="Bad ones", is_team="on")["Location"] == "/views/"
    view.refresh_from_db()
    assert (view.name, view.is_team) == ("Bad ones", True)
    assert "gone for everybody" in client.get(f"/views/{view.pk}/delete/").content.decode()
    assert send(client, f"/views/{view.pk}/delete/")["Location"] == "/views/"
    assert not SavedView.objects.exists()
    assert client.get(f"/views/{view.pk}/").status_code == 404


@pytest.mark.parametrize("name", ["", "  ", "x" * 81, "a\x00b", "a\u202eb", "Failures"])
def test_a_name_that_is_none_or_taken_is_told_and_the_state_stays(client, person, name):
    factories.make_view(person)
    response = send(client, "/views/new/", list="runs", name=name, q="status:failed", sort="name")
    assert response.status_code == 422
    [form] = [form for form in parsed(response).iter("form") if classed(form, "field-errors")]
    sent = {field.get("name"): field.get("value") for field in form.iter("input")}
    assert (sent["q"], sent["sort"], sent["list"]) == ("status:failed", "name", "runs")
    assert SavedView.objects.count() == 1


@pytest.mark.parametrize("place", ["/runs/?q=status%3Afailed", "/runs/"])
def test_a_refused_name_leads_back_to_the_list_with_the_reason_at_the_field(client, person, place):
    factories.make_view(person)
    answer = send(client, "/views/new/", list="runs", name="Failures", q="status:failed", next=place)
    assert (answer.status_code, answer["Location"]) == (302, place)
    page = parsed(client.get(place))
    [field] = [field for field in page.iter("input") if field.get("id") == "view-name"]
    assert (field.get("value"), field.get("aria-describedby")) == ("Failures", "view-name-error")
    [reason] = [each for each in page.iter("ul") if each.get("id") == "view-name-error"]
    assert text_of(reason).strip() == "You already have a view “Failures” of this list. Choose another name."
    assert "view-name-error" not in client.get(place).content.decode()


def test_what_was_refused_of_one_list_is_not_said_at_another(client, person):
    factories.make_view(person)
    send(client, "/views/new/", list="runs", name="Failures", next="/runs/")
    assert "view-name-error" not in client.get("/tasks/").content.decode()
    assert "view-name-error" in client.get("/runs/").content.decode()


@pytest.mark.parametrize("place", ["//evil.example/runs/", "https://evil.example/runs/", "/tasks/", "/nothing/", ""])
def test_a_refused_name_leads_nowhere_but_to_its_list(client, person, place):
    factories.make_view(person)
    answer = send(client, "/views/new/", list="runs", name="Failures", next=place)
    assert answer.status_code == 422


def test_hostile_names_and_queries_are_text(client, person):
    send(client, "/views/new/", list="runs", name=XSS, q=XSS, sort=XSS, columns=XSS, density=XSS, next="//evil.example")
    view = SavedView.objects.get()
    assert (view.name, view.query, view.sort, view.columns, view.density) == (XSS, XSS, "", list(view.columns), "")
    for path in ("/runs/", "/views/", f"/views/{view.pk}/edit/", f"/views/{view.pk}/delete/"):
        page = client.get(path)
        assert XSS not in page.content.decode()
        assert XSS.replace(" ", "") in text_of(parsed(page)).replace(" ", "")
    assert client.get(f"/views/{view.pk}/")["Location"].startswith("/runs/?")


def test_a_list_that_is_none_has_no_views(client):
    assert client.get("/views/new/?list=nonsense").status_code == 404
    assert send(client, "/views/new/", list="nonsense", name="x").status_code == 404


def test_a_view_of_trials_stands_above_the_trials_of_every_run(client, person, runs):
    here = f"/runs/{runs['mine'].pk}/trials/"
    page = client.get(f"{here}?q=outcome:failed")
    response = send(client, "/views/new/", name="Bad", **fields(page, "/views/new/"))
    assert response["Location"].startswith(f"{here}?q=outcome%3Afailed")
    view = SavedView.objects.get()
    link = tabs(client.get(f"/runs/{runs['failed'].pk}/trials/"))["Bad"].get("href")
    assert link.startswith(f"/runs/{runs['failed'].pk}/trials/?q=outcome%3Afailed")
    assert client.get(f"/views/{view.pk}/")["Location"] == "/views/"
    assert "Open a run" in client.get("/views/").content.decode()
    assert send(client, f"/views/{view.pk}/state/", q="", next="/admin/")["Location"].startswith("/views/?")


def test_the_page_of_views_tells_whose_they_are(client, person):
    grace = factories.make_person("grace")
    factories.make_view(person, "Own")
    factories.make_view(grace, "Ours", is_team=True)
    factories.make_view(grace, "Hers")
    text = text_of(parsed(client.get("/views/")))
    assert "Own" in text
    assert "the team’s, by grace" in text
    assert "Hers" not in text


def test_a_view_in_the_address_that_is_none_is_left_out(client):
    for view in ("999999", "x", "-1", "9" * 40):
        assert current(client.get(f"/runs/?view={view}")) == ["All"]
