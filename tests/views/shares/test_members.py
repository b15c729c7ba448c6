"""An address that one member copies shows another member the same page, whatever each of them has chosen."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils.html import escape

from dashboard.domain.reports import ReportMaker
from dashboard.domain.roles import Role
from dashboard.models import ListPreference, Preferences, ReportDocument
from tests.factories import make_group, make_person, make_pipeline_test, make_report, make_run, make_test_run, make_view

pytestmark = pytest.mark.django_db

PASSWORD = "a long enough phrase"
TABS = ("", "grid/", "failures/", "log/", "files/", "config/", "history/")
MAIN = re.compile(r'<main id="main".*?</main>', re.DOTALL)
PERSONAL = re.compile(
    r'value="[A-Za-z0-9]{64}"|(?:ticket|csrfmiddlewaretoken)" value="[^"]*"|[&?;](?:amp;)?v=[0-9.]+'
    r'|data-looked="[0-9]+"|<time [^>]*>[^<]*</time>|id="own-marks".*?</span>'
)


@pytest.fixture
def ada():
    return signed_in(make_person("ada"))


@pytest.fixture
def bob():
    """A member who has other columns, another theme and density, a zone far away, and the same role."""
    person = make_person("bob")
    Preferences.objects.create(user=person, theme="dark", density="compact", time_zone="Asia/Tokyo", has_keys=False)
    ListPreference.objects.create(user=person, list_name="trials", columns=["task", "model", "cost"])
    ListPreference.objects.create(user=person, list_name="runs", columns=["name", "status"])
    browser = signed_in(person)
    browser.cookies["theme"] = "dark"
    browser.cookies["facets"] = "0"
    return browser


def signed_in(person):
    browser = Client()
    browser.force_login(person)
    return browser


def content(browser, address):
    response = browser.get(address)
    assert response.status_code == 200, address
    shown = MAIN.search(response.content.decode())[0]
    return re.sub(r"\s+", " ", PERSONAL.sub("", shown))


def rows(shown):
    return re.findall(r'<tr id="([a-z]+-\d+)"', shown)


@pytest.fixture
def places(mirrored):
    """Addresses of pages in all sorts of states."""
    run, two = mirrored["oracle-local"], mirrored["scripted-two-models"]
    failed = run.trials.filter(outcome="failed").first()
    talker = two.trials.order_by("pk").first()
    trial = f"/runs/{two.pk}/trials/{talker.pk}"
    report = make_report(make_run(name="nightly"), maker=ReportMaker.QUAYSIDE, title="Weekly")
    ReportDocument.objects.create(report=report, html="<p>All is well.</p>")
    test = make_pipeline_test()
    older, newer = make_test_run(test), make_test_run(test)
    return {
        **{f"tab {tab}": f"/runs/{run.pk}/{tab}" for tab in TABS},
        "runs of a test": f"/tests/{test.pk}/?status=completed&size=25&page=1",
        "two runs of a test": f"/runs/{newer.pk}/compare/?with={older.pk}",
        "group": f"/groups/{make_group(runs=[older, newer]).pk}/",
        "pipeline": f"/pipelines/{test.template.pipeline_id}/",
        "grid page": f"/runs/{run.pk}/grid/?page=1&size=25",
        "trial": f"/runs/{run.pk}/trials/{failed.pk}/?q=outcome:failed&sort=-duration",
        "trial in the list": f"{trial}/?q=agent:terminus&sort=cost",
        "step": f"{trial}/trajectory/?step=2",
        "found in a trajectory": f"{trial}/trajectory/?find=a",
        "lines": f"{trial}/logs/?line=1-2",
        "found in logs": f"{trial}/logs/?find=a&case=1",
        "diff": f"{trial}/diff/?show=split",
        "file": f"{trial}/file/result.json",
        "file as text": f"{trial}/file/result.json?as=text&line=2-3",
        "results": f"{trial}/results/?file=result.json",
        "trial files": f"{trial}/files/",
        "found": f"/runs/{two.pk}/search/?find=error&case=1",
        "task": f"/tasks/{talker.task_id}/",
        "report": f"/reports/{report.pk}/",
        "details": "/runs/details/?q=status:completed",
        "search": "/search/?q=nothing-like-it",
    }


LISTS = {
    "runs": "/runs/?q=status:completed&sort=-cost&columns=name,cost,status&size=25",
    "runs page": "/runs/?columns=name,cost&sort=name&size=25&page=1",
    "tasks": "/tasks/?q=fix&columns=name,rate&sort=name",
    "reports": "/reports/?columns=name,status&sort=name",
}


def test_every_page_in_every_state_is_the_same_for_another_member(ada, bob, places):
    different = [name for name, address in places.items() if content(ada, address) != content(bob, address)]
    assert different == []


@pytest.mark.parametrize("address", LISTS.values(), ids=LISTS)
def test_a_list_that_names_its_columns_shows_another_member_the_same_table(ada, bob, mirrored, address):
    assert table(content(ada, address)) == table(content(bob, address))


def test_trials_that_name_their_columns_show_another_member_the_same_table(ada, bob, mirrored):
    run = mirrored["oracle-local"]
    address = f"/runs/{run.pk}/trials/?q=outcome:failed&sort=-duration&columns=task,outcome,duration"
    shown = content(ada, address)
    assert len(rows(shown)) == 2
    assert table(shown) == table(content(bob, address))


def table(shown):
    found = re.search(r"<thead>.*?</tbody>", shown, re.DOTALL)
    return found and re.sub(r"<[^>]+>", "|", found[0])


def test_the_trials_of_a_filter_are_the_same_in_ones_own_columns(ada, bob, mirrored):
    address = f"/runs/{mirrored['oracle-local'].pk}/trials/?q=outcome:passed&sort=-duration&size=25"
    found = rows(content(ada, address))
    assert len(found) == 6
    assert found == rows(content(bob, address))


def test_the_link_that_one_copies_from_a_list_names_its_columns(ada, bob, mirrored):
    address = f"/runs/{mirrored['oracle-local'].pk}/trials/?q=outcome:failed"
    [link] = re.findall(r'data-copy="(http://testserver[^"]+columns=[^"]+)"', bob.get(address).content.decode())
    link = link.replace("&amp;", "&").removeprefix("http://testserver")
    assert table(content(ada, link)) == table(content(bob, address))
    assert table(content(ada, address)) != table(content(bob, address))


def test_a_reader_sees_what_an_operator_copied(ada, places):
    vic = signed_in(make_person("vic", role=Role.VIEWER))
    for name, address in places.items():
        assert vic.get(address).status_code == 200, name


def test_a_list_in_ones_own_view_shows_another_member_its_rows(ada, bob, mirrored):
    view = make_view(User.objects.get(username="ada"), query="status:completed")
    address = f"/runs/?q=status:completed&sort=name&columns=name,cost&view={view.pk}"
    assert 'aria-current="page"' in content(ada, address)
    assert table(content(ada, address)) == table(content(bob, address))


def test_a_view_of_the_team_leads_every_member_to_the_same_address(ada, bob):
    view = make_view(User.objects.get(username="ada"), is_team=True)
    ways = [browser.get(f"/views/{view.pk}/") for browser in (ada, bob)]
    assert [way.status_code for way in ways] == [302, 302]
    assert ways[0]["Location"] == ways[1]["Location"]


def test_whoever_has_to_sign_in_first_comes_to_the_same_page_in_the_same_state(ada, places):
    make_person("vic", role=Role.VIEWER)
    for name, address in (places | LISTS).items():
        visitor = Client()
        asked = visitor.get(address)
        assert (asked.status_code, urlsplit(asked["Location"]).path) == (302, "/sign-in/"), name
        form = visitor.get(asked["Location"]).content.decode()
        [wanted] = parse_qs(urlsplit(asked["Location"]).query)["next"]
        assert f'name="next" value="{escape(wanted)}"' in form, name
        signed = visitor.post("/sign-in/", {"username": "vic", "password": PASSWORD, "next": wanted})
        assert (signed.status_code, signed["Location"]) == (302, address), name
