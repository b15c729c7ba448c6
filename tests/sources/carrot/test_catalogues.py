"""What a server tests, over a real connection."""

from datetime import UTC, datetime

import pytest

from dashboard.domain.errors import BadAnswer, Denied, ServerError, Unreachable
from dashboard.domain.pipelines import GroupKind
from tests.http.faulty_server import raw, reply
from tests.sources.carrot.fake import G, P, R, T, X, answer, empty, entity, plain, refuse, uid

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

GITHUB = {
    "owner": "broadinstitute",
    "repo": "gatk",
    "issue_number": 8485,
    "author": "jdoe",
    "base_commit": "ca82a6d",
    "head_commit": "0a267ad",
    "test_input_key": "HC.docker",
    "eval_input_key": None,
}
DISABLED = refuse(422, "Reporting disabled", "You are trying to access a reporting-related endpoint")
WITHOUT = "This CARROT server makes no reports: reporting is not configured there."
NO_LISTS = {"pipelines": [], "templates": [], "tests": [], "run-groups": [], "reports": []}


def group(name="group", **fields):
    return {"run_group_id": uid(name), "created_at": "2023-02-16T17:49:00.900100", "metadata": None} | fields


def test_every_list_is_asked_once_and_the_oldest_come_first(carrot, source):
    found = source.read_pipelines()
    assert carrot.asked == [
        "GET /pipelines?sort=asc%28created_at%29%2Casc%28pipeline_id%29",
        *[f"GET /{name}?sort=asc%28created_at%29" for name in ("templates", "tests", "run-groups", "reports")],
        "GET /results?sort=asc%28created_at%29",
        "GET /software?sort=asc%28created_at%29",
        "GET /config/cromwell",
    ]
    assert (found.unread, found.problems, found.without) == (frozenset(), (), {})
    assert found.job_address == "http://cromwell.example.com:8000"


def test_pipelines_templates_and_tests_hang_together(carrot, source):
    found = source.read_pipelines()
    (pipeline,), (template,), (test,) = found.pipelines, found.templates, found.tests
    assert (pipeline.external_id, template.external_id, test.external_id) == (P, T, X)
    assert (template.pipeline_id, test.template_id) == (P, T)
    assert (template.test_wdl, template.eval_wdl) == ("gs://b/t.wdl", "x/e.wdl")
    assert test.defaults == {"test_input": {"HC.in_bam": "gs://b/x.bam"}}
    assert (pipeline.name, pipeline.description, pipeline.created_by) == ("Pipeline", "", "")
    assert pipeline.created_at == datetime(2023, 2, 10, 9, 0, 0, 250000, UTC)


def test_texts_that_the_server_keeps_of_a_template_are_where_we_ask_it(carrot, source):
    carrot.lists["templates"][0]["eval_wdl"] = f"example.com/api/v1/templates/{T}/eval_wdl"
    (template,) = source.read_pipelines().templates
    assert (template.test_wdl, template.eval_wdl) == (
        "gs://b/t.wdl",
        f"{carrot.url}/api/v1/templates/{T}/eval_wdl",
    )


def test_of_report_templates_no_notebook_is_kept(source):
    (template,) = source.read_pipelines().report_templates
    assert (template.external_id, template.name) == (R, "Report")
    assert "large" not in repr(template)


def test_groups_of_pull_requests_queries_and_neither(carrot, source):
    query = {"status": "succeeded", "limit": 20, "offset": 0, "name": None}
    carrot.lists["run-groups"] = [
        group(metadata={"Github": GITHUB}),
        group("query", metadata={"Query": {"query": query}}),
        group("other"),
    ]
    github, chosen, other = source.read_pipelines().groups
    assert (github.external_id, github.kind, github.owner, github.repo) == (
        G,
        GroupKind.GITHUB,
        "broadinstitute",
        "gatk",
    )
    assert (github.issue_number, github.author, github.base_commit) == (8485, "jdoe", "ca82a6d")
    assert (github.head_commit, github.test_input_key, github.eval_input_key) == ("0a267ad", "HC.docker", "")
    assert (chosen.kind, chosen.query) == (GroupKind.QUERY, {"status": "succeeded", "limit": 20, "offset": 0})
    assert (other.kind, other.query) == (GroupKind.OTHER, {})


