"""Runs that are written many at a time are what they are when each is written by itself."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection
from django.forms.models import model_to_dict
from django.test.utils import CaptureQueriesContext

from dashboard.domain.statuses import RunStatus
from dashboard.models import MirrorClock, Run, RunDetail, RunGroup, Source, StateChange
from dashboard.services.sync import mirror, new_runs, reading
from tests.contract.records import pipeline_run, run, uuid_of
from tests.contract.records import reading as reading_of
from tests.services.conftest import NOW, TESTS_KIND

pytestmark = pytest.mark.django_db

OF_ROW = {"id", "run", "source", "version", "created_version"}
"""What no two rows have in common."""


@pytest.fixture
def source(tests_source, look_at_tests):
    """With its catalogue read."""
    return look_at_tests()


def readings(*records):
    return [reading_of(record) for record in records]


def some():
    """Runs of every kind of state, with results of every type, errors, groups and a test that nobody knows."""
    results = {"F score": 0.5, "Curve": "gs://bucket/curve.png", "Note": "fine"}
    groups = (uuid_of("group"), uuid_of("other group"))
    return readings(
        pipeline_run(uuid_of(1), results=results, group_ids=groups, software=(("caller", "1.2"),)),
        pipeline_run(uuid_of(2), status=RunStatus.FAILED, errors=("It broke.",), group_ids=groups[:1]),
        pipeline_run(uuid_of(3), status=RunStatus.RUNNING, test_id=uuid_of("unknown")),
    )


def columns(row):
    found = {name: value for name, value in model_to_dict(row).items() if name not in OF_ROW}
    return found | {"test": None} if "test" in found else found


def whole(source, external_id):
    """All that the mirror has of a run, but for what no two rows have in common."""
    row = Run.objects.get(source=source, external_id=external_id)
    return {
        "run": columns(row),
        "test": row.test and row.test.external_id,
        "detail": columns(RunDetail.objects.get(run=row)),
        "results": [columns(each) for each in row.results.all()],
        "states": [columns(each) for each in row.state_changes.all()],
        "groups": sorted(row.groups.values_list("external_id", flat=True)),
    }


def test_each_is_what_it_is_when_it_is_written_by_itself(source):
    alone = Source.objects.create(name="Alone", kind=TESTS_KIND, address="tests")
    for test in source.pipelinetest_set.all():
        test.pk, test.source = None, alone
        test.save()
    new_runs.write(source, some(), NOW)
    for each in some():
        reading.keep(alone, each, NOW, since=MirrorClock.now())
        assert whole(source, each.run.external_id) == whole(alone, each.run.external_id)
    assert Run.objects.filter(source=source, test=None).count() == 1
    assert Run.objects.filter(source=source, next_sync_at=NOW + timedelta(seconds=60)).count() == 1
    assert RunGroup.objects.filter(source=source).count() == 2


def test_pages_hear_of_them_once(source):
    before = MirrorClock.now()
    new_runs.write(source, some(), NOW)
    assert set(Run.objects.values_list("version", "created_version")) == {(before + 1, before + 1)}


def test_what_is_tested_is_asked_for_only_where_a_test_is_not_known(source):
    known, *_, unknown = some()
    new_runs.write(source, readings(pipeline_run(uuid_of(4))), NOW)
    source.refresh_from_db()
    assert source.catalogue_read_at is not None
    new_runs.write(source, [known, unknown], NOW)
    source.refresh_from_db()
    assert source.catalogue_read_at is None


def test_statements_do_not_grow_with_their_number(source):
    counts = []
    for first, number in ((0, 2), (100, 12)):
        with CaptureQueriesContext(connection) as captured:
            new_runs.write(source, readings(*(pipeline_run(uuid_of(first + n)) for n in range(number))), NOW)
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 12


def test_nothing_is_written_of_none(source):
    before = MirrorClock.now()
    new_runs.write(source, [], NOW)
    assert (Run.objects.count(), MirrorClock.now()) == (0, before)


def test_one_that_was_written_meanwhile_lets_none_be_written(source):
    mirror.write_run(source, some()[1], NOW)
    with pytest.raises(IntegrityError):
        new_runs.write(source, some(), NOW)
    assert (Run.objects.count(), StateChange.objects.count()) == (1, 1)


def test_new_are_runs_of_tests_that_the_mirror_never_had(source):
    first, second, third = some()
    mirror.write_run(source, first, NOW)
    mirror.mark_gone(mirror.write_run(source, second, NOW), NOW)
    of_trials = reading_of(run(uuid_of("trials")))
    assert new_runs.are_new(source, [first, second, third, of_trials]) == [third]
