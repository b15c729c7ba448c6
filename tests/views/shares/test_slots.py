"""Files that guests read, however slowly, leave members theirs: guests have slots of their own."""

from threading import BoundedSemaphore

import pytest
from django.test import Client

from dashboard.domain.pipelines import ResultType
from dashboard.domain.reports import ReportMaker
from dashboard.models import ReportDocument, RunResult
from dashboard.services import artifacts
from dashboard.views.artifacts import slots
from tests.factories import make_report, make_run

pytestmark = pytest.mark.django_db


@pytest.fixture
def rest(run):
    """The address of a file, below a link or the application's own."""
    trial = run.trials.first()
    path = artifacts.of_trial(trial).artifacts[0].path
    return f"runs/{run.pk}/trials/{trial.pk}/download/{path}"


@pytest.fixture
def one_guest_slot(monkeypatch):
    one = BoundedSemaphore(1)
    monkeypatch.setattr(slots, "guest_slots", lambda: one)
    return one


def test_members_have_files_and_exports_while_guests_hold_all_they_can(share, run, client, rest):
    link = share(run)
    held = [link.get(rest) for _ in range(12)]
    assert {each.status_code for each in held} == {200, 503}
    assert client.get(f"/{rest}").status_code == 200
    assert client.get("/runs/export.csv").status_code == 200


def test_a_guest_without_a_slot_is_told_when_to_come_back_and_finds_one_after_the_other_was_read(
    share, run, rest, one_guest_slot
):
    link = share(run)
    first, refused = link.get(rest), link.get(rest)
    assert (refused.status_code, refused["Retry-After"], refused.streaming) == (503, "5", False)
    assert b"".join(first.streaming_content)
    assert link.get(rest).status_code == 200


@pytest.fixture
def threads(monkeypatch):
    """Has the process make so many pages at a time: half of them may be files for members, a quarter for guests."""

    def forget():
        for each in (slots.slots, slots.guest_slots, slots.guest_networks):
            each.cache_clear()

    def set_number(number):
        monkeypatch.setenv("WEB_THREADS", str(number))
        forget()

    yield set_number
    forget()


@pytest.fixture
def link(share, run):
    return share(run)


def ask(link, rest, network):
    return link.browser.get(link.place + rest, REMOTE_ADDR=network)


@pytest.mark.parametrize(("number", "n_free"), [(4, 1), (8, 2), (12, 2), (16, 2), (20, 3), (24, 3)])
def test_one_network_has_half_of_the_guests_slots_or_two(link, rest, threads, number, n_free):
    threads(number)
    codes = [ask(link, rest, "192.0.2.7").status_code for _ in range(n_free + 1)]
    assert codes == [200] * n_free + [503]


def test_guests_of_other_networks_have_files_while_one_holds_all_it_may(share, run, rest, threads):
    threads(16)
    first, second = share(run), share(run)
    places = ["2001:db8::1", "2001:db8::2", "2001:db8::3", "192.0.2.7", "198.51.100.7", "203.0.113.7"]
    codes = [ask(link, rest, place).status_code for link, place in zip([first, second] * 3, places, strict=True)]
    assert codes == [200, 200, 503, 200, 200, 503]


def test_who_was_refused_for_their_network_holds_nothing_by_it(link, rest, threads):
    threads(16)
    first, _, refused = [ask(link, rest, "192.0.2.7") for _ in range(3)]
    assert (refused.status_code, refused["Retry-After"], refused.streaming) == (503, "5", False)
    assert b"".join(first.streaming_content)
    assert [ask(link, rest, "192.0.2.7").status_code for _ in range(2)] == [200, 503]
    assert [ask(link, rest, "198.51.100.7").status_code for _ in range(2)] == [200, 200]


def test_members_share_theirs_wherever_they_are(client, rest, threads):
    threads(16)
    assert [client.get(f"/{rest}").status_code for _ in range(9)] == [200] * 8 + [503]


def test_guests_have_files_while_members_hold_all_of_theirs(share, run, client, rest, monkeypatch):
    one = BoundedSemaphore(1)
    one.acquire()
    monkeypatch.setattr(slots, "slots", lambda: one)
    assert client.get(f"/{rest}").status_code == 503
    assert share(run).get(rest).status_code == 200


def test_a_document_in_a_guests_frame_takes_a_guests_slot(share, settings, one_guest_slot):
    settings.ALLOWED_HOSTS = ["localhost", "127.0.0.1"]
    report = make_report(make_run(name="nightly"), maker=ReportMaker.QUAYSIDE, title="Weekly", created_by="grace")
    ReportDocument.objects.create(report=report, html="<p>All is well.</p>")
    link = share(report)
    page = link.browser.get(link.place, headers={"host": "localhost"}).content.decode()
    _, _, after = page.partition('src="http://127.0.0.1')
    one_guest_slot.acquire()
    assert Client().get(after.partition('"')[0], headers={"host": "127.0.0.1"}).status_code == 503


def test_a_picture_that_a_guest_is_shown_takes_a_guests_slot(share, one_guest_slot):
    run = make_run()
    result = RunResult.objects.create(run=run, name="plot", type=ResultType.FILE, text="gs://bucket/plot.png")
    one_guest_slot.acquire()
    assert share(run).get(f"runs/{run.pk}/results/{result.pk}/").status_code == 503