def test_groups_of_0_6_tell_of_their_pull_request_beside_their_id(carrot, source):
    carrot.lists["run-groups"] = [{"run_group_id": G} | GITHUB, {"run_group_id": uid("x"), "owner": None}]
    github, other = source.read_pipelines().groups
    assert (github.kind, github.issue_number, other.kind) == (GroupKind.GITHUB, 8485, GroupKind.OTHER)


def test_empty_lists_are_empty(carrot, source):
    carrot.lists |= NO_LISTS
    found = source.read_pipelines()
    assert (found.pipelines, found.tests, found.report_templates, found.unread) == ((), (), (), frozenset())


def test_a_list_that_cannot_be_read_is_named_and_the_others_are_read(carrot, source):
    carrot.answers["GET /tests"] = plain(500, "Broken")
    found = source.read_pipelines()
    assert (found.unread, len(found.templates), len(found.report_templates)) == ({"tests"}, 1, 1)
    assert [where for where, _ in found.problems] == ["tests"]


def test_a_list_that_comes_too_late_does_not_hide_the_others(carrot, source):
    carrot.answers["GET /templates"] = raw(b"")
    found = source.read_pipelines()
    assert (found.unread, len(found.tests)) == ({"templates"}, 1)


def test_entries_without_usable_ids_are_problems_and_the_others_show(carrot, source):
    for name, key in {"pipelines": "pipeline_id", "templates": "template_id", "tests": "test_id"}.items():
        carrot.lists[name] += [{key: "../x"}, 5]
    carrot.lists["templates"].append(entity("template_id", "homeless"))
    carrot.lists["tests"].append(entity("test_id", "homeless test"))
    carrot.lists["reports"].append({})
    carrot.lists["run-groups"] = [{}]
    found = source.read_pipelines()
    lists = (found.pipelines, found.templates, found.tests, found.report_templates, found.groups)
    assert [len(each) for each in lists] == [1, 1, 1, 1, 0]
    assert {where for where, _ in found.problems} >= {"pipelines 2", "pipelines 3", "templates 4", "groups 1"}


@pytest.mark.parametrize("name", ["templates", "tests"])
def test_a_list_that_every_server_has_is_a_problem_where_it_is_not_there(carrot, source, name):
    carrot.answers[f"GET /{name}"] = empty(404)
    found = source.read_pipelines()
    assert (found.unread, [where for where, _ in found.problems]) == ({name}, [name])


def test_what_results_are_is_told_by_name(carrot, source):
    carrot.lists["results"] = [
        *[entity("result_id", name, result_type=name) for name in ("numeric", "file", "text")],
        entity("result_id", "odd", result_type="picture"),
        {"name": " Long " * 100, "result_type": "text"},
        {"result_type": "text"},
        5,
    ]
    found = source.read_pipelines()
    *named, (long, _) = found.result_types.items()
    assert named == [("Numeric", "numeric"), ("File", "file"), ("Text", "text")]
    assert len(long) == 300
    assert [where for where, _ in found.problems] == ["result_types 4", "result_types 6", *["result_types 7"] * 2]


def test_tags_of_software_name_commits_and_the_newest_holds(carrot, source):
    def version(commit, tags, software="gatk"):
        return {"software_id": uid(software), "commit": commit, "tags": tags}

    carrot.lists["software"] = [entity("software_id", "gatk", name="gatk"), {"name": "homeless"}]
    carrot.lists["software_versions"] = [
        version("c3", ["nightly", "4.4"]),
        version("c2", ["nightly", "4.3"]),
        version("c1", None),
        version(None, ["4.2"]),
        version("c0", ["1.0"], software="another"),
    ]
    assert source.read_pipelines().software == {
        ("gatk", "4.4"): "c3",
        ("gatk", "nightly"): "c3",
        ("gatk", "4.3"): "c2",
    }
    assert "GET /software_versions?sort=desc%28created_at%29&limit=1000" in carrot.asked


