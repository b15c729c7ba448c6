"""A CARROT server on loopback, and sources that may talk to it."""

import pytest

from dashboard.domain.records import SourceConfig
from dashboard.sources.carrot.source import CarrotSource
from dashboard.sources.sessions import forget_sessions
from tests.sources.carrot.fake import FakeCarrot


@pytest.fixture
def carrot():
    fake = FakeCarrot()
    yield fake
    forget_sessions()
    fake.stop()


@pytest.fixture
def configure(carrot):
    """The configuration of a source that asks the server; its fields can be changed."""

    def make(**changes):
        settings = {
            "name": "CARROT",
            "kind": "carrot",
            "address": carrot.url,
            "allowed_endpoints": (("127.0.0.1", carrot.port),),
            "is_urgent": True,
        }
        return SourceConfig(**(settings | changes))

    return make


@pytest.fixture
def source(configure):
    return CarrotSource(configure())
