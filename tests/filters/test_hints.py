import pytest
from django.utils import timezone

from dashboard.domain.queries import parse
from dashboard.filters import hints
from dashboard.filters.elsewhere import elsewhere
from dashboard.filters.runs import RunFilter
from dashboard.filters.tasks import TaskFilter, task_filter
from dashboard.filters.trials import TrialFilter
from dashboard.models import Run
from tests import factories

pytestmark = pytest.mark.django_db


def explain(text, filters=RunFilter):
    query = parse(text, filters.fields_of_box(), now=timezone.now())
    assert not query.problems
    return hints.explain(filters, query, filters.Meta.model.objects.all(), filters.Meta.model.__name__.lower())


def ways(text, filters=RunFilter):
    return [(way.label, way.query.text) for way in explain(text, filters).ways]


@pytest.fixture(autouse=True)
def run():
    source = factories.make_source("Jobs")
    run = factories.make_run(
        source, name="nightly", dataset="terminal-bench/core", agents=[("codex", "gpt-5", "OpenAI")]
    )
    factories.make_run(source, name="weekly", dataset="swe", agents=[("nop", "", "")])
    task = factories.make_task("terminal-bench/build-static-binary")
    factories.make_trial(run, task, error_type="AgentTimeoutError", has_error=True, agent="codex")
    return run


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("agent:codx", [("Did you mean agent:codex?", "agent:codex")]),
        ("name:nigthly", [("Did you mean name:nightly?", "name:nightly")]),
        ("provider:openia", [("Did you mean provider:OpenAI?", "provider:OpenAI")]),
        ("source:job", [("Did you mean source:Jobs?", "source:Jobs"), ("Try source:job*", "source:job*")]),
        ("error:AgentTimeout", [("Did you mean error:AgentTimeoutError?", "error:AgentTimeoutError"),
                                ("Try error:AgentTimeout*", "error:AgentTimeout*")]),
        ("error:Timeout", [("Try error:*Timeout*", "error:*Timeout*")]),
        ("task:buld-static-binary", [("Did you mean task:terminal-bench/build-static-binary?",
                                      "task:terminal-bench/build-static-binary")]),
        ("task:build-static", [("Did you mean task:terminal-bench/build-static-binary?",
                                "task:terminal-bench/build-static-binary"),
                               ("Try task:build-static*", "task:build-static*")]),
        ("dataset:cor", [("Did you mean dataset:terminal-bench/core?", "dataset:terminal-bench/core"),
                         ("Try dataset:cor*", "dataset:cor*")]),
    ],
)  # fmt: skip
def test_an_unknown_value_comes_with_the_one_that_was_meant_and_a_star(text, expected):
    assert ways(text) == expected
    assert explain(text).text == f"Nothing has {text}."


@pytest.mark.parametrize("text", ["agent:zzz", "agent:z*", "-name:*", "agent:x,y", "id:nothing", "cost:>5"])
def test_a_value_like_no_other_is_said_to_have_nothing(text):
    assert explain(text) == hints.Hint("Nothing has this value.")


def test_trials_have_values_of_their_own():
    assert ways("error:AgentTimeoutErorr", TrialFilter) == [
        ("Did you mean error:AgentTimeoutError?", "error:AgentTimeoutError")
    ]


def test_tasks_have_those_of_their_trials():
    filters = task_filter(factories.make_person())
    assert ways("agent:codx", filters) == [("Did you mean agent:codex?", "agent:codex")]
    assert ways("name:buld-static-binary", filters) == [
        ("Did you mean name:terminal-bench/build-static-binary?", "name:terminal-bench/build-static-binary")
    ]


def test_a_misspelt_value_is_corrected_among_other_filters():
    assert ways("status:completed agent:codx") == [("Did you mean agent:codex?", "status:completed agent:codex")]


def test_no_way_leads_to_nothing_again():
    assert ways("status:failed agent:codx") == []


def test_of_several_that_begin_so_the_star_finds_all():
    factories.make_run(agents=[("codex-mini", "", ""), ("codex-max", "", "")])
    assert ways("agent:codex-m") == [
        ("Did you mean agent:codex-max?", "agent:codex-max"),
        ("Try agent:codex-m*", "agent:codex-m*"),
    ]


def test_two_values_of_one_field_that_nothing_has_at_once_come_as_either():
    hint = explain("agent:nop agent:codex status:completed")
    assert hint.text == "Nothing is both at once: write agent:nop,codex for either."
    assert [(way.label, way.query.text) for way in hint.ways] == [
        ("agent:nop,codex", "status:completed agent:nop,codex")
    ]


def test_the_filter_that_is_to_blame_is_named():
    assert explain("status:failed agent:nop").text == "Without status:failed there would be 1 run."
    assert explain("nothing agent:nop").text == "Without “nothing” there would be 1 run."
    assert "to blame" in explain("status:failed nothing agent:nop").text


def test_where_nothing_is_asked_nothing_is_said():
    Run.objects.all().delete()
    assert explain("") == hints.Hint("")


class TestElsewhere:
    def test_a_field_of_trials_is_told_on_the_runs_list(self):
        assert elsewhere(RunFilter)["outcome"] == "“outcome” is a field of trials: open a run, or use “status:” here."
        assert elsewhere(RunFilter)["attempt"] == "“attempt” is a field of trials: open a run."

    def test_a_field_of_runs_is_told_on_the_trials_list(self):
        assert elsewhere(TrialFilter)["status"] == (
            "“status” is a field of runs: go to the runs list, or use “outcome:” here."
        )
        assert elsewhere(TrialFilter)["source"] == "“source” is a field of runs: go to the runs list."

    def test_the_tasks_list_is_told_and_tells_too(self):
        assert elsewhere(RunFilter)["solved"] == "“solved” is a field of tasks: go to the tasks list."
        assert elsewhere(TaskFilter)["outcome"] == "“outcome” is a field of trials: open a run."

    def test_no_field_that_is_understood_is_told(self):
        for filters in (RunFilter, TrialFilter, TaskFilter):
            assert not elsewhere(filters).keys() & filters.by_name().keys()
