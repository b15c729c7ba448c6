"""Runs that end as the sync sees them end, people with channels, and a clock that tests move."""

import itertools
from datetime import timedelta

import pytest

from dashboard.domain.notices import ChannelKind, NoticeEvent
from dashboard.domain.statuses import RunStatus
from dashboard.models import Channel, Delivery, MirrorClock, StateChange
from dashboard.models.sealed import Sealed
from dashboard.services import watching
from dashboard.services.notices import noticing
from tests import factories
from tests.services.conftest import Clock

NOW = factories.NOW
ALL = list(watching.EVENTS)

_names = itertools.count(1)


@pytest.fixture
def clock():
    return Clock(NOW)


@pytest.fixture
def ada(db):
    return factories.make_person("ada", email="ada@example.com")


@pytest.fixture
def bob(db):
    return factories.make_person("bob", email="bob@example.com")


def make_channel(
    owner, kind=ChannelKind.WEBHOOK, *, address="https://hooks.example/T0/B0", secret="whsec_s3cret", **fields
):
    channel = Channel(owner=owner, kind=kind, name=f"channel {next(_names)}", created_at=NOW, **fields)
    channel.address, channel.secret = Sealed.of(address), Sealed.of(secret)
    channel.save()
    return channel


def see(run, status=None, now=NOW, **fields):
    """The sync writes the run in a state (its own without one), as it does it: under the clock's lock, with history."""
    if status is not None:
        run.status = status
    for name, value in fields.items():
        setattr(run, name, value)
    run.version = MirrorClock.tick()
    run.save()
    return StateChange.objects.create(run=run, status=run.status, seen_at=now)


def make_running(**fields):
    run = factories.make_run(**{"status": RunStatus.RUNNING, "started_at": NOW - timedelta(hours=1)} | fields)
    see(run)
    return run


def end(run, status=RunStatus.COMPLETED, **fields):
    return see(run, status, **{"finished_at": NOW + timedelta(minutes=1)} | fields)


def watch(person, channel, events=ALL, *, now=NOW, **what):
    return watching.watch(person, watching.Subject(**what), channel=channel, events=events, now=now)


def sweep(now=NOW):
    while noticing.sweep(now):
        pass
    return told()


def told():
    """(event, name of the run) of everything that was noticed, in the order of noticing."""
    return [(each.event, each.run.name if each.run else "") for each in Delivery.objects.order_by("pk")]


def a_delivery(channel, watched=None, run=None, *, event=NoticeEvent.ENDED, **fields):
    given = {"key": f"test-{next(_names)}", "body": {"version": 1, "event": event.value, "title": "nightly completed",
             "run": None, "numbers": None, "failure": None, "regression": None, "reason": "You watch it."},
             "created_at": NOW, "next_try_at": NOW}  # fmt: skip
    return Delivery.objects.create(channel=channel, watch=watched, run=run, event=event, **given | fields)
