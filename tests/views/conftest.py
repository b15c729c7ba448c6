"""Somebody signed in, and the mirrored genuine jobs."""

import pytest

from dashboard.views.artifacts import slots
from tests.pages import _empty_cache, client, mirrored, person, stranger

__all__ = ["_empty_cache", "client", "mirrored", "person", "stranger"]


@pytest.fixture(autouse=True)
def _free_slots():
    """Streams that another test did not read to their end hold none of this one's slots."""
    slots.slots.cache_clear()
    slots.guest_slots.cache_clear()
    slots.guest_networks.cache_clear()
