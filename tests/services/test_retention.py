"""What is removed when it is old, and what never is."""

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from axes.models import AccessAttempt
from django.contrib.sessions.models import Session
from django.core.cache import cache

from dashboard.domain.reports import ReportMaker
from dashboard.models import (
    AuditEntry,
    Channel,
    Delivery,
    Label,
    MirrorClock,
    Note,
    OneTimeLink,
    Report,
    Run,
    ShareLink,
    Star,
)
from dashboard.services import retention, team, throttling, tickets
from tests import factories

pytestmark = pytest.mark.django_db

NOW = factories.NOW
DAY = timedelta(days=1)


@pytest.fixture
def person():
    return factories.make_person()


@pytest.fixture(autouse=True)
def settings_of_team():
    settings = team.current()
    settings.keep_gone = 10
    settings.save()
    return settings


def a_link(person, number, *, run, expires, revoked=None):
    return ShareLink.objects.create(
        token_hash=str(number), run=run, scope="summary", creator=person, created_at=NOW - 300 * DAY,
        expires_at=expires, revoked_at=revoked,
    )  # fmt: skip


def gone(days=11, **fields):
    return factories.make_run(is_gone=True, gone_at=NOW - days * DAY, **fields)


def test_links_go_so_long_after_they_ended(person):
    run = factories.make_run()
    kept = [
        a_link(person, 1, run=run, expires=NOW + DAY),
        a_link(person, 2, run=run, expires=NOW - 89 * DAY),
    ]
    a_link(person, 3, run=run, expires=NOW - 91 * DAY)
    a_link(person, 4, run=run, expires=NOW + DAY, revoked=NOW - 91 * DAY)
    assert retention.purge(NOW)["share links"] == 2
    assert set(ShareLink.objects.all()) == set(kept)


def test_notices_that_went_out_go_and_those_that_wait_stay(person):
    channel = Channel.objects.create(owner=person, kind="email", name="m", address="a@b.example", created_at=NOW)
    for number, (state, days) in enumerate([("delivered", 31), ("given up", 31), ("waiting", 31), ("delivered", 29)]):
        Delivery.objects.create(
            channel=channel, event="ended", key=str(number), state=state, created_at=NOW - days * DAY
        )
    assert retention.purge(NOW)["deliveries"] == 2
    assert set(Delivery.objects.values_list("key", flat=True)) == {"2", "3"}


def test_runs_that_their_source_forgot_go_and_pages_hear_of_it():
    old, young, there = gone(), gone(days=9), factories.make_run()
    before = MirrorClock.now()
    assert retention.purge(NOW)["gone runs"] == 1
    assert set(Run.objects.all()) == {young, there}
    assert MirrorClock.now() == before + 1
    assert not Run.objects.filter(pk=old.pk).exists()


def test_runs_are_always_kept_where_the_team_says_so(settings_of_team):
    settings_of_team.keep_gone = None
    settings_of_team.save()
    gone(days=3000)
    assert retention.purge(NOW)["gone runs"] == 0


def with_note(run, person):
    Note.objects.create(run=run, author=person, text="Keep", created_at=NOW)


def with_trial_note(run, person):
    Note.objects.create(trial=factories.make_trial(run), author=person, text="Keep", created_at=NOW)


def with_label(run, person):
    Label.objects.create(run=run, name="baseline", author=person, created_at=NOW)


def with_star(run, person):
    Star.objects.create(trial=factories.make_trial(run), user=person, created_at=NOW)


def with_link(run, person):
    a_link(person, 9, run=run, expires=NOW + DAY)


def with_report(run, person):
    factories.make_report(run, maker=ReportMaker.QUAYSIDE)


@pytest.mark.parametrize("hang", [with_note, with_trial_note, with_label, with_star, with_link, with_report])
def test_a_forgotten_run_at_which_something_of_people_hangs_stays(person, hang):
    run = gone()
    hang(run, person)
    assert retention.purge(NOW)["gone runs"] == 0
    assert Run.objects.filter(pk=run.pk).exists()
    assert Report.objects.count() == (hang is with_report)


