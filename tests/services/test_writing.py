"""What somebody writes while what it is written at is removed, or while another fills the last place."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, connections, transaction

from dashboard.domain.notices import ChannelKind, NoticeEvent
from dashboard.domain.sharing import ShareScope
from dashboard.models import (
    ApiToken,
    AuditEntry,
    Channel,
    Delivery,
    Label,
    Note,
    Report,
    Run,
    SavedView,
    ShareLink,
    Star,
    TeamSettings,
    Watch,
)
from dashboard.services import (
    api_tokens,
    channels,
    labels,
    notes,
    own_reports,
    people,
    retention,
    saved_views,
    sharing,
    stars,
    watching,
    writing,
)
from dashboard.services.sharing import links
from tests import factories
from tests.factories import NOW
from tests.fixtures.databases import shared_database
from tests.fixtures.moments import interrupted

__all__ = ["shared_database"]

pytestmark = [pytest.mark.usefixtures("shared_database"), pytest.mark.django_db(transaction=True)]

HOOK = "https://hooks.example/T0/B0"


@pytest.fixture
def ada():
    return factories.make_person("ada")


@pytest.fixture
def chief():
    return factories.make_person("chief", role="administrator")


@pytest.fixture
def run():
    return factories.make_run()


def arranged():
    return saved_views.Arrangement(query="is:failed")


def forget(run):
    """The run goes as it does when it is kept no longer."""
    TeamSettings.objects.update_or_create(pk=1, defaults={"keep_gone": 30})
    Run.objects.filter(pk=run.pk).update(is_gone=True, gone_at=NOW - timedelta(days=31))
    retention.purge(NOW)


def entries():
    """What the audit log has beside the daily removal itself."""
    return list(AuditEntry.objects.exclude(action="object.remove").order_by("pk").values_list("action", "outcome"))


def shared(ada, run):
    return sharing.create(ada, run, scope=ShareScope.SUMMARY, expires_at=NOW + timedelta(days=1), now=NOW)


AT_RUN = {
    "a note": lambda ada, run: notes.add(ada, run, "It broke."),
    "a label": lambda ada, run: labels.add(ada, run, "nightly"),
    "no label": lambda ada, run: labels.remove(ada, run, "nightly"),
    "a star": stars.put,
    "a share link": shared,
    "a report": lambda ada, run: own_reports.ask(ada, [run], own_reports.Order(title="Nightly"), now=NOW),
    "a watch": lambda ada, run: watching.watch(
        ada,
        watching.Subject(run=run),
        channel=Channel.objects.filter(owner=ada).first() or factories.make_channel(ada),
        events=[NoticeEvent.ENDED],
        now=NOW,
    ),
}


@pytest.mark.parametrize("what", AT_RUN)
def test_nothing_is_written_at_a_run_that_goes_in_that_moment(what, ada, run):
    factories.make_channel(ada)
    with interrupted(lambda: forget(run)) as happened, pytest.raises(writing.Removed):
        AT_RUN[what](ada, run)
    assert len(happened) == 1
    assert not any(model.objects.exists() for model in (Run, Note, Label, Star, ShareLink, Watch, Report))
    assert entries() == []


def test_nothing_is_written_at_a_trial_that_goes_in_that_moment(ada, run):
    trial = factories.make_trial(run)
    with interrupted(lambda: forget(run)), pytest.raises(writing.Removed):
        notes.add(ada, trial, "It broke.")
    with pytest.raises(writing.Removed):
        labels.add(ada, trial, "flaky")
    assert entries() == []


BY_PERSON = {
    "a note": lambda ada, run: notes.add(ada, run, "It broke."),
    "a label": lambda ada, run: labels.add(ada, run, "nightly"),
    "labels": lambda ada, run: labels.add_to_many(ada, Run.objects.filter(pk=run.pk), "nightly"),
    "a star": stars.put,
    "a view": lambda ada, run: saved_views.create(ada, "runs", "Failures", arranged(), is_team=True),
    "a channel": lambda ada, run: channels.create(ada, kind=ChannelKind.WEBHOOK, name="Hook", address=HOOK, now=NOW),
    "a token": lambda ada, run: api_tokens.create(ada, "Laptop", days=7, now=NOW),
}


@pytest.mark.parametrize("what", BY_PERSON)
def test_nothing_is_written_by_an_account_that_goes_in_that_moment(what, ada, chief, run):
    def remove():
        people.remove(chief, User.objects.filter(pk=ada.pk))

    with interrupted(remove), pytest.raises(writing.Removed):
        BY_PERSON[what](ada, run)
    assert not any(model.objects.exists() for model in (Note, Label, Star, SavedView, Channel, ApiToken))
    assert entries() == []


def test_what_is_changed_while_it_is_removed_does_not_come_back(ada, chief, run):
    note, view = notes.add(ada, run, "It broke."), saved_views.create(ada, "runs", "Mine", arranged(), is_team=True)
    n_entries = AuditEntry.objects.count()
    with interrupted(lambda: notes.delete(chief, notes.get(chief, note.pk))), pytest.raises(writing.Removed):
        notes.change(ada, note, "It broke twice.")
    with interrupted(lambda: saved_views.delete(chief, SavedView.objects.get())), pytest.raises(writing.Removed):
        saved_views.rename(ada, view, "Ours", is_team=True)
    assert not Note.objects.exists()
    assert not SavedView.objects.exists()
    assert AuditEntry.objects.count() == n_entries + 2


def test_a_channel_that_goes_is_not_tried(ada):
    channel = factories.make_channel(ada)
    with interrupted(lambda: channels.remove(ada, Channel.objects.get())), pytest.raises(writing.Removed):
        channels.test(ada, channel, now=NOW)
    assert not Delivery.objects.exists()


def test_of_two_who_take_a_name_at_once_one_is_told(ada):
    grace = factories.make_person("grace")

    def same(who):
        return saved_views.create(who, "runs", "Failures", arranged(), is_team=True)

    with interrupted(lambda: same(grace)), pytest.raises(saved_views.Refused, match="The team already has"):
        same(ada)
    hook = {"kind": ChannelKind.WEBHOOK, "name": "Hook", "address": HOOK, "now": NOW}
    with interrupted(lambda: channels.create(ada, **hook)), pytest.raises(channels.CannotChange, match="already"):
        channels.create(ada, **hook)
    assert (SavedView.objects.get().owner, Channel.objects.count()) == (grace, 1)


def test_of_two_who_put_the_same_label_at_once_both_have_it(ada, run):
    with interrupted(lambda: labels.add(ada, run, "nightly")):
        labels.add(ada, run, "nightly")
    assert labels.of(run) == ["nightly"]


BOUNDED = {
    "notes": (notes, "MOST", Note, lambda ada, run, n: notes.add(ada, run, f"note {n}")),
    "labels": (labels, "MOST", Label, lambda ada, run, n: labels.add(ada, run, f"label {n}")),
    "views": (
        saved_views,
        "MOST",
        SavedView,
        lambda ada, run, n: saved_views.create(ada, "runs", f"view {n}", arranged(), is_team=False),
    ),
    "channels": (
        channels,
        "MOST_CHANNELS",
        Channel,
        lambda ada, run, n: channels.create(ada, kind=ChannelKind.WEBHOOK, name=f"hook {n}", address=HOOK, now=NOW),
    ),
    "tests": (
        channels,
        "MOST_TESTS",
        Delivery,
        lambda ada, run, n: channels.test(ada, Channel.objects.get(name="the one"), now=NOW),
    ),
    "watches": (
        watching,
        "MOST_WATCHES",
        Watch,
        lambda ada, run, n: watching.watch(
            ada,
            watching.Subject(query=f"is:finished word{n}"),
            channel=Channel.objects.get(name="the one"),
            events=[NoticeEvent.ENDED],
            now=NOW,
        ),
    ),
    "tokens": (
        api_tokens,
        "MOST_LIVE",
        ApiToken,
        lambda ada, run, n: api_tokens.create(ada, f"token {n}", days=7, now=NOW),
    ),
    "share links": (links, "MOST_LIVE", ShareLink, lambda ada, run, n: shared(ada, run)),
}

REFUSALS = (
    notes.Refused,
    labels.Refused,
    saved_views.Refused,
    channels.CannotChange,
    watching.CannotWatch,
    sharing.NotShared,
)


@pytest.mark.parametrize("what", BOUNDED)
def test_two_at_once_share_the_last_place(what, ada, run, monkeypatch):
    module, bound, model, deed = BOUNDED[what]
    if what in {"tests", "watches"}:
        factories.make_channel(ada, name="the one")
    deed(ada, run, 0)
    monkeypatch.setattr(module, bound, 2)
    with interrupted(lambda: deed(ada, run, 1)) as happened, pytest.raises((*REFUSALS, api_tokens.TooManyTokens)):
        deed(ada, run, 2)
    assert (len(happened), model.objects.count()) == (1, 2)
    assert [outcome for _, outcome in entries()][2:] == ([] if what == "views" else ["refused"])


def test_many_who_write_at_once_do_not_go_over(ada, run, monkeypatch):
    monkeypatch.setattr(notes, "MOST", 3)
    barrier = threading.Barrier(6)

    def write(number):
        try:
            barrier.wait(timeout=30)
            notes.add(ada, run, f"note {number}")
        except notes.Refused:
            return 0
        finally:
            connections.close_all()
        return 1

    with ThreadPoolExecutor(6) as pool:
        kept = sum(pool.map(write, range(6), timeout=60))
    assert (kept, Note.objects.count(), AuditEntry.objects.filter(outcome="refused").count()) == (3, 3, 3)


def test_room_is_asked_for_only_where_the_answer_holds():
    with pytest.raises(transaction.TransactionManagementError):
        writing.has_room(Note.objects.all(), 1)


def test_other_refusals_of_the_database_are_told_from_those_of_a_moment(ada, run):
    with pytest.raises(IntegrityError) as of_nothing:
        Star.objects.create(user=ada, run_id=10**9, created_at=NOW)
    with pytest.raises(IntegrityError) as repeated:
        Star.objects.bulk_create([Star(user=ada, run=run, created_at=NOW)] * 2)
    with pytest.raises(IntegrityError) as empty:
        Star.objects.create(user=ada, run=run, created_at=None)
    judged = [(writing.is_removal(each.value), writing.is_repeat(each.value)) for each in (of_nothing, repeated, empty)]
    assert judged == [(True, False), (False, True), (False, False)]
    assert not writing.is_removal(ValueError("no"))
