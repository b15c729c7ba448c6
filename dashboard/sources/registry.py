"""Which class serves which kind of source. Adding a kind is one line here, and its cadence in the sync."""

from collections.abc import Callable
from pathlib import Path

from dashboard.domain.records import Capabilities, SourceConfig
from dashboard.domain.statuses import SourceKind
from dashboard.sources.base import RunApi
from dashboard.sources.carrot.source import CarrotSource
from dashboard.sources.docks.source import DocksSource
from dashboard.sources.harbor import roots
from dashboard.sources.harbor.source import HarborSource

SOURCES: dict[str, type[RunApi]] = {
    SourceKind.HARBOR: HarborSource,
    SourceKind.DOCKS: DocksSource,
    SourceKind.CARROT: CarrotSource,
}

FOLDER_FAULTS: dict[str, Callable[[Path], str]] = {SourceKind.HARBOR: roots.fault_of}
"""Of the kinds whose address is a folder: why that folder cannot be read as one, as a sentence; empty where it can."""


def connect(config: SourceConfig) -> RunApi:
    """The source that serves this configuration."""
    return SOURCES[config.kind](config)


def capabilities_of(kind: str) -> Capabilities:
    """What a kind of source can do, without constructing one."""
    return SOURCES[kind].capabilities
