"""Reading runs: their states, results, workflows, and the shapes of older servers."""

from datetime import UTC, datetime

import pytest

from dashboard.domain.errors import BadAnswer, Missing, ServerError, Unreachable
from dashboard.domain.pipelines import ResultType, RunPhase
from dashboard.domain.statuses import RunKind, RunStatus
from dashboard.sources.carrot.mapping import run_reading
from dashboard.sources.carrot.source import CarrotSource
from dashboard.sources.carrot.wdls import wdl_address
from tests.http.faulty_server import raw
from tests.sources.carrot.fake import G, P, S, X, answer, empty, none_found, plain, refuse, run, uid

EVERY_STATUS = {
    "created": (RunStatus.PENDING, None),
    "building": (RunStatus.PROVISIONING, RunPhase.BUILD),
    "buildfailed": (RunStatus.FAILED, RunPhase.BUILD),
    "carrotfailed": (RunStatus.FAILED, RunPhase.EVAL),
    "testsubmitted": (RunStatus.PENDING, RunPhase.TEST),
    "testqueuedincromwell": (RunStatus.PENDING, RunPhase.TEST),
    "testwaitingforqueuespace": (RunStatus.PENDING, RunPhase.TEST),
    "teststarting": (RunStatus.PROVISIONING, RunPhase.TEST),
    "testrunning": (RunStatus.RUNNING, RunPhase.TEST),
    "testaborting": (RunStatus.RUNNING, RunPhase.TEST),
    "testaborted": (RunStatus.CANCELLED, RunPhase.TEST),
    "testfailed": (RunStatus.FAILED, RunPhase.TEST),
    "evalsubmitted": (RunStatus.PENDING, RunPhase.EVAL),
    "evalqueuedincromwell": (RunStatus.PENDING, RunPhase.EVAL),
    "evalwaitingforqueuespace": (RunStatus.PENDING, RunPhase.EVAL),
    "evalstarting": (RunStatus.PROVISIONING, RunPhase.EVAL),
    "evalrunning": (RunStatus.RUNNING, RunPhase.EVAL),
    "evalaborting": (RunStatus.RUNNING, RunPhase.EVAL),
    "evalaborted": (RunStatus.CANCELLED, RunPhase.EVAL),
    "evalfailed": (RunStatus.FAILED, RunPhase.EVAL),
    "succeeded": (RunStatus.COMPLETED, RunPhase.EVAL),
}


def read(**fields):
    return run_reading(S, run(**fields)).run


def test_a_run_is_read_whole():
    found = read()
    assert (found.external_id, found.uid, found.kind) == (S, S, RunKind.TEST)
    assert (found.name, found.status, found.raw_status) == (
        "Sample 1_run_2023-02-16",
        RunStatus.COMPLETED,
        "succeeded",
    )
    assert (found.created_by, found.dataset, found.status_reason) == ("ada@example.com", "", "")
    assert found.started_at == datetime(2023, 2, 16, 17, 49, 1, 123456, UTC)
    assert found.finished_at == found.updated_at == datetime(2023, 2, 16, 18, 37, 2, 53000, UTC)
    assert found.problems == ()


def test_both_workflows_are_told_with_what_they_were_given():
    test, evaluation = read().test_run.workflows
    assert (test.name, evaluation.name) == ("test", "eval")
    assert (test.wdl, test.wdl_hash) == (f"example.com/api/v1/runs/{S}/test_wdl", "cf83e1")
    assert (test.job_id, evaluation.job_id) == (uid("test job"), uid("eval job"))
    assert (test.inputs["HC.in_bam"], test.options) == ("gs://b/x.bam", None)
    assert evaluation.options == {"read_from_cache": False}
    assert (evaluation.dependencies, evaluation.dependencies_hash) == ("", "")


@pytest.mark.parametrize("where", ["", "https://", "gs://"])
@pytest.mark.parametrize(
    "route", [f"runs/{S}/test_wdl", f"runs/{S}/test_wdl_dependencies", "runs/x/test_wdl", f"reports/{S}/test_wdl"]
)
def test_only_texts_that_the_server_keeps_have_another_address(where, route):
    told = f"{where}carrot.example:8080/api/v1/{route}"
    is_kept = not where and route == f"runs/{S}/test_wdl"
    assert wdl_address(told, "https://c/api/v1") == (f"https://c/api/v1/{route}" if is_kept else told)


