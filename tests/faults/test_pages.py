"""Somebody reads pages and waits for files while a source has each fault: what is there, and how soon."""

import html
import re
import time
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from dashboard.models import Run, Source, Trial
from dashboard.services import tickets
from dashboard.services.sync.loop import look_once
from tests.faults.conftest import mirrored
from tests.faults.rows import ROWS
from tests.faults.tenant import FINISHED, MOVING, TOKEN
from tests.pages import resolved

PATIENCE = 2.5
"""Seconds: nobody waits for a page for more than two, and the machine may be busy."""
UNKNOWN = "7c9e6679-7425-40de-944b-e07fc1f90ae7"
DRIPPED = next(row for row in ROWS if row.name == "headers dripped")
BANNER = re.compile(r'<div class="banner" data-state="warn" id="trouble-\d+">(.*?)</form>', re.DOTALL)


class Reader:
    """Somebody signed in who opens pages about the mirrored runs, and what has to be asked of the source."""

    def __init__(self, person):
        self.client = Client()
        self.client.force_login(person)
        moving, finished = Run.objects.get(name=MOVING), Run.objects.get(name=FINISHED)
        ids = [finished.pk, Trial.objects.filter(run=finished)[0].pk]
        self.pages = {
            reverse("run-detail", args=[moving.pk]): MOVING,
            reverse("trial-detail", args=ids): FINISHED,
            reverse("run-list"): FINISHED,
        }
        self.confirm = reverse("run-cancel", args=[moving.pk])
        self.search = f"{reverse('search')}?q={UNKNOWN}"
        self.list = f"{reverse('run-list')}?q={UNKNOWN}"
        self.files = reverse("trial-files", args=ids)
        self.file = reverse("trial-file", args=[*ids, "logs.txt"])
        self.download = reverse("trial-download", args=[*ids, "logs.txt"])

    def open(self, url):
        """(status, content) of what is there, read to its end within the bound of a page."""
        with soon():
            response = self.client.get(url)
            content = b"".join(response) if response.streaming else response.content
        assert TOKEN.encode() not in content
        if not response.streaming:
            resolved(response)
        return response.status_code, content.decode()

    def read(self, url):
        """A page that is there."""
        status, page = self.open(url)
        assert status == 200
        return page


@contextmanager
def soon():
    began = time.monotonic()
    yield
    assert time.monotonic() - began < PATIENCE


def banners(page):
    """What the page says about sources that fail."""
    return [text_of(banner) for banner in BANNER.findall(page)]


def text_of(page):
    return " ".join(html.unescape(re.sub(r"<[^>]*>", "", page)).split())


@pytest.fixture(params=ROWS, ids=str)
def row(request):
    return request.param


@pytest.fixture
def reader(source, person):
    return Reader(person)


def test_pages_show_what_was_there_and_say_what_is_wrong_until_a_look_goes_well(row, tenant, fail, reader, clock):
    source = fail(row)
    tenant.server.requests.clear()
    for url, name in reader.pages.items():
        page = reader.read(url)
        [banner] = banners(page)
        assert banner.startswith(source.name)
        assert row.shown in banner
        assert "What it said before stays here, as of" in banner
        assert name in page
    assert tenant.server.requests == []
    tenant.mend()
    clock.now = source.next_sync_at
    look_once(clock)
    assert [banners(reader.read(url)) for url in reader.pages] == [[], [], []]


def test_whatever_has_to_be_asked_ends_in_a_page_of_ours(row, begin, reader):
    begin(row)
    before = mirrored()
    for url in (reader.file, reader.download):
        status, page = reader.open(url)
        assert status in ({403, 404, 409, 503} if row.hits_all else {200})
        assert "<title>" in page or not row.hits_all
    for url in (reader.files, reader.search):
        reader.read(url)
    assert mirrored() == before


def test_an_action_is_refused_or_unknown_and_sent_once_at_most(row, tenant, begin, reader):
    begin(row)
    with soon():
        response = reader.client.post(reader.confirm, {"ticket": tickets.new()}, follow=True)
    assert response.status_code in {200, 422}
    assert TOKEN not in resolved(response)
    assert [request.method for request in tenant.server.requests].count("POST") <= 1


def test_a_person_waits_two_seconds_at_most_with_the_deadlines_as_they_are(tenant, reader):
    DRIPPED.begin(tenant)
    for url, status in {reader.download: 503, reader.search: 200, reader.list: 200}.items():
        assert reader.open(url)[0] == status


def test_nobody_waits_for_a_source_that_failed_twice(tenant, fail, reader, clock):
    fail(DRIPPED)
    fail.again(DRIPPED)
    Source.objects.update(next_sync_at=clock.now + timedelta(minutes=1))
    tenant.server.requests.clear()
    for url in (reader.file, reader.download, reader.files, reader.search, reader.confirm):
        assert reader.open(url)[0] in {200, 503}
    assert tenant.server.requests == []


def test_downloads_work_again_without_a_restart(tenant, reader):
    tenant.refuse()
    assert reader.open(reader.download)[0] == 503
    tenant.mend()
    status, text = reader.open(reader.download)
    assert (status, bool(text.strip())) == (200, True)


def test_an_administrator_sees_where_it_is_and_what_to_do(tenant, fail, reader, administrator):
    fail(next(row for row in ROWS if row.code == "auth"))
    [mine] = BANNER.findall(administrator.get(reverse("run-list")).content.decode())
    [theirs] = BANNER.findall(reader.open(reverse("run-list"))[1])
    assert f"docks.test:{tenant.server.port}" in mine
    assert "Replace the token" in mine
    assert "docks.test" not in theirs
    assert "Ask an administrator." in theirs
