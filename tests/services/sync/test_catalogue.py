"""What a source tests, in the mirror, and the runs that waited to know their test."""

from dataclasses import replace
from datetime import timedelta

import pytest

from dashboard.domain.errors import ServerError, Unreachable
from dashboard.domain.pipelines import (
    GroupKind,
    PipelineCatalogue,
    PipelineTestRecord,
    ReportTemplateRecord,
    RunGroupRecord,
)
from dashboard.domain.statuses import RunStatus
from dashboard.models import MirrorClock, Pipeline, PipelineTemplate, PipelineTest, ReportTemplate, Run, RunGroup
from tests.contract.records import one_catalogue, uuid_of
from tests.services.conftest import NOW

pytestmark = pytest.mark.django_db

OTHER = PipelineTestRecord(external_id=uuid_of("other test"), template_id=uuid_of("template"), name="Sample 2")


def tell(world, **fields):
    world.catalogue = replace(world.catalogue, **fields)


def test_everything_is_mirrored_with_what_it_is_below(tests_world, look_at_tests):
    group = RunGroupRecord(external_id="g", kind=GroupKind.GITHUB, owner="broad", repo="gatk", issue_number=7)
    tell(tests_world, groups=(group,), job_address="http://cromwell.example", without={"reports": "It makes none."})
    source = look_at_tests()
    assert PipelineTest.objects.get().path == "Calling › Sample › Sample 1"
    assert (str(RunGroup.objects.get()), ReportTemplate.objects.get().name) == ("broad/gatk#7", "Concordance")
    assert source.told == {
        "job_address": "http://cromwell.example", "without": {"reports": "It makes none."}, "problems": [],
    }  # fmt: skip
    assert source.catalogue_read_at == NOW


def test_it_is_asked_every_five_minutes_and_is_news_only_if_different(tests_world, look_at_tests, clock):
    look_at_tests()
    version = MirrorClock.now()
    clock.go_on(minutes=4)
    look_at_tests()
    assert tests_world.n_catalogues == 1
    clock.go_on(minutes=1)
    look_at_tests()
    assert (tests_world.n_catalogues, MirrorClock.now()) == (2, version)


def test_what_a_whole_list_lacks_is_gone_and_what_could_not_be_read_stays(tests_world, look_at_tests, clock):
    look_at_tests()
    other = (ReportTemplateRecord(external_id=uuid_of("other report"), name="Timing"),)
    tell(
        tests_world, tests=(), report_templates=other, unread=frozenset({"tests"}), problems=(("/tests", "It broke."),)
    )
    clock.go_on(minutes=5)
    source = look_at_tests()
    lost = ReportTemplate.objects.filter(is_gone=True)
    assert (PipelineTest.objects.get().is_gone, [each.name for each in lost]) == (False, ["Concordance"])
    assert source.problems == [{"where": "/tests", "what": "It broke."}]
    clock.go_on(seconds=30)
    assert look_at_tests().version == source.version
    tests_world.catalogue = one_catalogue()
    clock.go_on(minutes=5)
    assert (look_at_tests().problems, [each.name for each in lost.all()]) == ([], ["Timing"])


def test_empty_lists_say_nothing_of_what_was_there(tests_world, look_at_tests, clock):
    """What has lost its data answers like what never had any."""
    look_at_tests()
    tests_world.catalogue = PipelineCatalogue()
    clock.go_on(minutes=5)
    look_at_tests()
    models = (Pipeline, PipelineTemplate, PipelineTest, ReportTemplate)
    assert [model.objects.filter(is_gone=True).count() for model in models] == [0, 0, 0, 0]


def test_an_address_that_could_not_be_read_stays(tests_world, look_at_tests, clock):
    tell(tests_world, job_address="http://cromwell.example")
    look_at_tests()
    tell(tests_world, job_address="", unread=frozenset({"job_address"}))
    clock.go_on(minutes=5)
    assert look_at_tests().told["job_address"] == "http://cromwell.example"
    tell(tests_world, unread=frozenset())
    clock.go_on(minutes=5)
    assert look_at_tests().told["job_address"] == ""


