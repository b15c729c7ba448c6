"""Listing, reading, creating and deleting reports, opening their files, and deleting runs."""

import json
from datetime import UTC, datetime

import pytest

from dashboard.domain.errors import (
    BadAnswer,
    Conflict,
    Denied,
    Missing,
    ServerError,
    Unreachable,
    Unsupported,
)
from dashboard.domain.reports import (
    Parent,
    ReportKey,
    ReportQuery,
    ReportRequest,
    ReportStatus,
    SubjectKind,
)
from dashboard.sources.carrot.source import CarrotSource
from tests.http.faulty_server import raw
from tests.sources.carrot.fake import G, R, S, X, answer, empty, none_found, plain, refuse, report_map, uid

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

KEY = ReportKey(SubjectKind.RUN, S, R)
OF_GROUP = ReportKey(SubjectKind.GROUP, G, R)
CREATE = f"POST /runs/{S}/reports/{R}"
DELETE = f"DELETE /runs/{S}/reports/{R}"
OF_QUERY = f"POST /tests/{X}/runs/reports/{R}"
NOT_FOUND = "Error while attempting to query the database: NotFound"
DISABLED = refuse(422, "Reporting disabled", "You are trying to access a reporting-related endpoint")


def request(**fields):
    base = {"template_id": R, "created_by": "ada@example.com", "subject": SubjectKind.RUN, "subject_id": S}
    return ReportRequest(**(base | fields))


def of_query(**filters):
    query = ReportQuery(parent=Parent.TEST, parent_id=X, filters=filters)
    return ReportRequest(template_id=R, created_by="ada@example.com", query=query)


@pytest.fixture
def reports(carrot):
    carrot.maps[f"runs/{S}"] = [report_map(), report_map(report_id=uid("other"), status="running", results=None)]
    return carrot


def test_the_reports_of_a_run_are_one_request(reports, source):
    first, second = source.list_reports(SubjectKind.RUN, S)
    assert (first.key, first.status, first.raw_status) == (KEY, ReportStatus.SUCCEEDED, "succeeded")
    assert first.files == {"html_report": "gs://b/report.html", "run_csv_zip": "gs://b/run_csvs.zip"}
    assert (first.job_id, first.created_by) == (uid("report job"), "ada@example.com")
    assert first.created_at == datetime(2023, 2, 16, 18, 40, 0, 1002, UTC)
    assert first.finished_at == datetime(2023, 2, 16, 18, 44, 31, 120000, UTC)
    assert (second.status, second.files) == (ReportStatus.RUNNING, {})
    assert reports.asked == [f"GET /runs/{S}/reports?sort=desc%28created_at%29&limit=500"]


def test_something_without_reports_has_none(carrot, source):
    assert source.list_reports(SubjectKind.GROUP, G) == ()
    assert carrot.asked == [f"GET /run-groups/{G}/reports?sort=desc%28created_at%29&limit=500"]


def test_a_report_map_of_a_server_before_0_6_names_its_run_only(carrot, source):
    old = {key: value for key, value in report_map().items() if not key.startswith("entity")} | {"run_id": S}
    carrot.maps[f"runs/{S}"] = [old]
    assert [report.key for report in source.list_reports(SubjectKind.RUN, S)] == [KEY]
    assert source.read_report(KEY).key == KEY


def test_entries_that_name_no_template_or_one_twice_are_left_out(carrot, source):
    carrot.answers[f"GET /runs/{S}/reports"] = answer([report_map(), report_map(), 5, {}, {"report_id": ".."}])
    assert [report.key for report in source.list_reports(SubjectKind.RUN, S)] == [KEY]


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("created", ReportStatus.SUBMITTED),
        ("submitted", ReportStatus.SUBMITTED),
        ("starting", ReportStatus.QUEUED),
        ("queuedincromwell", ReportStatus.QUEUED),
        ("waiting_for_queue_space", ReportStatus.QUEUED),
        ("running", ReportStatus.RUNNING),
        ("succeeded", ReportStatus.SUCCEEDED),
        ("failed", ReportStatus.FAILED),
        ("expired", ReportStatus.FAILED),
        ("aborted", ReportStatus.CANCELLED),
        ("resting", ReportStatus.UNKNOWN),
    ],
)
def test_every_status_of_a_report_has_its_state(carrot, source, word, status):
    carrot.maps[f"runs/{S}"] = [report_map(status=word)]
    assert (source.read_report(KEY).status, source.read_report(KEY).raw_status) == (status, word)


def test_files_are_texts_and_not_too_many(carrot, source):
    results = {"a": "gs://b/1", "b": 5, "c": "x" * 2_001, "d": " "} | {f"n{number}": "x" for number in range(50)}
    carrot.maps[f"runs/{S}"] = [report_map(results=results)]
    files = source.read_report(KEY).files
    assert files["a"] == "gs://b/1"
    assert files.keys().isdisjoint({"b", "c", "d"})
    assert len(files) == 17


