"""The forms for new runs, in place of ``docks runs eval-run`` and ``docks run``: they send what the client sends."""

import pytest

from tests.pages import text_of
from tests.parity.reading import facts, links
from tests.parity.rows import proves

pytestmark = [pytest.mark.django_db, pytest.mark.enable_socket]

SECRET = "sk-ant-not-to-be-seen"
URI = "gs://example-datasets/terminal-bench"
ONE_AGENT = {"agents-0-agent": "claude-code", "agents-0-model": "claude-sonnet-4-5-20250929", "agents-0-name": ""}


@pytest.fixture
def form(own):
    """The address of the form, with a data set chosen."""
    return f"/runs/new/?source={own.source.pk}"


def create(own, browser, form, **fields):
    """Fill in the form and send it; what the server got, and the page that one is led to."""
    filled = {"name": "By hand", "dataset": URI, "tasks_of": URI, "max_concurrent": "32", "attempts_per_task": "1"}
    page = browser.send(form, **filled | ONE_AGENT | fields)
    route, body = own.posts[0]
    assert route == "/harbor/runs"
    return body, page


@proves("docks runs eval-run")
def test_a_new_run_is_offered_and_made(own, browser, form):
    assert "/runs/new/" in links(browser.open("/runs/"))
    body, page = create(own, browser, form)
    assert body == {
        "name": "By hand", "max_concurrent": 32, "attempts_per_task": 1, "dataset_uri": URI,
        "agent_variants": [
            {
                "name": "claude-code",
                "config": {"type": "claude-code", "model": "claude-sonnet-4-5-20250929"},
            }
        ],
    }  # fmt: skip
    made = own.evaluation("By hand")
    assert facts(page)["Id"] == made["id"]
    assert made["status"] == "queued"
    again = browser.form(f"/runs/new/?from={own.mirrored(made).pk}", form)
    assert again["name"].startswith("By hand")
    # The server tells what its agents are called, not which they are.
    assert (again["agents-0-name"], again["agents-0-agent"]) == ("claude-code", "")


@proves("docks runs eval-run --name NAME")
def test_its_name(own, browser, form):
    body, page = create(own, browser, form, name="Größe 8")
    assert body["name"] == text_of(page.find(".//h1")) == "Größe 8"


@proves("docks runs eval-run --dataset DATASET")
def test_its_data_set_by_choice_or_address(own, browser, form):
    body, _ = create(own, browser, form, dataset="gs://example-datasets/repo-repair", tasks_of="")
    assert body["dataset_uri"] == "gs://example-datasets/repo-repair"
    own.posts.clear()
    body, _ = create(own, browser, form, dataset="", tasks_of="", dataset_uri="gs://elsewhere/terminal-bench")
    assert body["dataset_uri"] == "gs://elsewhere/terminal-bench"


@proves("docks runs eval-run --task SLUG")
def test_its_tasks(own, browser, form):
    [dataset] = [each for each in own.ask("/datasets") if each["uri"] == URI]
    slugs = [task["slug"] for task in own.ask(f"/datasets/{dataset['id']}/tasks")][:2]
    body, _ = create(own, browser, form, tasks=slugs)
    assert body["task_slugs"] == slugs


@proves("docks runs eval-run --agent AGENT", "docks runs eval-run --model MODEL")
def test_its_agents_and_models(own, browser, form):
    second = {"agents-TOTAL_FORMS": "2", "agents-1-agent": "nop", "agents-1-model": "none", "agents-1-name": "idle"}
    body, _ = create(own, browser, form, **second)
    assert [(each["name"], each["config"]["type"], each["config"]["model"]) for each in body["agent_variants"]] == [
        ("claude-code", "claude-code", "claude-sonnet-4-5-20250929"), ("idle", "nop", "none"),
    ]  # fmt: skip


@proves("docks runs eval-run --anthropic-key KEY", "docks runs eval-run --env KEY=VALUE")
def test_its_environment_variables_are_passed_on_and_not_shown(own, browser, form):
    variables = {
        "variables-TOTAL_FORMS": "2", "variables-0-name": "ANTHROPIC_API_KEY", "variables-0-value": SECRET,
        "variables-1-name": "LEVEL", "variables-1-value": "debug",
    }  # fmt: skip
    body, page = create(own, browser, form, **variables)
    assert body["agent_variants"][0]["config"]["env_vars"] == {"ANTHROPIC_API_KEY": SECRET, "LEVEL": "debug"}
    assert SECRET not in text_of(page)
    inputs = [each for each in browser.open(form).iter("input") if each.get("name") == "variables-0-value"]
    assert [each.get("type") for each in inputs] == ["password"]


@proves("docks runs eval-run --concurrent N", "docks runs eval-run --attempts N")
def test_how_many_at_once_and_how_often(own, browser, form):
    body, _ = create(own, browser, form, max_concurrent="7", attempts_per_task="3")
    assert (body["max_concurrent"], body["attempts_per_task"]) == (7, 3)


@proves("docks runs eval-run --start")
def test_it_is_started_at_once(own, browser, form):
    create(own, browser, form, starts="on")
    made = own.evaluation("By hand")
    assert own.posts[1:] == [(f"/harbor/runs/{made['id']}/start", None)]
    assert made["status"] == "running"


@proves("docks run TEMPLATE", "docks run TEMPLATE --provider PROVIDER", "docks run TEMPLATE --param KEY=VALUE")
def test_a_sandbox_run_of_a_template(own, browser):
    form = f"/runs/new/sandbox/?source={own.source.pk}"
    assert form in links(browser.open(f"/runs/new/?source={own.source.pk}"))
    template = own.ask("/templates")[0]
    [choice] = [each for each in browser.open(form).iter("select") if each.get("name") == "template"]
    assert {text_of(each) for each in choice.iter("option")} >= {each["name"] for each in own.ask("/templates")}
    fields = {"parameters-0-name": "size", "parameters-0-value": "2"}
    page = browser.send(form, template=template["id"], provider="gcp", **fields)
    assert own.posts == [("/runs", {"template_id": template["id"], "provider": "gcp", "params": {"size": "2"}})]
    newest = max(own.sandboxes, key=lambda run: run["created_at"])
    assert facts(page)["Id"] == newest["id"]
