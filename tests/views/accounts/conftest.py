"""A browser of nobody, and what the pages of accounts are about."""

import pytest
from django.contrib.auth.models import User

from dashboard.domain.audits import AuditAction
from dashboard.models import AuditEntry


@pytest.fixture
def entries():
    """(action, outcome, name of the actor) of what was written down, oldest first."""

    def told(*actions: AuditAction):
        rows = AuditEntry.objects.filter(action__in=actions or list(AuditAction)).order_by("pk")
        return [(row.action, row.outcome, row.actor_name) for row in rows]

    return told


@pytest.fixture
def who():
    """Whose account a browser is signed in to."""

    def of(browser):
        number = browser.session.get("_auth_user_id")
        return User.objects.get(pk=number).username if number else ""

    return of
