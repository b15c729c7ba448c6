"""What people are told of runs, and by what way."""

from enum import StrEnum


class NoticeEvent(StrEnum):
    """What happened to a run that somebody watches."""

    ENDED = "ended"
    FAILED = "failed"
    REGRESSED = "regressed"
    """It did worse than the previous run of the same test or data set, by more than chance explains."""
    TESTED = "tested"
    """Nothing happened: somebody tries whether a channel works."""


class ChannelKind(StrEnum):
    """By what way people are told."""

    EMAIL = "email"
    WEBHOOK = "webhook"
    SLACK = "slack"
    """A webhook that takes Slack's messages, which others understand, too."""


class DeliveryState(StrEnum):
    """How far a notice has come."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    GIVEN_UP = "given up"
