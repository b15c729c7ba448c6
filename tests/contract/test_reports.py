"""What every source promises that makes reports."""

from dataclasses import replace

import pytest

from dashboard.domain.errors import Conflict, Missing, Unreachable, Unsupported
from dashboard.domain.reports import ReportKey, ReportQuery, ReportRequest, ReportStatus, SubjectKind
from tests.contract.stages import on_stages

CREATOR = "ada@example.com"
NOBODY = "3cc2b1a2-7f0e-4d4e-9b57-3f1f0a6a2a11"
STRANGERS = ["", "..", "no such", "a/b", "\0", "\udc80", NOBODY, "x" * 5_000]
ANY = ReportKey(SubjectKind.RUN, NOBODY, NOBODY)


def of_run(stage, run_id=None, **fields):
    base = {"template_id": stage.report_template_id, "created_by": CREATOR, "subject": SubjectKind.RUN}
    return ReportRequest(**(base | {"subject_id": run_id or stage.bare_run_id} | fields))


def of_query(stage, query, **fields):
    return ReportRequest(**({"template_id": stage.report_template_id, "created_by": CREATOR, "query": query} | fields))


def again(key, **fields):
    """A request for a report that is there."""
    base = {"template_id": key.template_id, "created_by": CREATOR, "subject": key.subject, "subject_id": key.subject_id}
    return ReportRequest(**(base | fields))


def keys(stage):
    return [stage.good_report, stage.failed_report, stage.moving_report]


def of_subject(source, key):
    return source.list_reports(key.subject, key.subject_id)


def everything(source, stage):
    return [source.read_report(key) for key in keys(stage)]


@on_stages(unable="reports")
def test_without_reports_the_reason_is_given(source):
    asked = [
        lambda: source.list_reports(SubjectKind.RUN, NOBODY),
        lambda: source.read_report(ANY),
        lambda: source.create_report(again(ANY)),
        lambda: source.delete_report(ANY),
        lambda: source.open_report_file("gs://b/report.html"),
    ]
    for ask in asked:
        with pytest.raises(Unsupported) as raised:
            ask()
        assert raised.value.sentence == source.capabilities.why_not["reports"]


@on_stages(able="reports")
def test_reports_are_in_the_state_that_they_are_in(source, stage):
    good, failed, moving = everything(source, stage)
    assert (good.status, failed.status) == (ReportStatus.SUCCEEDED, ReportStatus.FAILED)
    assert failed.status.has_failed
    assert not moving.status.is_final
    assert (good.files.keys() > set(), failed.files, moving.files) == (True, {}, {})
    assert good.finished_at >= good.created_at
    assert moving.finished_at is None


@on_stages(able="reports")
def test_every_listed_report_can_be_read_by_its_key(source, stage):
    for key in keys(stage):
        listed = of_subject(source, key)
        assert key in [report.key for report in listed]
        for report in listed:
            assert (report.key.subject, report.key.subject_id) == (key.subject, key.subject_id)
            assert source.read_report(report.key) == report
            assert ReportKey.parse(str(report.key)) == report.key


@on_stages(able="reports")
def test_what_has_no_reports_has_none(source, stage):
    assert tuple(source.list_reports(SubjectKind.RUN, stage.bare_run_id)) == ()
    assert tuple(source.list_reports(SubjectKind.GROUP, stage.group_id)) == ()


@on_stages(able="reports")
@pytest.mark.parametrize("stranger", STRANGERS, ids=lambda text: ascii(text)[:20])
def test_reports_that_are_not_there_are_missing(source, stage, stranger):
    good = stage.good_report
    for key in (replace(good, subject_id=stranger), replace(good, template_id=stranger)):
        for ask in (source.read_report, source.delete_report):
            with pytest.raises(Missing) as raised:
                ask(key)
            assert raised.value.sentence.endswith(".")
    assert source.read_report(good).key == good


@on_stages(able="reports")
def test_a_new_report_of_a_run_is_there_at_once_and_not_ready(source, stage):
    made = source.create_report(of_run(stage))
    assert made.key == ReportKey(SubjectKind.RUN, stage.bare_run_id, stage.report_template_id)
    assert (made.status, made.created_by, made.files) == (ReportStatus.SUBMITTED, CREATOR, {})
    assert made.created_at is not None
    assert tuple(of_subject(source, made.key)) == (source.read_report(made.key),) == (made,)


@on_stages(able="reports")
def test_a_new_report_of_a_group_is_one_of_the_group(source, stage):
    made = source.create_report(of_run(stage, stage.group_id, subject=SubjectKind.GROUP))
    assert made.key == ReportKey(SubjectKind.GROUP, stage.group_id, stage.report_template_id)
    assert [report.key for report in of_subject(source, made.key)] == [made.key]


@on_stages(able="reports")
def test_of_a_run_and_template_there_is_one_report(source, stage):
    before = everything(source, stage)
    for key in keys(stage):
        with pytest.raises(Conflict) as raised:
            source.create_report(again(key))
        assert (raised.value.code, raised.value.source) == ("exists", stage.config.name)
    assert everything(source, stage) == before


