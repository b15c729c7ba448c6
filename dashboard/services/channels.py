"""Channels: the ways by which somebody is told. The address of a webhook lets in whoever knows it: it is kept sealed.

A channel of mail goes to the address of the account whose it is, whatever that is at the moment, and to no other.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit
from uuid import uuid4

from django.contrib.auth.models import User
from django.db.models import Count, Q, QuerySet

from dashboard.domain.audits import AuditAction, AuditOutcome
from dashboard.domain.notices import ChannelKind, DeliveryState, NoticeEvent
from dashboard.domain.roles import Role
from dashboard.models import Channel, Delivery, sealed
from dashboard.models.sealed import Sealed
from dashboard.services import audit, rights
from dashboard.services.notices import bodies, mailing, posting, sending
from dashboard.services.visibility import Viewer
from dashboard.services.writing import has_room, writing

MOST_CHANNELS = 20
"""Of one person."""
MOST_SHOWN = 20
"""Deliveries of a channel that its page shows, the newest."""
MOST_TESTS = 3
"""Tests of a channel that wait to be sent."""
NO_KEYS = (
    "The address cannot be kept: this server has no TOKEN_KEYS to encrypt it with. See docs/reference/settings.md."
)


class CannotChange(Exception):
    """A channel cannot be made or changed in this way; ``str()`` is a sentence for a person."""


class CannotUse(CannotChange):
    """It is the address that was given that cannot be used."""


@dataclass(frozen=True, slots=True, repr=False)
class NewChannel:
    """A channel that was just made; ``secret`` signs what a webhook is sent, and nobody sees it again."""

    channel: Channel
    secret: str


def mine(viewer: Viewer) -> QuerySet[Channel]:
    """Somebody's own channels, by name, each with how many watches use it (``n_watches``)."""
    if not rights.may_read(viewer):
        return Channel.objects.none()
    return Channel.objects.filter(owner=viewer.pk).annotate(n_watches=Count("watches"))


def usable(viewer: Viewer) -> QuerySet[Channel]:
    """The channels that somebody may be told by: their own, and those of the team."""
    if not rights.may_read(viewer):
        return Channel.objects.none()
    return Channel.objects.filter(Q(owner=viewer.pk) | Q(is_team=True)).select_related("owner")


def create(
    actor: User, *, kind: ChannelKind, name: str, address: str = "", is_team: bool = False, now: datetime
) -> NewChannel:
    """Make a channel. Raises ``CannotChange`` for what is not possible, ``CannotUse`` for an address that is of no use.

    The team's are made by operators; mail is never the team's.
    """
    rights.require(actor, Role.OPERATOR if is_team else Role.VIEWER)
    secret = f"whsec_{secrets.token_urlsafe(32)}" if kind is ChannelKind.WEBHOOK else ""
    made = Channel(owner=actor, kind=kind, name=name, created_at=now)
    made.is_team = is_team and kind is not ChannelKind.EMAIL
    made.address, made.secret = Sealed.of(_address(actor, kind, address)), Sealed.of(secret)
    with writing(actor):
        why_not = _why_no_place(made)
        if not why_not:
            made.save()
            _note(actor, made, "create", kind=kind.value, team=made.is_team)
            return NewChannel(made, secret)
    raise _refused(actor, None, "create", why_not)


def own_mail(actor: User, *, now: datetime) -> Channel:
    """The account's own channel of mail, made where there is none. Raises ``CannotChange`` without an address."""
    held = Channel.objects.filter(owner=actor, kind=ChannelKind.EMAIL).order_by("pk").first()
    return held or create(actor, kind=ChannelKind.EMAIL, name="My e-mail", now=now).channel


def test(actor: User, channel: Channel, *, now: datetime) -> Delivery:
    """Send a notice that says only that it is a test. Raises ``CannotChange`` while it is paused or others wait."""
    _require(actor, channel)
    if channel.is_paused:
        raise _refused(actor, channel, "test", "The channel is paused. Resume it first.")
    waiting = Delivery.objects.filter(channel=channel, event=NoticeEvent.TESTED, state=DeliveryState.WAITING)
    body = bodies.of_test(channel.name, now)
    made = Delivery(channel=channel, event=NoticeEvent.TESTED, key=f"test:{uuid4()}", body=body, created_at=now)
    made.next_try_at = now
    with writing(actor, channel):
        if has_room(waiting, MOST_TESTS):
            made.save()
            _note(actor, channel, "test")
            return made
    raise _refused(actor, channel, "test", f"{MOST_TESTS} tests of it wait to be sent already.")


