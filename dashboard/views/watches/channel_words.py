"""How channels and what went out by them are spoken of."""

from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.models import User
from django.urls import reverse

from dashboard import formats
from dashboard.domain.notices import ChannelKind, DeliveryState, NoticeEvent
from dashboard.domain.queries import Term
from dashboard.filters.terms import findable
from dashboard.models import Channel, Delivery
from dashboard.services import channels
from dashboard.services.notices.sending import MOST_TRIES

KINDS = {ChannelKind.EMAIL: "e-mail", ChannelKind.WEBHOOK: "webhook", ChannelKind.SLACK: "Slack"}
STATES = {
    DeliveryState.WAITING: ("pending", "waiting"),
    DeliveryState.DELIVERED: ("completed", "delivered"),
    DeliveryState.GIVEN_UP: ("failed", "given up"),
}
"""By a delivery's state: the icon, and the word beside it."""
FAILED_SO_FAR = ("stalled", "failed, is tried again")
"""Of one that waits after an answer."""
EVENTS = {
    NoticeEvent.ENDED: "ended",
    NoticeEvent.FAILED: "failed",
    NoticeEvent.REGRESSED: "regressed",
    NoticeEvent.TESTED: "a test",
}


def label(channel: Channel, person: User) -> str:
    """A channel where one chooses between some: of whom it is, unless it is one's own."""
    of = "" if channel.owner_id == person.pk else f", of {channel.owner.get_username()}"
    paused = ", paused" if channel.is_paused else ""
    return f"{channel.name} ({KINDS[ChannelKind(channel.kind)]}{of}{paused})"


def row(channel: Any) -> dict[str, Any]:
    """A channel in the list of one's own."""
    return {
        "name": channel.name,
        "url": reverse("channel-detail", args=[channel.pk]),
        "kind": KINDS[ChannelKind(channel.kind)],
        "address": channels.shown_address(channel),
        "is_paused": channel.is_paused,
        "is_team": channel.is_team,
        "n_watches": formats.plural(channel.n_watches, "watch", "watches"),
    }


def removal(channel: Channel) -> str:
    """What goes with a channel that is removed."""
    n = channel.watches.count()
    if not n:
        return "With it goes the list of what was sent."
    watches = formats.plural(n, "watch", "watches")
    return f"{watches} by it end{'s' if n == 1 else ''} with it, and the list of what was sent goes, too."


def delivery_row(delivery: Delivery, seen: set[int]) -> dict[str, Any]:
    """One delivery of a channel: its run is named only where its owner may see it at present."""
    state = DeliveryState(delivery.state)
    icon, word = FAILED_SO_FAR if state is DeliveryState.WAITING and delivery.answer else STATES[state]
    is_seen = delivery.run_id in seen
    return {
        "id": delivery.pk,
        "event": EVENTS[NoticeEvent(delivery.event)],
        "run": delivery.run if is_seen else None,
        "is_hidden": delivery.event != NoticeEvent.TESTED and not is_seen,
        "icon": icon,
        "word": word,
        "tries": f"{delivery.n_tries} of {MOST_TRIES}",
        "answer": delivery.answer,
        "created_at": delivery.created_at,
        "tried_at": delivery.tried_at,
        "next_try_at": delivery.next_try_at if state is DeliveryState.WAITING else None,
        "can_send": state is not DeliveryState.WAITING,
    }


def runs_with(dataset: str, query: str) -> str:
    """The list of the runs of a data set, or that a filter lets through."""
    text = Term.of("dataset", findable(dataset)).text if dataset else query
    return f"{reverse('run-list')}?{urlencode({'q': text})}"
