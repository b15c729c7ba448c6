"""Listing and reading runs, over a real connection."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from dashboard.domain.errors import BadAnswer, Denied, Missing, ServerError, SourceError, Throttled, Unreachable
from dashboard.domain.statuses import Outcome, RunStatus
from dashboard.sources.docks.source import DocksSource
from dashboard.sources.sessions import forget_sessions
from tests.http.faulty_server import raw, reply
from tests.sources.docks.fake import TOKEN, answer, evaluation, refuse, sandbox, trial

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])


def known(source, *external_ids):
    return {external_id: source.read_run(external_id, {}).run.fingerprint for external_id in external_ids}


def test_both_kinds_are_listed_newest_first_by_one_request_each(docks, source):
    listing = source.list_runs({})
    assert listing.changed == ("run/s1", "eval/e1")
    assert listing.present == {"eval/e1", "run/s1"}
    assert not listing.complete
    assert docks.asked == ["GET /harbor/runs?limit=200", "GET /runs?limit=200"]


def test_the_limit_is_the_configured_one(docks, configure):
    docks.evaluations = {f"e{number}": evaluation(f"e{number}") for number in range(5)}
    listing = DocksSource(configure(list_limit=3)).list_runs({})
    assert listing.present == {"eval/e0", "eval/e1", "eval/e2", "run/s1"}


def test_lists_may_be_wrapped(docks, source):
    docks.is_wrapped = True
    assert source.list_runs({}).present == {"eval/e1", "run/s1"}
    assert source.read_run("eval/e1", {}).present == {"t1", "t2"}


def test_what_was_read_is_not_listed_as_changed(source):
    assert source.list_runs(known(source, "eval/e1", "run/s1")).changed == ()


def test_a_list_that_tells_less_than_the_run_does_not_make_it_changed(docks, source):
    fingerprints = known(source, "eval/e1")
    docks.answers["GET /harbor/runs"] = answer([{"id": "e1", "name": "Nightly", "status": "completed"}])
    assert source.list_runs(fingerprints).changed == ("run/s1",)


@pytest.mark.parametrize(
    "change", [{"completed_trials": 1}, {"status": "running"}, {"name": "Daily"}, {"passed_trials": 2}]
)
def test_a_counter_or_state_that_moved_makes_a_run_changed(docks, source, change):
    fingerprints = known(source, "eval/e1", "run/s1")
    docks.evaluations["e1"] = evaluation(**change)
    assert source.list_runs(fingerprints).changed == ("eval/e1",)


def test_a_field_nobody_reads_does_not_make_a_run_changed(docks, source):
    fingerprints = known(source, "eval/e1", "run/s1")
    docks.evaluations["e1"] = evaluation(age_seconds=12)
    assert source.list_runs(fingerprints).changed == ()


def test_a_run_twice_in_a_list_counts_once(docks, source):
    docks.answers["GET /harbor/runs"] = answer([evaluation(), evaluation(name="Older")])
    assert source.list_runs({}).changed == ("run/s1", "eval/e1")


@pytest.mark.parametrize("bad", [None, 5, "e2", [], {}, {"id": ""}, {"id": ".."}, {"id": "x" * 201}, {"id": True}])
def test_an_entry_without_a_usable_id_is_a_problem_and_the_others_show(docks, source, bad):
    docks.answers["GET /harbor/runs"] = answer([evaluation(), bad])
    listing = source.list_runs({})
    assert listing.present == {"eval/e1", "run/s1"}
    assert [problem.where for problem in listing.problems] == ["/harbor/runs 2"]


@pytest.mark.parametrize(
    "refusal", [refuse(403, "No"), refuse(404, "Not Found"), reply(b"", status=404), refuse(405, "")]
)
@pytest.mark.parametrize(
    ("route", "left"), [("/runs", {"eval/e1"}), ("/harbor/runs", {"run/s1"})], ids=["sandboxes", "evaluations"]
)
def test_a_list_that_is_refused_leaves_the_other(docks, source, route, left, refusal):
    docks.answers[f"GET {route}"] = refusal
    listing = source.list_runs({})
    assert listing.present == left
    assert [problem.where for problem in listing.problems] == [route]


@pytest.mark.parametrize(("behind", "told"), [(2, []), (185, ["The server's clock is 3 min behind ours."])])
def test_a_clock_that_differs_is_a_problem_of_the_source(docks, source, behind, told):
    date = format_datetime(datetime.now(UTC) - timedelta(seconds=behind), usegmt=True)
    docks.answers["GET /runs"] = reply(b"[]", headers={"Date": date})
    assert [problem.what for problem in source.list_runs({}).problems] == told


def test_two_refused_lists_are_an_error(docks, source):
    docks.answers |= {"GET /harbor/runs": refuse(403, "No access"), "GET /runs": refuse(404, "Not Found")}
    with pytest.raises(Denied) as raised:
        source.list_runs({})
    assert (raised.value.code, raised.value.detail) == ("forbidden", "No access")


def test_a_wrong_tenant_is_no_api_and_nothing_is_missing(configure):
    source = DocksSource(configure(tenant="other"))
    for ask in (lambda: source.list_runs({}), lambda: source.read_run("eval/e1", {})):
        with pytest.raises(BadAnswer) as raised:
            ask()
        assert (raised.value.code, raised.value.source) == ("no_api", "Docks")


def test_without_a_tenant_the_routes_begin_at_the_address(docks, configure):
    source = DocksSource(configure(tenant="", address=f"{docks.url}/tenants/acme"))
    assert source.list_runs({}).present == {"eval/e1", "run/s1"}


@pytest.mark.parametrize(
    ("handler", "kind", "code"),
    [
        (refuse(401, "Expired"), Denied, "auth"),
        (refuse(429, "Slow down"), Throttled, "throttled"),
        (refuse(500, "Oops"), ServerError, "server"),
        (reply(b"<html>Sign in</html>", content_type="text/html"), BadAnswer, "bad_response"),
        (reply(b"[{", content_type="application/json"), BadAnswer, "bad_response"),
        (reply(b'"text"'), BadAnswer, "bad_response"),
        (reply(b'{"items": null}'), BadAnswer, "bad_response"),
        (raw(b""), Unreachable, "reset"),
    ],
)
def test_a_list_that_fails_otherwise_is_an_error(docks, source, handler, kind, code):
    docks.answers["GET /runs"] = handler
    with pytest.raises(kind) as raised:
        source.list_runs({})
    assert (raised.value.code, raised.value.source) == (code, "Docks")


def test_an_evaluation_run_has_its_trials_by_two_requests(docks, source):
    reading = source.read_run("eval/e1", {})
    assert docks.asked == ["GET /harbor/runs/e1", "GET /harbor/runs/e1/trials"]
    assert [one.external_id for one in reading.trials] == ["t1", "t2"]
    run = reading.run
    assert (run.external_id, run.uid, run.name, run.kind) == ("eval/e1", "e1", "Nightly", "evaluation")
    assert (run.status, run.raw_status, run.dataset) == (RunStatus.COMPLETED, "completed", "swebench-lite")
    assert (run.planned_trials, run.planned_agents) == (2, (("claude-code", ""),))
    assert run.started_at == datetime(2026, 11, 20, 10, tzinfo=UTC)
    assert run.finished_at - run.started_at == timedelta(hours=1)
    assert run.source_stats["failed_trials"] == 1
    assert run.source_stats["leaderboard"][0]["avg_pass_rate"] == 50.0
    assert run.facts == {"Data set": "gs://bench/swebench-lite"}
    assert run.problems == ()


def test_known_trials_are_not_told_again(docks, source):
    first = source.read_run("eval/e1", {})
    fingerprints = {one.external_id: one.fingerprint for one in first.trials}
    docks.trials["e1"][1] = trial("t2", status="error", error_message="No image")
    again = source.read_run("eval/e1", fingerprints)
    assert [one.external_id for one in again.trials] == ["t2"]
    assert again.present == {"t1", "t2"}


def test_a_signature_that_changes_does_not_make_a_trial_changed(docks, source):
    docks.trials["e1"] = [trial(logs_uri="https://files.example/a.txt?sig=1")]
    [first] = source.read_run("eval/e1", {}).trials
    docks.trials["e1"] = [trial(logs_uri="https://files.example/a.txt?sig=2")]
    assert source.read_run("eval/e1", {"t1": first.fingerprint}).trials == ()
    docks.trials["e1"] = [trial(logs_uri="https://files.example/b.txt?sig=2")]
    assert source.read_run("eval/e1", {"t1": first.fingerprint}).trials != ()


def test_bad_trials_are_problems_of_the_run(docks, source):
    docks.trials["e1"] = [None, trial(), {"task_slug": "a"}, trial(status="error")]
    docks.answers["GET /harbor/runs/e1/trials"] = answer(docks.trials["e1"])
    reading = source.read_run("eval/e1", {})
    assert reading.present == {"t1"}
    assert [problem.where for problem in reading.run.problems] == ["trial 1", "trial 3"]


def test_a_sandbox_run_is_read_by_one_request(docks, source):
    reading = source.read_run("run/s1", {})
    assert docks.asked == ["GET /runs/s1"]
    run = reading.run
    assert (reading.trials, reading.present) == ((), frozenset())
    assert (run.kind, run.name, run.status) == ("sandbox", "Web shop", RunStatus.RUNNING)
    assert run.facts == {
        "Template": "Web shop",
        "Template id": "t-1",
        "DNS name": "s1.docks.example",
        "Remote": "i-0abc",
    }
    assert run.task_outcomes == {Outcome.PASSED: 1, Outcome.FAILED: 1, Outcome.PENDING: 1}
    assert run.started_at == datetime(2026, 11, 20, 12, tzinfo=UTC)


def test_a_sandbox_run_tells_why_it_is_so(docks, source):
    docks.sandboxes["s1"] = sandbox(status="failed", status_reason="Out of quota")
    run = source.read_run("run/s1", {}).run
    assert (run.status, run.status_reason) == (RunStatus.FAILED, "Out of quota")


@pytest.mark.parametrize("external_id", ["eval/gone", "run/gone"])
def test_a_404_for_that_id_is_missing_once_the_list_is_seen_to_be_there(docks, source, external_id):
    with pytest.raises(Missing):
        source.read_run(external_id, {})
    assert docks.asked[1] in {"GET /harbor/runs?limit=1", "GET /runs?limit=1"}


@pytest.mark.parametrize("handler", [reply(b"", status=404), reply(b"<html>", status=404, content_type="text/html")])
def test_a_404_without_a_word_is_not_missing(docks, source, handler):
    docks.answers["GET /harbor/runs/e1"] = handler
    with pytest.raises(BadAnswer) as raised:
        source.read_run("eval/e1", {})
    assert raised.value.code == "no_word"


def test_trials_that_are_not_there_do_not_make_their_run_missing(docks, source):
    del docks.trials["e1"]
    with pytest.raises(BadAnswer) as raised:
        source.read_run("eval/e1", {})
    assert raised.value.code == "no_trials"


def test_a_run_that_is_no_object_is_a_bad_answer(docks, source):
    docks.answers["GET /runs/s1"] = answer([sandbox()])
    with pytest.raises(BadAnswer):
        source.read_run("run/s1", {})


@pytest.mark.parametrize(
    "external_id", ["e1", "eval/", "eval/..", "eval/%2E%2E", "other/e1", "run/\0", "run/" + "x" * 201]
)
def test_an_id_that_no_run_can_have_is_missing_and_not_asked_for(docks, source, external_id):
    with pytest.raises(Missing) as raised:
        source.read_run(external_id, {})
    assert raised.value.code == "missing"
    assert docks.asked == []


def test_an_id_with_a_slash_stays_one_name_of_the_path(docks, source):
    docks.sandboxes["a/b"] = sandbox("a/b")
    assert source.read_run("run/a/b", {}).run.external_id == "run/a/b"
    assert docks.asked == ["GET /runs/a%2Fb"]


def test_errors_keep_the_servers_message_and_hint(docks, source):
    detail = {"message": f"Tenant is suspended ({TOKEN})", "hint": "Pay the bill"}
    docks.answers["GET /runs/s1"] = refuse(403, detail)
    with pytest.raises(Denied) as raised:
        source.read_run("run/s1", {})
    assert (raised.value.detail, raised.value.hint) == ("Tenant is suspended (•••)", "Pay the bill")


def test_only_background_reads_are_tried_again(docks, configure):
    docks.answers["GET /runs/s1"] = refuse(503, "Busy")
    for is_urgent, requests in ((True, 1), (False, 3)):
        docks.requests.clear()
        with pytest.raises(ServerError):
            DocksSource(configure(is_urgent=is_urgent)).read_run("run/s1", {})
        assert len(docks.requests) == requests


def test_sources_alike_share_their_connections(docks, configure):
    for _ in range(3):
        DocksSource(configure()).read_run("run/s1", {})
    assert docks.connections == 1


@pytest.mark.parametrize(
    "change",
    [{"address": "ftp://x"}, {"token": "a\nb"}, {"ca_bundle": "/no/such/file"}, {"allowed_networks": ("nonsense",)}],
    ids=str,
)
def test_a_configuration_of_no_use_is_told_when_it_is_used(configure, change):
    source = DocksSource(configure(**change))
    with pytest.raises(Unreachable) as raised:
        source.list_runs({})
    assert (raised.value.code, raised.value.source) == ("config", "Docks")


def test_an_address_that_is_not_allowed_is_not_connected_to(docks, configure):
    with pytest.raises(Unreachable) as raised:
        DocksSource(configure(allowed_endpoints=())).list_runs({})
    assert raised.value.code == "address_refused"
    assert docks.requests == []


def test_the_token_is_nowhere_to_be_seen(docks, configure, caplog):
    caplog.set_level(0)
    config = configure()
    source = DocksSource(config)
    docks.answers["GET /runs"] = refuse(500, {"message": TOKEN, "hint": TOKEN, "missing_tasks": [TOKEN]})
    with pytest.raises(SourceError) as raised:
        source.list_runs({})
    error = raised.value
    seen = [repr(config), str(config), repr(source), repr(vars(source)), repr(vars(source._client)), caplog.text]
    seen += [repr(error), str(error), error.detail, error.hint]
    assert "Missing tasks" in error.detail
    assert not [text for text in seen if TOKEN in text]


def test_a_server_that_is_gone_is_unreachable(docks, source):
    docks.stop()
    forget_sessions()
    with pytest.raises(Unreachable) as raised:
        source.list_runs({})
    assert (raised.value.code, raised.value.can_retry) == ("refused", True)
    assert str(docks.port) not in raised.value.sentence