@on_stages(able="reports")
def test_only_a_failed_report_is_replaced_and_only_if_that_is_wished(source, stage):
    for key in (stage.good_report, stage.moving_report):
        with pytest.raises(Conflict):
            source.create_report(again(key, replaces_failed=True))
    made = source.create_report(again(stage.failed_report, replaces_failed=True))
    assert (made.key, made.status) == (stage.failed_report, ReportStatus.SUBMITTED)
    assert source.read_report(stage.failed_report) == made


@on_stages(able="reports")
@pytest.mark.parametrize("stranger", STRANGERS, ids=lambda text: ascii(text)[:20])
def test_what_a_report_is_made_of_may_be_missing(source, stage, stranger):
    for request in (of_run(stage, template_id=stranger), of_run(stage, subject_id=stranger)):
        with pytest.raises(Missing):
            source.create_report(request)
    assert tuple(source.list_reports(SubjectKind.RUN, stage.bare_run_id)) == ()


@on_stages(able="report_queries")
def test_a_report_of_a_query_is_one_of_a_new_group_of_the_runs_it_chooses(source, stage):
    before = {group.external_id for group in source.read_pipelines().groups}
    made = source.create_report(of_query(stage, stage.query))
    group = made.key.subject_id
    assert (made.key.subject, made.status) == (SubjectKind.GROUP, ReportStatus.SUBMITTED)
    assert {each.external_id for each in source.read_pipelines().groups} == before | {group}
    runs = [source.read_run(run_id, {}).run for run_id in stage.run_ids]
    assert {run.external_id for run in runs if group in run.test_run.group_ids} == stage.chosen


@on_stages(able="report_queries")
def test_a_group_of_a_query_knows_what_chose_its_runs(source, stage):
    made = source.create_report(of_query(stage, stage.query))
    (group,) = [each for each in source.read_pipelines().groups if each.external_id == made.key.subject_id]
    assert group.kind == "query"
    assert group.query.items() >= stage.query.filters.items()


@on_stages(able="report_queries")
def test_every_report_of_a_query_has_a_group_of_its_own(source, stage):
    first, second = (source.create_report(of_query(stage, stage.query)) for _ in range(2))
    assert first.key != second.key


@on_stages(able="report_queries")
def test_a_query_that_chooses_nothing_is_a_conflict_and_makes_no_group(source, stage):
    before = source.read_pipelines().groups
    with pytest.raises(Conflict) as raised:
        source.create_report(of_query(stage, stage.vain_query))
    assert raised.value.code == "no_runs"
    assert source.read_pipelines().groups == before


@on_stages(able="report_queries")
def test_a_query_below_nothing_chooses_nothing(source, stage):
    query = ReportQuery(parent=stage.query.parent, parent_id=NOBODY)
    with pytest.raises((Conflict, Missing)):
        source.create_report(of_query(stage, query))


@on_stages(able="reports")
def test_a_report_is_deleted_whatever_its_state(source, stage):
    for key in keys(stage):
        others = [report for report in of_subject(source, key) if report.key != key]
        source.delete_report(key)
        assert list(of_subject(source, key)) == others
        for ask in (source.read_report, source.delete_report):
            with pytest.raises(Missing):
                ask(key)


@on_stages(able="reports")
def test_the_run_of_a_deleted_report_stays_and_can_have_another(source, stage):
    key = stage.good_report
    before = source.read_run(key.subject_id, {})
    source.delete_report(key)
    assert source.read_run(key.subject_id, {}) == before
    assert source.create_report(again(key)).key == key


@on_stages(able="reports")
def test_the_files_of_a_report_can_be_read_whole_and_in_part(source, stage):
    files = source.read_report(stage.good_report).files
    assert "html_report" in files
    for address in files.values():
        with source.open_report_file(address) as reader:
            data = reader.read(0, reader.size + 1)
            assert len(data) == reader.size > 0
            assert reader.read(3, 5) == data[3:8]
            assert '"' not in reader.etag
        for at in (3, len(data), len(data) + 99):
            with source.open_report_file(address, at=at) as reader:
                assert (reader.size, reader.read(at, 5), reader.read(0, 5)) == (len(data), data[at : at + 5], data[:5])


@on_stages(able="reports")
def test_the_files_of_a_deleted_report_stay(source, stage):
    address = source.read_report(stage.good_report).files["html_report"]
    source.delete_report(stage.good_report)
    with source.open_report_file(address) as reader:
        assert reader.read(0, 2)


@on_stages(able="reports")
@pytest.mark.parametrize("address", ["", "/etc/passwd", "file:///etc/passwd", "http://169.254.169.254/", "gs://no/no"])
def test_files_elsewhere_are_not_opened(source, address):
    with pytest.raises((Unsupported, Missing)), source.open_report_file(address):
        pass


@on_stages(able="reports")
def test_of_a_place_that_is_lost_no_report_is_known(source, stage):
    address = source.read_report(stage.good_report).files["html_report"]
    stage.lose()
    asked = [
        lambda: of_subject(source, stage.good_report),
        lambda: source.read_report(stage.good_report),
        lambda: source.create_report(of_run(stage)),
        lambda: source.create_report(of_query(stage, stage.query)),
        lambda: source.delete_report(stage.good_report),
        lambda: source.open_report_file(address).__enter__(),
    ]
    for ask in asked:
        with pytest.raises(Unreachable) as raised:
            ask()
        assert (raised.value.source, bool(raised.value.code)) == (stage.config.name, True)