def pause(actor: User, channel: Channel) -> None:
    """Send nothing by it until it is resumed; what waits is given up."""
    _require(actor, channel)
    with writing(actor, channel):
        Channel.objects.filter(pk=channel.pk).update(is_paused=True)
        sending.give_up_waiting(channel)
        _note(actor, channel, "pause")


def resume(actor: User, channel: Channel) -> None:
    """Send again by it what ends from now on."""
    _require(actor, channel)
    with writing(actor, channel):
        Channel.objects.filter(pk=channel.pk).update(is_paused=False)
        _note(actor, channel, "resume")


def remove(actor: User, channel: Channel) -> None:
    """Remove a channel with the watches that use it and what was sent by it."""
    _require(actor, channel)
    with writing(actor, channel):
        Channel.objects.filter(pk=channel.pk).delete()
        _note(actor, channel, "remove")


def send_again(actor: User, delivery: Delivery, *, now: datetime) -> None:
    """Send one more time what arrived or was given up. Raises ``CannotChange`` for what still waits."""
    _require(actor, delivery.channel)
    if delivery.channel.is_paused:
        raise _refused(actor, delivery.channel, "send again", "The channel is paused. Resume it first.")
    with writing(actor, delivery):
        is_begun = sending.send_again(delivery, now)
        if is_begun:
            _note(actor, delivery.channel, "send again", delivery=delivery.pk)
    if not is_begun:
        raise _refused(actor, delivery.channel, "send again", "It waits to be sent already.")


def deliveries(channel: Channel) -> list[Delivery]:
    """The newest that went out, or wait to, with the runs that they are of."""
    return list(Delivery.objects.filter(channel=channel).select_related("run")[:MOST_SHOWN])


def shown_address(channel: Channel) -> str:
    """Where a channel leads to, as far as it may be shown: its host and the last characters of its address."""
    if channel.kind == ChannelKind.EMAIL:
        return str(getattr(channel.owner, "email", "")) or "the account has no address"
    address = channel.address.reveal()
    if not address:
        return "an address that no key opens"
    return f"{urlsplit(address).hostname}/…{channel.address.ending}"


def _why_no_place(made: Channel) -> str:
    """Why there cannot be this new channel, as a sentence; empty where it can be. With the lock in hand."""
    own = Channel.objects.filter(owner=made.owner_id)
    if not has_room(own, MOST_CHANNELS):
        return f"You have {MOST_CHANNELS} channels already. Remove one first."
    return f"You have a channel called “{made.name}” already." if own.filter(name=made.name).exists() else ""


def _address(actor: User, kind: ChannelKind, address: str) -> str:
    if not sealed.is_possible():
        raise _refused(actor, None, "create", NO_KEYS)
    if kind is not ChannelKind.EMAIL:
        try:
            return posting.check_address(address)
        except ValueError as error:
            raise CannotUse(str(_refused(actor, None, "create", str(error)))) from None
    if not mailing.is_possible():
        raise _refused(actor, None, "create", mailing.NO_MAIL)
    if not actor.email:
        raise _refused(actor, None, "create", "Your account has no e-mail address. An administrator can add one.")
    return actor.email


def _require(actor: User, channel: Channel) -> None:
    """Only whose channel it is may change it; administrators may, too."""
    rights.require(actor, Role.VIEWER if channel.owner_id == actor.pk else Role.ADMINISTRATOR)


def _note(actor: User, channel: Channel, what: str, **detail: object) -> None:
    audit.record(AuditAction.CHANNEL_CHANGED, actor, channel, detail={"what": what, **detail})


def _refused(actor: User, channel: Channel | None, what: str, sentence: str) -> CannotChange:
    """Note that something was refused, and give what to raise."""
    detail = {"what": what, "why": sentence}
    audit.record(AuditAction.CHANNEL_CHANGED, actor, channel, outcome=AuditOutcome.REFUSED, detail=detail)
    return CannotChange(sentence)
