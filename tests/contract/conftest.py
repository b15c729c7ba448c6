import pytest

from tests.contract.stages import stages


@pytest.fixture(params=stages())
def stage(request, tmp_path):
    stage = request.param(tmp_path)
    yield stage
    stage.close()


@pytest.fixture
def source(stage):
    return stage.source_class(stage.config)
