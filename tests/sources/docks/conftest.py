"""A Docks server on loopback, and sources that may talk to it."""

from collections.abc import Callable

import pytest

from dashboard.domain.records import SourceConfig
from dashboard.sources.docks.source import DocksSource
from tests.fixtures.docks import docks, other
from tests.sources.docks.fake import TENANT, TOKEN, FakeDocks

__all__ = ["docks", "other"]


@pytest.fixture
def configure(docks: FakeDocks) -> Callable[..., SourceConfig]:
    """The configuration of a source that asks the server; its fields can be changed."""

    def make(**changes) -> SourceConfig:
        settings = {
            "name": "Docks",
            "kind": "docks",
            "address": docks.url,
            "tenant": TENANT,
            "token": TOKEN,
            "allowed_endpoints": (("127.0.0.1", docks.port),),
            "is_urgent": True,
        }
        return SourceConfig(**(settings | changes))

    return make


@pytest.fixture
def source(configure) -> DocksSource:
    return DocksSource(configure())
