"""Whoever may only read and sends a form that acts leaves one entry in the audit log, whatever the form."""

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from dashboard.domain.audits import AuditOutcome
from dashboard.domain.roles import Role
from dashboard.models import AuditEntry
from tests.views.rights.table import TABLE
from tests.views.rights.walking import patterns
from tests.views.rights.world import world

pytestmark = pytest.mark.django_db

DEEDS = sorted(
    name for name, row in TABLE.items()
    if row.post is not None and row.acts is Role.OPERATOR and not (row.is_owned or row.is_public)
)  # fmt: skip


@pytest.fixture(scope="module")
def found(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        yield world()
        transaction.set_rollback(True)


def test_there_are_many_such_forms():
    assert len(DEEDS) > 15


@pytest.mark.parametrize("name", DEEDS)
def test_a_form_that_may_not_be_sent_leaves_one_entry_that_says_so(found, name):
    browser = Client()
    browser.force_login(found.people["viewer"])
    needs = dict(patterns())[name].pattern.converters
    before = AuditEntry.objects.count()
    response = browser.post(reverse(name, kwargs={key: found.visible[key] for key in needs}))
    assert response.status_code == 403
    entries = AuditEntry.objects.order_by("pk")[before:]
    assert [(entry.actor_name, entry.outcome) for entry in entries] == [("viewer", AuditOutcome.REFUSED)]
