"""Sending what was noticed: claimed by a lease, tried eight times over fourteen hours, then given up and said so.

A worker that is killed between sending and writing that it sent leaves the lease to end: the same is sent once more,
with the same number, by which whoever gets it can tell. What is not sent is told on the row.
"""

import logging
from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q, QuerySet

from dashboard.domain.notices import ChannelKind, DeliveryState, NoticeEvent
from dashboard.models import Channel, Delivery
from dashboard.services import rights, visibility
from dashboard.services.notices import mailing, posting, slack
from dashboard.services.notices.noticing import may_use
from dashboard.services.notices.posting import Answer
from dashboard.services.sync.reading import Clock
from dashboard.services.sync.visits import Question, never

log = logging.getLogger("quayside.notices")

LEASE = timedelta(seconds=60)
"""Longer than any one way of sending may take."""
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 120, 240, 360))
"""After each try but the last."""
MOST_TRIES = len(PAUSES) + 1

UNREADABLE = "No key of this dashboard opens the address of the channel. Make the channel anew."
NOT_SEEN = "Not sent: its run may no longer be seen."
NOT_USED = "Not sent: the channel may no longer be used for it."
PAUSED = "Not sent: the channel is paused."


def claim(now: datetime, *, limit: int) -> list[int]:
    """Keys of deliveries that are due and now ours to send, longest due first."""
    due = Delivery.objects.filter(_is_due(now)).order_by("next_try_at", "pk").values_list("pk", flat=True)[:limit]
    # One row and no join: of two who come at once, the second sees what the first wrote.
    return [pk for pk in due if Delivery.objects.filter(_is_due(now), pk=pk).update(claimed_until=now + LEASE)]


def renew(now: datetime, deliveries: Collection[int]) -> None:
    """Go on holding what is still being sent."""
    Delivery.objects.filter(pk__in=deliveries, claimed_until__isnull=False).update(claimed_until=now + LEASE)


def send(delivery_id: int, clock: Clock, is_stopped: Question = never) -> None:
    """Send one that is claimed, and write what came of it."""
    waiting = Delivery.objects.filter(pk=delivery_id, state=DeliveryState.WAITING)
    delivery = waiting.select_related("channel__owner", "watch__user", "run").first()
    if delivery is None or is_stopped():
        waiting.update(claimed_until=None)
        return
    reason = why_not(delivery)
    if reason:
        _write(delivery, DeliveryState.GIVEN_UP, reason)
    elif _begin(delivery, clock()):
        _judge(delivery, _sent(delivery, clock()), clock())


def send_again(delivery: Delivery, now: datetime) -> bool:
    """Begin anew with one that arrived or was given up; whether it was one."""
    done = Delivery.objects.filter(pk=delivery.pk).exclude(state=DeliveryState.WAITING)
    return bool(done.update(state=DeliveryState.WAITING, n_tries=0, answer="", next_try_at=now, claimed_until=None))


def give_up_waiting(channel: Channel) -> None:
    """Nothing that waits for a channel is sent any more: it was paused."""
    waiting = Delivery.objects.filter(channel=channel, state=DeliveryState.WAITING)
    waiting.update(state=DeliveryState.GIVEN_UP, answer=PAUSED, next_try_at=None, claimed_until=None)


def why_not(delivery: Delivery) -> str:
    """Why a notice may not be sent at present, in words: rights are asked for once more; empty where it may."""
    if delivery.channel.is_paused:
        return PAUSED
    if delivery.event == NoticeEvent.TESTED:
        return "" if rights.may_read(delivery.channel.owner) else NOT_USED
    if delivery.watch is None:
        return "Not sent: the watch was stopped."
    if not may_use(delivery.channel, delivery.watch.user):
        return NOT_USED
    run = delivery.run_id
    is_seen = run is not None and visibility.runs(delivery.watch.user).filter(pk=run).exists()
    return "" if is_seen else NOT_SEEN


def _is_due(now: datetime) -> Q:
    free = Q(claimed_until__isnull=True) | Q(claimed_until__lte=now)
    # What waits says until when; what went out does not, so that the index on it finds nothing of that.
    return Q(state=DeliveryState.WAITING, next_try_at__lte=now) & free


def _sent(delivery: Delivery, now: datetime) -> Answer:
    """What came of one try."""
    channel = delivery.channel
    if channel.kind == ChannelKind.EMAIL:
        to = str(getattr(channel.owner, "email", ""))
        if not to:
            return Answer(is_delivered=False, text="The account has no e-mail address.", is_final=True)
        return mailing.send(to, delivery.body, watched=delivery.watch, delivery=delivery.pk)
    address, secret = channel.address.reveal(), channel.secret.reveal()
    if not address or secret is None:
        return Answer(is_delivered=False, text=UNREADABLE, is_final=True)
    if channel.kind == ChannelKind.SLACK:
        return posting.slack(address, slack.message(delivery.body), delivery=delivery.pk)
    return posting.webhook(address, secret, delivery.body, delivery=delivery.pk, now=now)


def _begin(delivery: Delivery, now: datetime) -> bool:
    """Count the try before it is made, so that what ends its worker each time is not tried for ever."""
    if delivery.n_tries >= MOST_TRIES:
        _write(delivery, DeliveryState.GIVEN_UP, f"It was begun {MOST_TRIES} times, and its worker ended each time.")
        return False
    begun = bool(_unchanged(delivery).update(n_tries=F("n_tries") + 1, tried_at=now))
    delivery.n_tries += 1
    return begun


def _judge(delivery: Delivery, answer: Answer, now: datetime) -> None:
    """Write what came of a try, and when the next is; a channel whose end wants no more is paused."""
    level = logging.INFO if answer.is_delivered else logging.WARNING
    fields = {"delivery": delivery.pk, "channel": delivery.channel_id, "n_tries": delivery.n_tries}
    log.log(level, "notice sent" if answer.is_delivered else "notice not sent", extra=fields)
    if answer.is_delivered:
        _write(delivery, DeliveryState.DELIVERED, answer.text)
    elif answer.is_final or delivery.n_tries >= MOST_TRIES:
        _write(delivery, DeliveryState.GIVEN_UP, answer.text)
    else:
        _write(delivery, DeliveryState.WAITING, answer.text, due=now + PAUSES[delivery.n_tries - 1])
    if answer.is_gone:
        with transaction.atomic():
            Channel.objects.filter(pk=delivery.channel_id).update(is_paused=True)
            give_up_waiting(delivery.channel)


def _write(delivery: Delivery, state: DeliveryState, text: str, *, due: datetime | None = None) -> None:
    _unchanged(delivery).update(state=state, answer=text[:300], next_try_at=due, claimed_until=None)


def _unchanged(delivery: Delivery) -> QuerySet[Delivery]:
    """Its row, if nobody wrote it meanwhile: another worker, or somebody who has it sent again."""
    return Delivery.objects.filter(pk=delivery.pk, state=DeliveryState.WAITING, n_tries=delivery.n_tries)
