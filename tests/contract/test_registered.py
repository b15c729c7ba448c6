"""What the stand-in has registered of results and software, as its runs name them."""

import pytest

from dashboard.domain.pipelines import ResultType
from tests.contract.carrot import CarrotStage

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])


@pytest.fixture
def source(tmp_path):
    stage = CarrotStage(tmp_path)
    yield CarrotStage.source_class(stage.config)
    stage.close()


def test_results_and_builds_of_runs_are_registered_by_their_names(source):
    found = source.read_pipelines()
    told = [reading.run.test_run for page in source.list_pages() for reading in page.readings]
    results = [result for each in told for result in each.results]
    assert {result.name for result in results} <= found.result_types.keys()
    assert all(result.number is not None for result in results if found.result_types[result.name] is ResultType.NUMERIC)
    assert set(found.result_types.values()) == set(ResultType)
    builds = {build for each in told for build in each.software}
    assert builds & found.software.keys()
    assert all(len(commit) == 40 for commit in found.software.values())


def test_a_server_without_builds_registers_no_software(tmp_path):
    stage = CarrotStage(tmp_path)
    stage.app.switches.image_builds = False
    found = CarrotStage.source_class(stage.config).read_pipelines()
    stage.close()
    assert (found.software, found.unread - {"software"}, found.problems) == ({}, frozenset(), ())
