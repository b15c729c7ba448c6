"""Shared runs: a link to one of the genuine jobs, and who opens it."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from dashboard.domain.sharing import ShareScope
from dashboard.services import sharing
from tests.pages import _empty_cache, client, mirrored, person, stranger

__all__ = ["_empty_cache", "client", "mirrored", "person", "stranger"]


class Opened:
    """A link as somebody without an account opens it."""

    def __init__(self, made):
        self.link, self.token = made.link, made.token
        self.place = f"/s/{made.token}/"
        self.browser = Client()

    def get(self, rest="", **headers):
        return self.browser.get(self.place + rest, headers=headers)

    def page(self, rest=""):
        """The whole page, which has to be there."""
        response = self.get(rest)
        assert response.status_code == 200, rest
        return response.content.decode()


@pytest.fixture
def share(person):
    """Makes a link to a run or report, a day long."""

    def share(subject, scope=ShareScope.ARTIFACTS, *, actor=person, days=1):
        now = timezone.now()
        until = now + timedelta(days=days)
        return Opened(sharing.create(actor, subject, scope=scope, expires_at=until, now=now))

    return share


@pytest.fixture
def run(mirrored):
    return mirrored["oracle-local"]