def test_addresses_that_follow_from_another_place_are_another_reading():
    assert (
        run_reading(S, run(), api="https://a").run.fingerprint != run_reading(S, run(), api="https://b").run.fingerprint
    )


@pytest.mark.parametrize(("word", "meaning"), EVERY_STATUS.items())
def test_every_status_has_its_state_and_phase(word, meaning):
    found = read(status=word)
    assert (found.status, found.test_run.phase, found.raw_status) == (*meaning, word)


@pytest.mark.parametrize(
    ("word", "status", "phase"),
    [
        ("test_queued_in_cromwell", RunStatus.PENDING, RunPhase.TEST),
        ("Eval_Failed", RunStatus.FAILED, RunPhase.EVAL),
        ("build_failed", RunStatus.FAILED, RunPhase.BUILD),
        ("failed", RunStatus.FAILED, RunPhase.TEST),
        ("submitted", RunStatus.PENDING, RunPhase.TEST),
        ("running", RunStatus.RUNNING, RunPhase.TEST),
        ("aborted", RunStatus.CANCELLED, RunPhase.TEST),
        ("resting", RunStatus.UNKNOWN, None),
        ("testing", RunStatus.UNKNOWN, None),
        ("", RunStatus.UNKNOWN, None),
    ],
)
def test_older_and_stranger_words_are_understood_or_unknown(word, status, phase):
    found = read(status=word)
    assert (found.status, found.test_run.phase, found.raw_status) == (status, phase, word)


@pytest.mark.parametrize(
    ("fields", "phase"),
    [
        ({}, RunPhase.EVAL),
        ({"eval_cromwell_job_id": None}, RunPhase.TEST),
        ({"eval_cromwell_job_id": None, "test_cromwell_job_id": None}, RunPhase.BUILD),
        ({"eval_cromwell_job_id": None, "test_cromwell_job_id": None, "test_input": {}}, RunPhase.TEST),
    ],
)
def test_where_carrot_itself_failed_is_told_by_how_far_it_came(fields, phase):
    assert read(status="carrotfailed", **fields).test_run.phase == phase


def test_an_end_is_believed_of_what_has_ended_only():
    assert read(status="evalrunning").finished_at is None
    assert read(status="testaborted").finished_at is not None


@pytest.mark.parametrize(
    ("word", "reason"),
    [
        ("buildfailed", "An image of the software under test could not be built."),
        ("testfailed", "The test workflow failed in Cromwell."),
        ("evalfailed", "The evaluation workflow failed in Cromwell."),
        ("evalaborted", "The evaluation workflow was aborted in Cromwell."),
        ("carrotfailed", "CARROT could not carry the run on."),
        ("failed", "The workflow failed in Cromwell."),
        ("testrunning", ""),
        ("succeeded", ""),
    ],
)
def test_a_failure_has_a_reason_in_words(word, reason):
    assert read(status=word).status_reason == reason


ERROR = (
    "2023-02-16 18:00:01.123: Encountered error while trying to update status for run with id "
    f"{S}: UpdateStatusError Results 2 results, 3 expected"
)


def test_the_last_error_of_a_failed_run_is_its_reason_without_its_boilerplate():
    found = read(status="carrotfailed", errors=["2023-02-16 17:00:00.000: Before", ERROR])
    assert found.status_reason == "2 results, 3 expected"
    assert found.test_run.errors == ("2023-02-16 17:00:00.000: Before", ERROR)


def test_errors_of_a_run_that_goes_on_are_no_reason():
    found = read(status="testrunning", errors=[ERROR])
    assert (found.status_reason, len(found.test_run.errors)) == ("", 1)


def test_an_error_without_words_leaves_the_reason_to_the_state():
    found = read(status="testfailed", errors=["2023-02-16 17:00:00.000: "])
    assert found.status_reason == "The test workflow failed in Cromwell."


def test_errors_and_reasons_are_bounded():
    found = read(status="testfailed", errors=[f"{number} {'x' * 5_000}" for number in range(300)])
    assert len(found.test_run.errors) == 200
    assert found.test_run.errors[-1].startswith("299 ")
    assert max(map(len, found.test_run.errors)) == 2_000
    assert len(found.status_reason) == 300
    assert "the last 200" in found.problems[0].what


