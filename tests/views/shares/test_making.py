"""Sharing a run or report by a form: what it says before, and the address that it tells once."""

import re
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from dashboard.domain.reports import ReportMaker
from dashboard.domain.roles import Role
from dashboard.models import AuditEntry, Preferences, ReportDocument, ShareLink
from dashboard.services import team, tickets
from tests.factories import make_person, make_report, make_run, make_source, make_trial

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(person):
    browser = Client()
    browser.force_login(person)
    return browser


def sent(**changes):
    day = f"{timezone.now() + timedelta(days=2):%Y-%m-%d}"
    given = {"scope": "trials", "day": day, "time": "12:30", "zone": "UTC", "note": "for Grace"}
    return given | {"ticket": tickets.new()} | changes


def send(browser, run, **changes):
    return browser.post(f"/runs/{run.pk}/share/", sent(**changes))


def words(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def address_in(response):
    return re.search(r'value="(http://testserver/s/[^"]+)"', response.content.decode())[1]


def test_the_form_says_what_becomes_public_and_until_when(browser, run):
    shown = words(browser.get(f"/runs/{run.pk}/share/"))
    assert "State and its reason, figures with their intervals, agents and models." in shown
    assert "Also 10 trials: tasks, outcomes, times, costs, exceptions with their words." in shown
    assert re.search(r"Public: \d+ files, 33 hold its configuration, none looks like it holds secrets", shown)
    assert re.search(r"It lasts 7 days unless you change it, and at most 30 days: until [0-9-]+ [0-9:]+ UTC", shown)
    in_a_week = f"{timezone.now() + timedelta(days=7):%Y-%m-%d}"
    assert f'value="{in_a_week}"' in browser.get(f"/runs/{run.pk}/share/").content.decode()


def test_where_links_last_less_than_a_week_that_is_what_they_usually_last(browser, run):
    settings = team.current()
    settings.longest_share = 3
    settings.save()
    shown = words(browser.get(f"/runs/{run.pk}/share/"))
    assert "It lasts 3 days unless you change it, and at most 3 days: until" in shown


def test_it_says_that_files_may_hold_what_no_page_shows(browser, run, share):
    shown = words(browser.get(f"/runs/{run.pk}/share/"))
    assert "to be read and downloaded, as it is: a file may hold the configuration, and paths of the machine" in shown
    assert "a run’s own files may hold its configuration and paths of the machine it ran on" in shown
    assert "Never shown" not in shown
    guest = share(run)
    assert guest.get(f"runs/{run.pk}/config/").status_code == 404
    assert "config.json" in guest.page(f"runs/{run.pk}/files/")


def test_files_that_look_secret_are_named(browser, run, monkeypatch):
    monkeypatch.setattr("dashboard.services.sharing.exposure.looks_secret", lambda path: path.endswith("config.json"))
    shown = words(browser.get(f"/runs/{run.pk}/share/"))
    assert re.search(r"Public: \d+ files, 33 hold its configuration, 11 look like they hold secrets", shown)
    assert "and 3 more" in shown


def test_where_it_is_not_known_it_says_so(browser):
    run = make_run(make_source("Docks", kind="docks", address="https://docks.example"))
    make_trial(run)
    assert "how many there are is not known" in words(browser.get(f"/runs/{run.pk}/share/"))


def test_the_address_is_told_once_and_opens_the_run(browser, run):
    response = send(browser, run)
    assert response.status_code == 200
    assert response["Cache-Control"] == "no-store"
    assert "It is not shown again" in words(response)
    address = address_in(response)
    assert Client().get(address).status_code == 200
    link = ShareLink.objects.get()
    assert (link.scope, link.note, f"{link.expires_at:%H:%M}") == ("trials", "for Grace", "12:30")
    assert address.split("/")[-2] not in browser.get("/shares/").content.decode()


def test_the_moment_is_that_of_the_zone(browser, run):
    assert "16:00:00 Asia/Kolkata" in words(send(browser, run, zone="Asia/Kolkata", time="16:00"))
    assert f"{ShareLink.objects.get().expires_at:%H:%M}" == "10:30"


def test_when_it_expires_is_told_in_ones_own_zone(browser, run, person):
    Preferences.objects.create(user=person, time_zone="America/New_York")
    told = words(send(browser, run, zone="Asia/Kolkata", time="16:00"))
    expires = ShareLink.objects.get().expires_at.astimezone(ZoneInfo("America/New_York"))
    assert f"Expires {expires:%Y-%m-%d %H:%M:%S} America/New York" in told


def test_ones_own_zone_is_chosen_already(browser, run, person):
    Preferences.objects.create(user=person, time_zone="Asia/Tokyo")
    shown = browser.get(f"/runs/{run.pk}/share/").content.decode()
    assert '<option value="Asia/Tokyo" selected>' in shown


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"day": "2020-01-01"}, "That moment has passed"),
        ({"day": "2199-01-01"}, "A link lasts at most 30 days"),
        ({"day": "9999-12-31", "time": "23:59", "zone": "America/Los_Angeles"}, "A link lasts at most 30 days"),
        ({"day": "0001-01-01", "zone": "Asia/Tokyo", "time": "00:00"}, "That moment has passed"),
        ({"day": "soon"}, "Enter a valid date"),
        ({"zone": "Mars/Olympus"}, "Select a valid choice"),
        ({"scope": "everything"}, "Select a valid choice"),
        ({"note": "a\x00b"}, "Leave out control characters"),
        ({"note": "n" * 201}, "at most 200 characters"),
        ({"ticket": ""}, "too old or not complete"),
    ],
)
def test_what_does_not_fit_is_told_and_nothing_is_made(browser, run, changes, said):
    response = send(browser, run, **changes)
    assert response.status_code == 422
    assert said in words(response)
    assert not ShareLink.objects.exists()