def test_a_report_that_is_not_there_is_missing(carrot, source):
    with pytest.raises(Missing) as raised:
        source.read_report(KEY)
    assert raised.value.code == "gone"
    for other in (empty(404), answer({}), answer(report_map(report_id=uid("other"))), answer([])):
        carrot.answers[f"GET /runs/{S}/reports/{R}"] = other
        with pytest.raises(BadAnswer):
            source.read_report(KEY)


@pytest.mark.parametrize("key", [ReportKey(SubjectKind.RUN, "x", R), ReportKey(SubjectKind.RUN, S, "..")])
def test_keys_that_no_report_has_are_missing_and_ask_nobody(carrot, source, key):
    for ask in (source.read_report, source.delete_report):
        with pytest.raises(Missing):
            ask(key)
    with pytest.raises(Missing):
        source.list_reports(SubjectKind.RUN, "x")
    assert carrot.asked == []


@pytest.mark.parametrize("replaces_failed", [True, False])
def test_a_report_is_asked_for_once_with_its_creator(carrot, source, replaces_failed):
    carrot.answers[CREATE] = answer(report_map(status="submitted", results=None, finished_at=None))
    made = source.create_report(request(replaces_failed=replaces_failed))
    assert (made.key, made.status, made.finished_at) == (KEY, ReportStatus.SUBMITTED, None)
    assert carrot.asked == [f"{CREATE}?delete_failed={str(replaces_failed).lower()}"]
    assert json.loads(carrot.requests[0].body) == {"created_by": "ada@example.com"}
    assert carrot.requests[0].headers["content-type"] == "application/json"


def test_a_report_of_a_group_is_asked_for_at_the_group(carrot, source):
    path = f"POST /run-groups/{G}/reports/{R}"
    carrot.answers[path] = answer(report_map(G, entity_type="run_group", status="submitted"))
    assert source.create_report(request(subject=SubjectKind.GROUP, subject_id=G)).key == OF_GROUP
    assert carrot.asked == [f"{path}?delete_failed=false"]


def test_without_a_creator_the_body_is_an_empty_object(carrot, source):
    carrot.answers[CREATE] = answer(report_map(status="submitted"))
    source.create_report(request(created_by=""))
    assert carrot.requests[0].body == b"{}"


@pytest.mark.parametrize(
    ("handler", "kind", "code"),
    [
        (refuse(403, "Prohibited", "Error, run report already exists for the specified run"), Conflict, "exists"),
        (refuse(500, "Database error", NOT_FOUND), Missing, "no_parts"),
        (refuse(500, "Cromwell error", "Cromwell is down"), ServerError, "server"),
        (refuse(403, "Forbidden"), Denied, "forbidden"),
        (refuse(400, "ID formatted incorrectly"), Conflict, "rejected"),
        (DISABLED, Unsupported, "no_reporting"),
        (empty(404), BadAnswer, "no_api"),
        (raw(b""), Unreachable, "reset"),
        (answer([]), BadAnswer, "bad_response"),
        (answer({}), BadAnswer, "bad_response"),
    ],
)
def test_what_stands_in_the_way_of_a_report_is_told_and_nothing_is_sent_twice(carrot, source, handler, kind, code):
    carrot.answers[CREATE] = handler
    with pytest.raises(kind) as raised:
        source.create_report(request())
    assert (raised.value.code, raised.value.source) == (code, "CARROT")
    assert len(carrot.asked) == 1


def test_a_refusal_is_quoted(carrot, source):
    carrot.answers[CREATE] = refuse(403, "Prohibited", "Error, run report already exists")
    with pytest.raises(Conflict) as raised:
        source.create_report(request())
    assert raised.value.detail == "Prohibited: Error, run report already exists"
    assert raised.value.sentence == "There is a report of this already."


def test_a_report_of_a_query_is_one_of_a_new_group(carrot, source):
    carrot.answers[OF_QUERY] = answer(report_map(G, entity_type="run_group", status="submitted"))
    made = source.create_report(of_query(status="succeeded", created_after="2023-01-01T00:00:00", limit="20"))
    assert made.key == OF_GROUP
    assert carrot.asked == [f"{OF_QUERY}?status=succeeded&created_after=2023-01-01T00%3A00%3A00&limit=20"]
    assert json.loads(carrot.requests[0].body) == {"created_by": "ada@example.com"}


@pytest.mark.parametrize(
    ("parent", "route"), [(Parent.PIPELINE, "pipelines"), (Parent.TEMPLATE, "templates"), (Parent.TEST, "tests")]
)
def test_a_query_looks_below_a_pipeline_a_template_or_a_test(carrot, source, parent, route):
    carrot.answers[f"POST /{route}/{X}/runs/reports/{R}"] = answer(report_map(G))
    query = ReportQuery(parent=parent, parent_id=X)
    assert source.create_report(ReportRequest(template_id=R, created_by="", query=query)).key == OF_GROUP