@pytest.mark.parametrize(
    ("value", "kind", "number"),
    [
        ("0.987", ResultType.NUMERIC, 0.987),
        ("-1e-3", ResultType.NUMERIC, -0.001),
        (" 12 ", ResultType.NUMERIC, 12),
        (".5", ResultType.NUMERIC, 0.5),
        (7, ResultType.NUMERIC, 7),
        ("nan", ResultType.TEXT, None),
        ("inf", ResultType.TEXT, None),
        ("1e999", ResultType.TEXT, None),
        ("1_000", ResultType.TEXT, None),
        ("1" * 101, ResultType.TEXT, None),
        ("٣", ResultType.TEXT, None),
        ("", ResultType.TEXT, None),
        ("gs://b/plot.png", ResultType.FILE, None),
        ("s3://b/k", ResultType.FILE, None),
        ("https://h/x?y=1", ResultType.FILE, None),
        ("/data/cromwell/out file.vcf", ResultType.FILE, None),
        ("/", ResultType.TEXT, None),
        ("// a comment", ResultType.TEXT, None),
        ("gs://b/a b and more", ResultType.TEXT, None),
        ("javascript:alert(1)", ResultType.TEXT, None),
        ("gs://b/" + "x" * 2_000, ResultType.TEXT, None),
        ('["gs://b/1","gs://b/2"]', ResultType.TEXT, None),
        ("good", ResultType.TEXT, None),
        (True, ResultType.TEXT, None),
        ([1, 2], ResultType.TEXT, None),
    ],
)
def test_a_result_is_a_number_a_file_or_a_text_by_what_it_says(value, kind, number):
    (result,) = read(results={"one": value}).test_run.results
    assert (result.name, result.type, result.number) == ("one", kind, number)


def test_results_come_by_name_and_bounded():
    found = read(results={f"r{number:04}": "x" * 20_000 for number in range(600, 0, -1)})
    assert [result.name for result in found.test_run.results] == [f"r{number:04}" for number in range(1, 501)]
    assert len(found.test_run.results[0].text) == 10_000
    assert found.problems[0].what == "There are 600, of which 500 are shown."


def test_results_without_a_name_or_a_value_are_left_out_and_none_is_told_twice():
    found = read(results={"a": "1", "a ": "2", " ": "3", "b": None})
    assert [(result.name, result.text) for result in found.test_run.results] == [("a", "1")]


def test_software_is_what_inputs_ask_to_be_built_each_once():
    found = read(
        test_input={"a": "image_build:gatk|4.3.0.0", "b": "image_build:picard|ca82a6d", "c": 5},
        eval_input={"d": "image_build:gatk|4.3.0.0", "e": "image_build:broken"},
    )
    assert found.test_run.software == (("gatk", "4.3.0.0"), ("picard", "ca82a6d"))


def test_too_long_inputs_are_left_out_and_told():
    found = read(test_input={"x": "y" * 300_000})
    assert found.test_run.workflows[0].inputs is None
    assert [problem.what for problem in found.problems] == ["test_input is longer than the 256 KiB that are kept."]


def test_what_cannot_be_stored_is_mended():
    found = read(name="a\0b", test_input={"k\0": ["\0x", {"n": 1.5}]}, results={"r\0": "v\0"})
    assert found.name == "ab"
    assert found.test_run.workflows[0].inputs == {"k": ["x", {"n": 1.5}]}
    assert [(result.name, result.text) for result in found.test_run.results] == [("r", "v")]


@pytest.mark.parametrize(
    ("text", "microsecond"),
    [
        ("2023-02-16T17:49:01", 0),
        ("2023-02-16T17:49:01.123", 123000),
        ("2023-02-16T17:49:01.123456", 123456),
        ("2023-02-16T17:49:01.123456789", 123456),
    ],
)
def test_naive_times_of_any_precision_are_utc(text, microsecond):
    assert read(created_at=text).started_at == datetime(2023, 2, 16, 17, 49, 1, microsecond, UTC)


def test_fields_of_the_wrong_kind_are_problems_and_the_rest_is_read():
    found = read(
        created_at=7, name=["x"], test_id="none", results=[], errors="x", run_group_ids=["?"], test_input=3, status=None
    )
    assert (found.name, found.started_at, found.status) == (S, None, RunStatus.UNKNOWN)
    assert found.test_run.test_id == ""
    assert {problem.what.split()[0] for problem in found.problems} >= {
        "created_at",
        "name",
        "test_id",
        "results",
        "errors",
        "run_group_ids",
        "test_input",
    }