def test_what_is_below_something_unknown_is_left_out(tests_world, look_at_tests):
    tell(tests_world, pipelines=())
    look_at_tests()
    assert (PipelineTemplate.objects.count(), PipelineTest.objects.count()) == (0, 0)


def test_a_list_that_cannot_be_stored_is_a_problem_and_the_others_are(tests_world, look_at_tests):
    tell(tests_world, groups=(RunGroupRecord(external_id="g", issue_number=2**70),))
    source = look_at_tests()
    assert source.problems == [{"where": "Groups", "what": "They could not be stored."}]
    assert (PipelineTest.objects.count(), ReportTemplate.objects.count()) == (1, 1)


def test_an_error_of_the_catalogue_alone_hides_no_run(tests_world, look_at_tests, monkeypatch):
    def fail(_self):
        raise error

    monkeypatch.setattr("tests.contract.memory_reports.MemoryTestSource.read_pipelines", fail)
    tests_world.put_test()
    error = ServerError("It broke.")
    source = look_at_tests()
    assert (source.health, Run.objects.count()) == ("healthy", 1)
    assert source.problems == [{"where": "What is tested", "what": "It broke."}]
    error = Unreachable("Gone away.")
    assert look_at_tests().health == "failing"


def test_a_run_of_a_test_that_is_not_known_waits_for_it(tests_world, look_at_tests, clock):
    look_at_tests()
    both = (*tests_world.catalogue.tests, OTHER)
    tell(tests_world, tests=both)
    tests_world.put_test("early", test_id=OTHER.external_id)
    # It is listed below its pipeline though the catalogue that is mirrored has no such test yet.
    clock.go_on(seconds=30)
    source = look_at_tests()
    run = Run.objects.get()
    assert (run.test, source.catalogue_read_at) == (None, None)
    clock.go_on(seconds=30)
    source = look_at_tests()
    again = Run.objects.get()
    assert (again.test.name, again.version > run.version) == ("Sample 2", True)
    assert source.catalogue_read_at == clock.now


def test_a_test_that_stays_unknown_is_asked_for_once(tests_world, look_at_tests, clock):
    look_at_tests()
    tests_world.put_test("early", test_id=OTHER.external_id)
    tests_world.change("early", status=RunStatus.RUNNING)
    tests_world.runs_of = lambda _pipeline: [record for record, _ in tests_world.runs.values()]
    asked = []
    for status in (RunStatus.RUNNING, RunStatus.RUNNING, RunStatus.FAILED):
        clock.go_on(seconds=30)
        tests_world.change("early", status=status)
        asked.append(look_at_tests().catalogue_read_at is None)
    clock.go_on(seconds=30)
    tests_world.put_test("late", test_id=OTHER.external_id)
    look_at_tests()
    assert (asked, tests_world.n_catalogues) == ([True, False, False], 2)
    assert list(Run.objects.values_list("test", flat=True)) == [None, None]


def test_a_stop_is_heeded_before_it_is_asked(tests_world, look_at_tests):
    source = look_at_tests(lambda: True)
    assert (tests_world.n_catalogues, source.next_sync_at) == (0, NOW)


def test_a_name_that_changed_is_news_of_the_runs_below_it(tests_world, look_at_tests, clock):
    tests_world.put_test()
    look_at_tests()
    version = Run.objects.get().version
    tell(tests_world, pipelines=(replace(tests_world.catalogue.pipelines[0], name="Filtering"),))
    clock.go_on(minutes=5)
    look_at_tests()
    assert (Pipeline.objects.get().name, Run.objects.get().version > version) == ("Filtering", True)


def test_a_group_that_a_run_names_first_is_what_the_catalogue_says_later(tests_world, look_at_tests, clock):
    look_at_tests()
    clock.go_on(seconds=30)
    tests_world.put_test(group_ids=("g",))
    look_at_tests()
    assert RunGroup.objects.get().kind == GroupKind.OTHER
    tell(tests_world, groups=(RunGroupRecord(external_id="g", kind=GroupKind.QUERY, created_at=NOW),))
    clock.now += timedelta(seconds=30)
    look_at_tests()
    group = RunGroup.objects.get()
    assert (group.kind, group.runs.count(), group.created_at) == ("query", 1, NOW)