def test_a_form_that_is_sent_twice_makes_one_link(browser, run):
    form = sent()
    assert browser.post(f"/runs/{run.pk}/share/", form).status_code == 200
    again = browser.post(f"/runs/{run.pk}/share/", form)
    assert (again.status_code, again["Location"]) == (302, "/shares/")
    assert ShareLink.objects.count() == 1


def test_each_form_that_is_sent_leaves_one_entry(browser, run):
    send(browser, run)
    assert AuditEntry.objects.values_list("action", "outcome").get() == ("share.create", "done")


def test_a_viewer_is_told_and_makes_nothing(run):
    viewer = Client()
    viewer.force_login(make_person("vic", role=Role.VIEWER))
    asked = viewer.get(f"/runs/{run.pk}/share/")
    assert asked.status_code == 403
    assert "This needs the role operator. Yours is viewer" in words(asked)
    assert send(viewer, run).status_code == 403
    assert not ShareLink.objects.exists()
    assert AuditEntry.objects.values_list("action", "outcome").get() == ("share.create", "refused")
    assert "/share/" not in viewer.get(f"/runs/{run.pk}/").content.decode()


def test_who_may_not_see_the_run_finds_no_form(run):
    browser = Client()
    browser.force_login(make_person("zoe", role=None))
    assert browser.get(f"/runs/{run.pk}/share/").status_code == 404


def test_while_sharing_is_off_the_page_says_so(browser, run):
    chosen = team.current()
    chosen.has_sharing = False
    chosen.save()
    assert "An administrator has switched sharing off" in words(browser.get(f"/runs/{run.pk}/share/"))
    assert send(browser, run).status_code == 422
    assert AuditEntry.objects.get().outcome == "refused"


def test_the_page_of_a_run_leads_to_the_form_and_counts_its_links(browser, run, share):
    shown = browser.get(f"/runs/{run.pk}/").content.decode()
    assert f'href="/runs/{run.pk}/share/"' in shown
    assert "shared:" not in shown
    share(run), share(run)
    assert "shared: 2 links" in browser.get(f"/runs/{run.pk}/").content.decode()
    ShareLink.objects.update(revoked_at=timezone.now())
    assert "shared:" not in browser.get(f"/runs/{run.pk}/").content.decode()


def test_a_report_is_shared_with_its_document(browser):
    report = make_report(make_run(name="nightly"), maker=ReportMaker.QUAYSIDE, title="Weekly")
    ReportDocument.objects.create(report=report, html="<p>All is well.</p>")
    assert f'href="/reports/{report.pk}/share/"' in browser.get(f"/reports/{report.pk}/").content.decode()
    shown = words(browser.get(f"/reports/{report.pk}/share/"))
    assert "The report and its document" in shown
    assert "Public: 1 file" in shown
    response = browser.post(f"/reports/{report.pk}/share/", sent(scope="summary"))
    page = Client().get(address_in(response))
    assert page.status_code == 200
    assert "Weekly" in page.content.decode()


def test_a_report_has_no_scope_of_trials(browser):
    report = make_report(make_run())
    response = browser.post(f"/reports/{report.pk}/share/", sent(scope="trials"))
    assert response.status_code == 422