def test_what_1_0_says_is_read_like_what_older_servers_say():
    groups = read(run_group_ids=[G, G, uid("other")])
    assert groups.test_run.group_ids == (G, uid("other"))
    modern = run()
    del modern["run_group_ids"]
    assert run_reading(S, modern | {"run_group_id": G}).run.test_run.group_ids == (G,)
    assert run_reading(S, modern | {"run_group_id": None}).run.test_run.group_ids == ()


def test_a_run_of_0_4_is_read():
    keys = ("run_id", "test_id", "name", "status", "test_input", "eval_input", "created_at", "results")
    found = run_reading(S, {key: value for key, value in run().items() if key in keys}).run
    assert (found.status, found.test_run.test_id, len(found.test_run.results)) == (RunStatus.COMPLETED, X, 2)
    assert found.test_run.workflows[0].wdl == ""
    assert found.problems == ()


def test_a_run_of_2020_is_read():
    item = {"run_id": S, "test_id": X, "name": "Old", "status": "failed", "cromwell_job_id": "c-1", "results": {}}
    found = run_reading(S, item).run
    assert (found.status, found.raw_status, found.test_run.phase) == (RunStatus.FAILED, "failed", RunPhase.TEST)
    assert [workflow.job_id for workflow in found.test_run.workflows] == ["c-1", ""]


def test_a_fingerprint_follows_from_all_that_is_told():
    assert read().fingerprint == run_reading(S, dict(reversed(run().items()))).run.fingerprint
    changes = [{"status": "evalrunning"}, {"run_group_ids": [G]}, {"errors": ["x"]}, {"results": {"a": "1"}}]
    assert len({read(**change).fingerprint for change in [{}, *changes]}) == 5


@pytest.mark.allow_hosts(["127.0.0.1"])
class TestReadRun:
    """Over a real connection."""

    def test_one_run_is_one_request(self, carrot, source):
        reading = source.read_run(S, {})
        assert (reading.run.external_id, reading.trials, reading.present) == (S, (), frozenset())
        assert carrot.asked == [f"GET /runs/{S}"]

    def test_a_text_that_the_server_keeps_is_where_we_ask_it(self, carrot, source, configure):
        test, evaluation = source.read_run(S, {}).run.test_run.workflows
        assert test.wdl == f"{carrot.url}/api/v1/runs/{S}/test_wdl"
        assert evaluation.wdl == "gs://bkt/wdl/eval.wdl"
        whole = CarrotSource(configure(address=f"{carrot.url}/api/v1/"))
        assert whole.read_run(S, {}).run.test_run.workflows[0].wdl == test.wdl

    def test_the_list_and_the_run_tell_the_same(self, source):
        (page,) = source.list_pages()
        assert page.readings == (source.read_run(S, {}),)

    def test_an_id_in_large_letters_is_the_same_run(self, source):
        assert source.read_run(S.upper(), {}).run.external_id == S

    def test_an_unknown_run_is_missing(self, source):
        with pytest.raises(Missing) as raised:
            source.read_run(uid("no such"), {})
        assert (raised.value.code, raised.value.source) == ("gone", "CARROT")

    def test_what_no_run_can_be_called_is_missing_and_asks_nobody(self, carrot, source):
        for text in ("", "x", "../runs", f"{S}/reports", f"{S}\n"):
            with pytest.raises(Missing):
                source.read_run(text, {})
        assert carrot.asked == []

    @pytest.mark.parametrize(
        ("handler", "kind", "code"),
        [
            (empty(404), BadAnswer, "no_api"),
            (none_found("pipeline"), BadAnswer, "no_api"),
            (answer({"title": 5}, 404), BadAnswer, "no_api"),
            (answer([]), BadAnswer, "bad_response"),
            (answer({"items": {}}), BadAnswer, "bad_response"),
            (answer(run(uid("another"))), BadAnswer, "bad_response"),
            (refuse(500, "Server error", "DB(NotFound)"), ServerError, "server"),
            (plain(500, "x"), ServerError, "server"),
            (raw(b""), Unreachable, "reset"),
        ],
    )
    def test_nothing_else_is_missing(self, carrot, source, handler, kind, code):
        carrot.answers[f"GET /runs/{S}"] = handler
        with pytest.raises(kind) as raised:
            source.read_run(S, {})
        assert raised.value.code == code

    def test_runs_are_read_by_id_where_lists_are_not_configured(self, carrot, source):
        carrot.answers[f"GET /pipelines/{P}/runs"] = plain(500, "App data is not configured, to configure use")
        assert source.read_run(S, {}).run.status == RunStatus.COMPLETED
