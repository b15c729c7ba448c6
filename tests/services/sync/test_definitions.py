"""What a source has registered of results and software: results in the mirror are of those types."""

from dataclasses import replace

import pytest

from dashboard.domain.pipelines import ResultType, ResultValue
from dashboard.domain.statuses import RunStatus
from dashboard.models import Run, RunResult
from dashboard.services import builds
from dashboard.services.sync import definitions

pytestmark = pytest.mark.django_db

TYPES = {"year": ResultType.TEXT, "plot": ResultType.FILE, "precision": ResultType.NUMERIC}


def tell(world, **fields):
    world.catalogue = replace(world.catalogue, **fields)


def results():
    return {result.name: (result.type, result.text, result.number) for result in RunResult.objects.all()}


def test_results_are_what_they_are_registered_as(tests_world, look_at_tests):
    tell(tests_world, result_types=TYPES)
    tests_world.put_test(results={"year": 2023.0, "plot": "plots/a.png", "precision": 0.5, "other": 7.0})
    look_at_tests()
    assert results() == {
        "year": ("text", "2023.0", None),
        "plot": ("file", "plots/a.png", None),
        "precision": ("numeric", "0.5", 0.5),
        "other": ("numeric", "7.0", 7.0),
    }


def test_a_run_that_is_read_again_has_them_too(tests_world, look_at_tests, clock):
    tell(tests_world, result_types=TYPES)
    tests_world.put_test(results={"precision": 0.5}, status=RunStatus.RUNNING)
    look_at_tests()
    tests_world.put_test(results={"precision": 0.5, "year": 2023.0})
    clock.go_on(minutes=1)
    look_at_tests()
    assert results()["year"] == ("text", "2023.0", None)


def test_types_that_are_told_later_hold_for_what_is_mirrored(tests_world, look_at_tests, clock):
    tests_world.put_test(results={"year": 2023.0, "plot": "plots/a.png", "precision": 0.5})
    look_at_tests()
    version = Run.objects.get().version
    tell(tests_world, result_types=TYPES)
    clock.go_on(minutes=5)
    look_at_tests()
    assert [results()[name][0] for name in ("year", "plot", "precision")] == ["text", "file", "numeric"]
    assert Run.objects.get().version > version


@pytest.mark.parametrize("text", ["x" * 2_001, "a\nb"])
@pytest.mark.parametrize("is_late", [False, True])
def test_what_cannot_be_an_address_is_no_file(tests_world, look_at_tests, clock, text, is_late):
    if not is_late:
        tell(tests_world, result_types=TYPES)
    run_id = tests_world.put_test()
    plot = ResultValue(name="plot", text=text)
    record, trials = tests_world.runs[run_id]
    told = replace(record.test_run, results=(plot,))
    tests_world.runs[run_id] = (replace(record, test_run=told), trials)
    look_at_tests()
    tell(tests_world, result_types=TYPES)
    clock.go_on(minutes=5)
    look_at_tests()
    assert results()["plot"][0] == "text"


def test_a_number_is_what_its_text_says():
    said = ResultValue(name="a", text="gs://b/x", type=ResultType.FILE)
    assert definitions.typed(said, ResultType.NUMERIC) == said


def test_what_could_not_be_read_stays_and_what_is_empty_is_left_out(tests_world, look_at_tests, clock):
    software = {("gatk", "4.3"): "ca82", ("gatk", "4.4"): "0a26"}
    tell(tests_world, result_types=TYPES, software=software)
    source = look_at_tests()
    assert source.told["result_types"] == {"year": "text", "plot": "file", "precision": "numeric"}
    assert source.told["software"] == {"gatk": {"4.3": "ca82", "4.4": "0a26"}}
    tell(tests_world, result_types={}, software={}, unread=frozenset({"software"}))
    clock.go_on(minutes=5)
    source = look_at_tests()
    assert "result_types" not in source.told
    assert builds.commit_of(source, "gatk", "4.3") == "ca82"
    assert builds.commit_of(source, "gatk", "4.5") == builds.commit_of(source, "picard", "4.3") == ""
