"""What the source of tests in memory has beyond the contract: services let it fail, and look what was asked."""

from datetime import timedelta

import pytest

from dashboard.domain.errors import Conflict, Missing, ServerError
from dashboard.domain.records import SourceConfig
from dashboard.domain.reports import Parent, ReportKey, ReportQuery, ReportRequest, ReportStatus, SubjectKind
from dashboard.domain.statuses import RunStatus
from tests.contract.memory import MemorySource, World
from tests.contract.memory_reports import TESTS_KIND, MemoryTestSource
from tests.contract.records import START, one_catalogue, report, uuid_of

KEY = ReportKey(SubjectKind.RUN, uuid_of("run"), uuid_of("report"))
REQUEST = ReportRequest(
    template_id=KEY.template_id, created_by="ada@example.com", subject=KEY.subject, subject_id=KEY.subject_id
)


@pytest.fixture
def world():
    MemorySource.worlds["tests"] = World(catalogue=one_catalogue(), page_size=2)
    yield MemorySource.worlds["tests"]
    MemorySource.worlds.clear()


@pytest.fixture
def source(world):
    return MemoryTestSource(SourceConfig(name="Tests", kind=TESTS_KIND, address="tests"))


def put_five(world):
    return [world.put_test(uuid_of(n), started_at=START + timedelta(minutes=n)) for n in range(5)]


def ids(page):
    return [each.run.external_id for each in page.readings]


def test_pages_are_asked_for_one_by_one_and_only_once(source, world):
    ids_of = put_five(world)
    pages = list(source.list_pages())
    assert [ids(page) for page in pages] == [ids_of[4:2:-1], ids_of[2:0:-1], ids_of[:1]]
    assert [(page.done, page.total) for page in pages] == [(0, 1), (0, 1), (1, 1)]
    again = list(source.list_pages(place=pages[0].place))
    assert again == pages[1:]
    assert world.pages_asked == [(uuid_of("pipeline"), offset) for offset in (0, 2, 4, 2, 4)]


def test_pages_behind_one_that_is_known_are_left_out(source, world):
    put_five(world)
    assert len(list(source.list_pages(are_known=lambda *_: True))) == 1
    assert list(source.list_pages(place={"pipeline": uuid_of("pipeline"), "offset": None})) == []


def test_a_page_can_fail(source, world):
    put_five(world)
    world.page_failures[uuid_of("pipeline"), 2] = ServerError("Broken.")
    page, unread = source.list_pages()
    assert (page.done, unread.done, unread.is_unread) == (0, 1, True)
    world.page_failures = {(uuid_of("pipeline"), 0): ServerError("Broken.")}
    with pytest.raises(ServerError):
        list(source.list_pages())


def test_a_report_is_made_once_and_a_failed_one_is_replaced(source, world):
    world.put_test()
    made = source.create_report(REQUEST)
    assert (made.key, made.status) == (KEY, ReportStatus.SUBMITTED)
    with pytest.raises(Conflict) as raised:
        source.create_report(REQUEST)
    assert raised.value.code == "exists"
    world.put_report(report(KEY, ReportStatus.FAILED))
    with pytest.raises(Conflict):
        source.create_report(REQUEST)
    again = ReportRequest(
        template_id=KEY.template_id,
        created_by="",
        subject=KEY.subject,
        subject_id=KEY.subject_id,
        replaces_failed=True,
    )
    assert source.create_report(again).status == ReportStatus.SUBMITTED
    assert source.list_reports(KEY.subject, KEY.subject_id) == (source.read_report(KEY),)
    assert world.reports_asked == [f"run/{KEY.subject_id}", str(KEY)]


def test_a_report_of_a_query_is_one_of_a_new_group_of_its_runs(source, world):
    world.put_test()
    failed = world.put_test(uuid_of("failed"), status=RunStatus.FAILED)
    query = ReportQuery(parent=Parent.TEMPLATE, parent_id=uuid_of("template"), filters={"status": "testfailed"})
    made = source.create_report(ReportRequest(template_id=KEY.template_id, created_by="", query=query))
    assert made.key.subject_id == source.read_pipelines().groups[0].external_id
    assert source.read_run(failed, {}).run.test_run.group_ids == (made.key.subject_id,)
    assert source.read_run(KEY.subject_id, {}).run.test_run.group_ids == ()
    nothing = ReportQuery(parent=Parent.TEST, parent_id=uuid_of("test"), filters={"status": "building"})
    with pytest.raises(Conflict) as raised:
        source.create_report(ReportRequest(template_id=KEY.template_id, created_by="", query=nothing))
    assert raised.value.code == "no_runs"


def test_what_a_report_needs_may_be_missing(source, world):
    for request in (REQUEST, ReportRequest(template_id="no such", created_by="")):
        with pytest.raises(Missing):
            source.create_report(request)
    for ask in (source.read_report, source.delete_report):
        with pytest.raises(Missing):
            ask(KEY)
    with pytest.raises(Missing), source.open_report_file("gs://b/no.html"):
        pass
    assert world.actions == []


def test_what_is_wrong_with_a_report_is_in_the_way_of_reading_it(source, world):
    world.put_report(report(KEY, files={"html_report": "gs://b/r.html"}))
    world.report_files["gs://b/r.html"] = b"<p>Good</p>"
    with source.open_report_file("gs://b/r.html") as reader:
        assert reader.read(3, 4) == b"Good"
    world.report_failures = dict.fromkeys([str(KEY), "gs://b/r.html"], ServerError("Broken."))
    with pytest.raises(ServerError):
        source.read_report(KEY)
    with pytest.raises(ServerError), source.open_report_file("gs://b/r.html"):
        pass


def test_only_failed_runs_are_deleted(source, world):
    world.put_test()
    with pytest.raises(Conflict):
        source.delete_run(uuid_of("run"))
    world.put_test(status=RunStatus.FAILED)
    assert source.delete_run(uuid_of("run")).external_id == uuid_of("run")
    assert world.runs == {}