def test_each_purge_is_an_entry_and_nothing_is_told_of_nothing():
    retention.purge(NOW)
    assert not AuditEntry.objects.exists()
    gone()
    retention.purge(NOW)
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.actor_name) == ("object.remove", "")
    assert entry.detail == {"kind": "gone runs", "rows": 1, "why": "older than is kept"}


def test_many_go_batch_by_batch(monkeypatch):
    monkeypatch.setattr(retention, "BATCH", 2)
    for _ in range(5):
        gone()
    assert retention.purge(NOW)["gone runs"] == 5


def test_it_is_done_once_a_day():
    cache.clear()
    assert retention.claim_day(NOW) == [NOW.toordinal()]
    assert retention.claim_day(NOW + timedelta(hours=11)) == []
    assert retention.claim_day(NOW + DAY) == [NOW.toordinal() + 1]


def test_few_runs_go_at_a_time_for_they_take_their_trials_along():
    for _ in range(retention.RUNS + 1):
        gone()
    before = MirrorClock.now()
    assert retention.purge(NOW)["gone runs"] == retention.RUNS + 1
    assert MirrorClock.now() == before + 2


def after(n):
    """Says no so many times, then yes."""
    asked = iter([False] * n)
    return lambda: next(asked, True)


def test_it_stops_between_two_batches_and_tells_what_went():
    for _ in range(2 * retention.RUNS):
        gone()
    # Notices and links have no batch: each of them asks once, and the first batch of runs is the third question.
    assert retention.purge(NOW, after(3))["gone runs"] == retention.RUNS
    assert Run.objects.count() == retention.RUNS
    assert [entry.detail["rows"] for entry in AuditEntry.objects.all()] == [retention.RUNS]
    assert retention.purge(NOW)["gone runs"] == retention.RUNS


def test_told_to_stop_it_begins_with_nothing(person):
    gone()
    a_session(person, "over", ends=NOW)
    assert set(retention.purge(NOW, after(0)).values()) == {0}


def test_what_is_left_is_done_the_same_day_by_whoever_starts_next():
    cache.clear()
    gone()
    [day] = retention.claim_day(NOW)
    retention.look(day, lambda: NOW, after(0))
    assert retention.claim_day(NOW) == [day]
    retention.look(day, lambda: NOW, after(1_000))
    assert (retention.claim_day(NOW), Run.objects.count()) == ([], 0)


def a_session(person, key, *, ends):
    Session.objects.create(session_key=key, session_data="", expire_date=ends)
    UserSession.objects.create(session_key=key, user=person, ip="::1", user_agent="")


def test_sessions_that_have_expired_go_with_their_rows_in_the_list(person):
    a_session(person, "over", ends=NOW)
    a_session(person, "open", ends=NOW + timedelta(seconds=1))
    assert retention.purge(NOW)["sessions"] == 1
    assert list(Session.objects.values_list("session_key", flat=True)) == ["open"]
    assert list(UserSession.objects.values_list("session_key", flat=True)) == ["open"]


def test_tickets_go_when_they_have_expired(person):
    assert tickets.claim(person, tickets.new(), now=NOW)
    assert retention.purge(NOW)["sessions"] == 0
    assert retention.purge(NOW + tickets.LIFE)["sessions"] == 1


def test_links_to_sign_in_once_go_a_day_after_they_expired():
    for number, expires in enumerate([NOW - DAY, NOW - DAY + timedelta(seconds=1), NOW + DAY]):
        OneTimeLink.objects.create(token_hash=str(number), expires_at=expires)
    assert retention.purge(NOW)["one-time links"] == 1
    assert set(OneTimeLink.objects.values_list("token_hash", flat=True)) == {"1", "2"}


def test_failures_to_sign_in_go_when_they_count_no_longer():
    for name, ago in (("old", throttling.FORGOTTEN_AFTER), ("young", timedelta(minutes=59))):
        failed = AccessAttempt.objects.create(username=name, ip_address="::1", failures_since_start=1)
        AccessAttempt.objects.filter(pk=failed.pk).update(attempt_time=NOW - ago)
    assert retention.purge(NOW)["failures to sign in"] == 1
    assert list(AccessAttempt.objects.values_list("username", flat=True)) == ["young"]


def test_what_merely_expired_is_no_entry(person):
    a_session(person, "over", ends=NOW)
    retention.purge(NOW)
    assert not AuditEntry.objects.exists()