@pytest.mark.parametrize(
    ("handler", "kind", "code"),
    [
        (refuse(404, "No runs found", "No runs found with the specified parameters"), Conflict, "no_runs"),
        (refuse(500, "Database error", NOT_FOUND), Missing, "no_parts"),
        (plain(500, "App data is not configured, to configure use App::data()"), Unsupported, "no_app_data"),
        (plain(400, "Query deserialize error: unknown variant"), Conflict, "rejected"),
        (answer(report_map(entity_id="?")), BadAnswer, "no_id"),
        (empty(404), BadAnswer, "no_api"),
    ],
)
def test_what_stands_in_the_way_of_a_report_of_a_query_is_told(carrot, source, handler, kind, code):
    carrot.answers[OF_QUERY] = handler
    with pytest.raises(kind) as raised:
        source.create_report(of_query(status="building"))
    assert raised.value.code == code


@pytest.mark.parametrize("parent_id", ["", "x", "../tests"])
def test_a_parent_that_cannot_be_is_missing_and_asks_nobody(carrot, source, parent_id):
    query = ReportQuery(parent=Parent.TEST, parent_id=parent_id)
    with pytest.raises(Missing):
        source.create_report(ReportRequest(template_id=R, created_by="", query=query))
    assert carrot.asked == []


def test_a_report_is_deleted_once(carrot, source):
    carrot.answers[DELETE] = answer({"message": "Successfully deleted 1 row"})
    source.delete_report(KEY)
    assert carrot.asked == [DELETE]
    carrot.answers[DELETE] = none_found("report_map")
    with pytest.raises(Missing):
        source.delete_report(KEY)


def test_a_failed_run_is_deleted(carrot, source):
    carrot.answers[f"DELETE /runs/{S}"] = answer({"message": "Successfully deleted 1 row"})
    assert source.delete_run(S).external_id == S
    assert carrot.asked == [f"DELETE /runs/{S}"]


@pytest.mark.parametrize(
    ("handler", "kind", "code"),
    [
        (refuse(403, "Cannot delete", "Cannot delete a run if it has a non-failed status"), Conflict, "not_failed"),
        (none_found("run"), Missing, "gone"),
        (empty(404), BadAnswer, "no_api"),
        (refuse(403, "Go away"), Denied, "forbidden"),
        (raw(b""), Unreachable, "reset"),
    ],
)
def test_what_stands_in_the_way_of_deleting_a_run_is_told(carrot, source, handler, kind, code):
    carrot.answers[f"DELETE /runs/{S}"] = handler
    with pytest.raises(kind) as raised:
        source.delete_run(S)
    assert raised.value.code == code
    assert len(carrot.asked) == 1


def test_a_token_that_a_refusal_repeats_is_masked(carrot, configure):
    carrot.answers[CREATE] = refuse(400, "No", "not you, canary-token")
    with pytest.raises(Conflict) as raised:
        CarrotSource(configure(token="canary-token")).create_report(request())
    assert "canary" not in raised.value.detail


def test_a_file_below_the_server_is_opened(carrot, source):
    address = carrot.put_file("reports/r.html", b"<p>Good</p>")
    with source.open_report_file(address) as reader:
        assert (reader.size, reader.read(3, 4)) == (11, b"Good")


@pytest.mark.parametrize("address", ["http://127.0.0.1:1/r.html", "/etc/passwd", "file:///etc/passwd", "", "gs://b/r"])
def test_a_file_elsewhere_is_not_opened(source, address):
    with pytest.raises(Unsupported) as raised, source.open_report_file(address):
        pass
    assert raised.value.code == "address"


def test_a_file_of_a_source_without_a_usable_address_is_unreachable(configure):
    with pytest.raises(Unreachable):
        CarrotSource(configure(address="ftp://x")).open_report_file("http://x/y")


def test_what_it_cannot_do_is_refused(carrot, source):
    assert source.list_artifacts(S, None).artifacts == ()
    for ask in (lambda: source.list_runs({}), lambda: source.open_artifact(S, None, "x"), lambda: source.stop_run(S)):
        with pytest.raises(Unsupported):
            ask()
    assert carrot.asked == []


@pytest.mark.parametrize("value", [[], {}, {"items": {}}, {"message": 1}, "done"])
def test_an_answer_that_does_not_say_so_leaves_open_what_was_deleted(carrot, source, value):
    carrot.answers[DELETE] = carrot.answers[f"DELETE /runs/{S}"] = answer(value)
    for delete in (lambda: source.delete_report(KEY), lambda: source.delete_run(S)):
        with pytest.raises(BadAnswer) as raised:
            delete()
        assert raised.value.code == "bad_response"
