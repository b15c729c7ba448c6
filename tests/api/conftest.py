"""Somebody with a token, and the mirrored genuine jobs."""

import pytest
from django.test import Client

from dashboard.domain.roles import Role
from tests.api.asking import asker
from tests.factories import make_person
from tests.pages import _empty_cache, mirrored

__all__ = ["_empty_cache", "mirrored"]


@pytest.fixture
def viewer(db):
    """Asks as a viewer."""
    return asker(make_person("vera", role=Role.VIEWER))


@pytest.fixture
def stranger(db):
    return Client()


@pytest.fixture
def client_of_viewer(viewer):
    """The same person, signed in."""
    client = Client()
    client.force_login(viewer.person)
    return client
