"""What is odd but can be read, what is bad in one item only, clocks that differ, and restarts on either side."""

import re
from datetime import UTC, timedelta
from email.utils import format_datetime

import pytest
from django.core.cache import cache

from dashboard.domain.errors import Unreachable
from dashboard.domain.statuses import RunStatus, SourceHealth
from dashboard.models import Run
from dashboard.services import tickets
from dashboard.services.sync import looks
from dashboard.services.sync.loop import look_once
from dashboard.sources.sessions import forget_sessions
from dashboard.views.kept import PARTS
from dashboard.views.runs.polls import FRAGMENTS, STATES
from tests.faults.conftest import mirrored
from tests.faults.tenant import FINISHED, MOVING, NOW
from tests.http.faulty_server import reply
from tests.pages import resolved, row_ids

READABLE = {
    "a byte order mark": lambda body: b"\xef\xbb\xbf" + body,
    "doubled keys": lambda body: body.replace(b'{"id":', b'{"id":"another","id":'),
    "unknown fields": lambda body: body.replace(b'{"id":', b'{"of_tomorrow":[1,{}],"id":'),
    "blanks around it": lambda body: b"\r\n " + body + b"\n",
}


@pytest.fixture
def look(source, clock):
    """Looks at the source once; the source as it is then."""

    def once():
        clock.go_on(seconds=40)
        looks.look_at_source(source.pk, clock)
        source.refresh_from_db()
        return source

    return once


@pytest.mark.parametrize("oddity", READABLE)
def test_what_is_odd_but_readable_changes_nothing(oddity, tenant, look):
    before = mirrored()
    tenant.server.answer(tenant.changed(READABLE[oddity]))
    assert (look().health, look().problems) == (SourceHealth.HEALTHY, [])
    assert mirrored() == before


def test_items_that_come_twice_are_there_once(tenant, look, client):
    tenant.server.answer(tenant.changed_list(lambda items: items + items[::-1]))
    assert look().health == SourceHealth.HEALTHY
    ids = row_ids(client.get("/runs/"))
    assert sorted(ids) == sorted(set(ids)) == sorted(Run.objects.values_list("pk", flat=True))


def test_an_item_that_is_missing_from_the_list_is_not_gone(tenant, look):
    tenant.server.answer(tenant.changed_list(lambda items: items[1:]))
    look()
    assert not Run.objects.filter(is_gone=True).exists()


def test_a_bad_item_is_told_and_the_others_are_there(tenant, look):
    tenant.server.answer(tenant.changed_list(lambda items: [*items, "oops", {"id": {}}]))
    source = look()
    assert source.health == SourceHealth.HEALTHY
    assert "It has no usable id and cannot be shown." in repr(source.problems)
    assert Run.objects.count() == 3


def test_broken_characters_are_replaced_and_shown(tenant, look, client):
    tenant.server.answer(tenant.changed(lambda body: body.replace(b"gemini out", b"gem\xff\xfeni out")))
    assert look().health == SourceHealth.HEALTHY
    assert "gem��ni out of quota" in resolved(client.get("/runs/"))


@pytest.mark.parametrize("hours", [3, -3])
def test_a_clock_that_goes_wrong_makes_no_negative_age(hours, tenant, source, clock, client):
    tenant.now = NOW + timedelta(hours=hours)

    def handle(peer, request):
        answer = tenant.answer_to(request)
        answer["headers"] |= {"Date": format_datetime(tenant.now.astimezone(UTC), usegmt=True)}
        return reply(**answer)(peer, request)

    tenant.server.answer(handle)
    looks.look_at_source(source.pk, clock)
    for pk in [*Run.objects.values_list("pk", flat=True)]:
        text = re.sub(r"<[^>]*>", " ", resolved(client.get(f"/runs/{pk}/")))
        assert not re.search(r"(?<![\w-])[-−]\d+(\.\d+)?\s?(ms|s|min|h|d)\b", text)


def test_a_token_that_expires_leaves_everybody_signed_in_until_it_is_replaced(tenant, source, clock, client):
    tenant.app.token = "docks_the-next-one"
    clock.now = source.next_sync_at
    look_once(clock)
    source.refresh_from_db()
    assert (source.error_code, source.next_sync_at - clock.now) == ("auth", timedelta(minutes=5))
    assert "refused the access token" in resolved(client.get("/runs/"))
    tenant.server.requests.clear()
    clock.go_on(minutes=4)
    look_once(clock)
    assert tenant.server.requests == []
    source.token, source.next_sync_at = "docks_the-next-one", clock.now
    source.save()
    look_once(clock)
    source.refresh_from_db()
    assert (source.health, source.error) == (SourceHealth.HEALTHY, "")
    assert "refused the access token" not in resolved(client.get("/runs/"))


def test_a_source_that_restarts_with_another_state_is_read_anew(tenant, source, clock, client, tmp_path):
    tenant.refuse()
    clock.now = source.next_sync_at
    look_once(clock)
    tenant.app = tenant.new_app(tmp_path / "another")
    tenant.app.world.history = {}
    tenant.mend()
    source.refresh_from_db()
    clock.now = source.next_sync_at
    look_once(clock)
    clock.go_on(minutes=5)
    look_once(clock)
    source.refresh_from_db()
    moving = Run.objects.get(name=MOVING)
    assert (source.health, moving.is_gone, moving.looked_at) == (SourceHealth.HEALTHY, False, clock.now)
    assert Run.objects.get(name=FINISHED).is_gone is False
    assert row_ids(client.get("/runs/"))


def test_after_our_own_restart_pages_show_the_mirror_with_its_age(tenant, source, look, client):
    tenant.refuse()
    look()
    forget_sessions()
    cache.clear()
    for kept in (PARTS, FRAGMENTS, STATES):
        kept.clear()
    page = resolved(client.get("/runs/"))
    assert MOVING in page
    assert FINISHED in page
    assert "What it said before stays here, as of" in page


def test_a_run_that_was_cancelled_by_another_is_told_and_no_error(tenant, source, client):
    moving = Run.objects.get(name=MOVING)

    def handle(peer, request):
        if request.method == "POST":
            tenant.app.world.cancel(tenant.moving.id)
        return tenant.well(peer, request)

    tenant.server.answer(handle)
    url = f"/runs/{moving.pk}/cancel/"
    client.handler.enforce_csrf_checks = False
    page = resolved(client.post(url, {"ticket": tickets.new()}, follow=True))
    assert "There was nothing to cancel. It was cancelled at" in page
    assert Run.objects.get(pk=moving.pk).status == RunStatus.CANCELLED


def test_an_artifact_that_is_cut_short_is_never_whole(tenant, source, client):
    run = Run.objects.get(name=FINISHED)
    trial = run.trials.first()

    def handle(peer, request):
        answer = tenant.answer_to(request)
        if "/tenants/" not in request.target:
            answer["body"] = answer["body"][:-5]
            reply(**answer)(peer, request)
            return False
        return reply(**answer)(peer, request)

    tenant.server.answer(handle)
    response = client.get(f"/runs/{run.pk}/trials/{trial.pk}/download/logs.txt")
    assert response.status_code == 200
    with pytest.raises(Unreachable, match="cut the connection"):
        b"".join(response.streaming_content)