def test_a_server_that_builds_no_software_has_nothing_to_say_of_it(carrot, source):
    carrot.answers["GET /software"] = refuse(422, "Software building disabled", "You are trying")
    found = source.read_pipelines()
    assert (found.software, found.problems, found.without) == ({}, (), {})
    assert not any("software_versions" in asked for asked in carrot.asked)


def test_what_cannot_be_read_of_results_and_software_is_unread(carrot, source):
    carrot.answers |= {"GET /results": plain(500, "Broken"), "GET /software": plain(500, "Broken")}
    found = source.read_pipelines()
    assert (found.unread, len(found.tests)) == ({"result_types", "software"}, 1)
    assert [where for where, _ in found.problems] == ["result_types", "software"]


def test_without_reporting_it_says_what_it_cannot_do(carrot, source):
    carrot.answers["GET /reports"] = DISABLED
    found = source.read_pipelines()
    assert found.without == {"reports": WITHOUT, "report_queries": WITHOUT}
    assert (found.unread, found.problems) == ({"report_templates"}, ())


def test_older_servers_have_neither_groups_nor_reports_nor_say_where_cromwell_is(carrot, source):
    carrot.answers = {"GET /run-groups": empty(404), "GET /reports": empty(404)}
    carrot.cromwell = empty(404)
    found = source.read_pipelines()
    assert (found.unread, found.problems, found.job_address) == ({"groups", "report_templates"}, (), "")
    assert found.without.keys() == {"reports", "report_queries"}


@pytest.mark.parametrize(
    ("told", "address"),
    [
        (b"https://cromwell.example.com/", "https://cromwell.example.com"),
        (b'"http://10.0.0.3:8000"', "http://10.0.0.3:8000"),
        (b"  cromwell \n", "http://cromwell"),
        (b"", ""),
    ],
)
def test_the_address_of_cromwell_may_lack_its_scheme(carrot, source, told, address):
    carrot.cromwell = reply(told, content_type="")
    assert source.read_pipelines().job_address == address


@pytest.mark.parametrize("told", [b"<html>", b"javascript:alert(1)", b"a b", b"http://user:pw@host", b"\xff\xfe"])
def test_what_is_no_address_of_cromwell_is_a_problem(carrot, source, told):
    carrot.cromwell = reply(told, content_type="")
    found = source.read_pipelines()
    assert (found.job_address, [where for where, _ in found.problems]) == ("", ["job_address"])


@pytest.mark.parametrize("handler", [reply(b"x" * 5_000, content_type=""), refuse(403, "No"), raw(b"")])
def test_an_address_of_cromwell_that_cannot_be_read_is_unread(carrot, source, handler):
    carrot.cromwell = handler
    found = source.read_pipelines()
    assert (found.job_address, found.unread) == ("", {"job_address"})


@pytest.mark.parametrize(
    ("handler", "kind", "n_asked"),
    [
        (empty(404), BadAnswer, 1),
        (raw(b""), Unreachable, 1),
        (refuse(403, "No"), Denied, 5),
        (empty(500), ServerError, 5),
    ],
)
def test_only_where_nothing_can_be_read_it_is_an_error(carrot, source, handler, kind, n_asked):
    carrot.answers = {f"GET /{name}": handler for name in NO_LISTS}
    with pytest.raises(kind):
        source.read_pipelines()
    assert len(carrot.asked) == n_asked


def test_fields_of_the_wrong_kind_are_problems(carrot, source):
    carrot.lists["pipelines"] = [entity("pipeline_id", "pipeline", name=7, created_at="now", created_by={})]
    carrot.lists["run-groups"] = [group(metadata={"Github": GITHUB | {"issue_number": "8"}}), group("b", metadata=5)]
    carrot.lists["tests"][0]["eval_option_defaults"] = {"x": "y" * 300_000}
    found = source.read_pipelines()
    assert found.pipelines[0].name == P
    assert found.groups[0].issue_number is None
    assert found.tests[0].defaults.keys() == {"test_input"}
    assert len(found.problems) == 6


def test_a_list_that_is_none_is_unread(carrot, source):
    carrot.answers["GET /tests"] = answer({"tests": []})
    assert source.read_pipelines().unread == {"tests"}
