"""An administrator who is signed in, and the entries that what they do leaves."""

import pytest
from django.test import Client

from dashboard.domain.roles import Role
from dashboard.models import AuditEntry
from tests import factories


@pytest.fixture
def root(db):
    return factories.make_person("root", role=Role.ADMINISTRATOR)


@pytest.fixture
def panel(root):
    client = Client()
    client.force_login(root)
    return client


@pytest.fixture
def entry(db):
    """Gives the one entry there is; fails if there are none or more."""
    return AuditEntry.objects.get
