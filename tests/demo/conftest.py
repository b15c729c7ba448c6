"""What the tests of all stand-ins share."""

import pytest

from tests.demo.asking import Clock


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def folder(tmp_path):
    """Where a stand-in keeps its state."""
    return tmp_path / "state"
