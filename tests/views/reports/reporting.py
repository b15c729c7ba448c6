"""What tests of the pages of reports share: a source of tests of pipelines in memory, mirrored."""

from datetime import timedelta

import pytest

from dashboard.models import ReportTemplate
from dashboard.services.sync import cadence
from dashboard.sources import registry
from tests import factories
from tests.contract.memory import MemorySource, World
from tests.contract.memory_reports import TESTS_KIND, MemoryTestSource
from tests.contract.records import one_catalogue, uuid_of


@pytest.fixture
def world(monkeypatch):
    monkeypatch.setitem(registry.SOURCES, TESTS_KIND, MemoryTestSource)
    monkeypatch.setitem(cadence.CADENCES, TESTS_KIND, cadence.Cadence(listing=timedelta(seconds=30)))
    MemorySource.worlds["tests"] = World(catalogue=one_catalogue())
    MemorySource.worlds["tests"].put_test()
    yield MemorySource.worlds["tests"]
    MemorySource.worlds.clear()


@pytest.fixture
def source(db, world):
    return factories.make_source("Tests", kind=TESTS_KIND, address="tests", next_sync_at=None)


@pytest.fixture
def template(source):
    return factories.make_report_template(
        "Concordance", source, external_id=uuid_of("report"), description="How alike."
    )


@pytest.fixture
def run(source, template):
    test = factories.make_pipeline_test(source=source, external_id=uuid_of("test"))
    return factories.make_test_run(test, external_id=uuid_of("run"), name="Sample 1 run")


def fields_of(tree):
    """The hidden fields of the last form of a page."""
    return {each.get("name"): each.get("value") for each in tree.iter("input") if each.get("type") == "hidden"}


def the_template():
    return ReportTemplate.objects.get(name="Concordance")
