"""Facets count what the rest of the filter lets through."""

import pytest

from dashboard.domain.queries import parse
from dashboard.domain.statuses import RunStatus
from dashboard.filters.facets import MOST, RUN_FACETS, count
from dashboard.filters.runs import RunFilter
from dashboard.models import Run
from tests import factories

pytestmark = pytest.mark.django_db
FACETS = {facet.field: facet for facet in RUN_FACETS}


def counted(field, text=""):
    query = parse(text, RunFilter.fields_of_box(), now=factories.NOW)
    return [(value.text, value.count) for value in count([FACETS[field]], RunFilter, query, Run.objects.all())[field]]


@pytest.fixture(autouse=True)
def _runs():
    source = factories.make_source("Jobs")
    codex = ("codex", "gpt-5", "openai")
    factories.make_run(source, status=RunStatus.COMPLETED, dataset="core", agents=[codex, ("codex", "gpt-4", "openai")])
    factories.make_run(source, status=RunStatus.COMPLETED, agents=[codex])
    factories.make_run(source, status=RunStatus.FAILED, dataset="core", agents=[("claude", "sonnet", "anthropic")])


def test_values_come_most_frequent_first_and_empty_ones_not_at_all():
    assert counted("status") == [("completed", 2), ("failed", 1)]
    assert counted("dataset") == [("core", 2)]
    assert counted("source") == [("Jobs", 3)]


def test_a_run_counts_once_however_many_of_its_agents_have_the_value():
    assert counted("agent") == [("codex", 2), ("claude", 1)]
    assert counted("model") == [("gpt-5", 2), ("gpt-4", 1), ("sonnet", 1)]


def test_other_fields_filter_the_counts_and_the_own_does_not():
    assert counted("status", "dataset:core") == [("completed", 1), ("failed", 1)]
    assert counted("status", "status:failed") == [("completed", 2), ("failed", 1)]
    assert counted("agent", "status:failed") == [("claude", 1)]
    assert counted("model", "agent:codex status:completed") == [("gpt-5", 2), ("gpt-4", 1)]
    assert counted("status", "-status:failed dataset:core") == [("completed", 1), ("failed", 1)]


def test_only_so_many_values_are_listed():
    for number in range(MOST + 5):
        factories.make_run(dataset=f"set {number:03}")
    assert len(counted("dataset")) == MOST


def test_an_agent_without_a_name_does_not_hide_the_others_of_its_run():
    factories.make_run(agents=[("", "", ""), ("openhands", "", "")])
    assert ("openhands", 1) in counted("agent")
    assert all(text for text, _ in counted("model"))
