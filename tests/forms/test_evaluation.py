"""What the form for a run makes of what was typed, and what it says of the rest."""

import pytest
from django.http import QueryDict

from dashboard.forms.drafts import data_of, with_another
from dashboard.forms.evaluation import MOST_AGENTS, EvaluationForm
from dashboard.services.drafts import Draft, DraftAgent, DraftVariable

CANARY = "sk-canary-31c0"
DATASETS = [("gs://bench/lite", "lite 1")]
DRAFT = Draft(name="Nightly", dataset="gs://bench/lite", agents=(DraftAgent(agent="codex"),))


def filled(draft=DRAFT, datasets=DATASETS, *, is_checked=True, **fields):
    data = data_of(draft)
    for key, value in fields.items():
        data.setlist(key, value if isinstance(value, list) else [value])
    return EvaluationForm(data, datasets=datasets, is_checked=is_checked)


def rows(prefix, *given):
    fields = {f"{prefix}-TOTAL_FORMS": str(len(given))}
    return fields | {f"{prefix}-{n}-{key}": value for n, row in enumerate(given) for key, value in row.items()}


def agents(*given):
    return rows("agents", *({"agent": agent, "model": model, "name": name} for agent, model, name in given))


def variables(*given):
    return rows("variables", *({"name": name, "value": value, "only_for": who} for name, value, who in given))


def errors_of(form):
    assert not form.is_valid()
    return {field.html_name: " ".join(field.errors) for field in form.invalid_fields()}


class TestRequest:
    def test_the_least_is_a_name_a_data_set_and_an_agent(self):
        form = filled()
        assert form.is_valid()
        asked = form.request()
        assert (asked.name, asked.dataset_uri, asked.task_slugs) == ("Nightly", "gs://bench/lite", ())
        assert (asked.max_concurrent, asked.attempts_per_task, form.starts) == (4, 1, True)
        assert [(one.name, one.agent, one.model, len(one.environment)) for one in asked.agent_variants] == [
            ("codex", "codex", "", 0)
        ]

    def test_a_draft_comes_back_as_it_was(self):
        draft = Draft(
            name="n", dataset="gs://bench/lite", tasks=("a", "b"), max_concurrent=7, attempts_per_task=3, starts=False,
            agents=(DraftAgent(agent="codex", model="o4", name="mine"), DraftAgent(agent="nop", name="nop")),
        )  # fmt: skip
        form = filled(draft)
        assert form.is_valid()
        asked = form.request()
        assert (asked.task_slugs, asked.max_concurrent, asked.attempts_per_task) == (("a", "b"), 7, 3)
        assert [(one.name, one.model) for one in asked.agent_variants] == [("mine", "o4"), ("nop", "")]
        assert not form.starts

    def test_tasks_ticked_and_named_come_together_once(self):
        form = filled(tasks=["a", "b"], other_tasks="b, c\nd")
        assert form.is_valid()
        assert form.request().task_slugs == ("a", "b", "c", "d")

    def test_an_agent_that_comes_with_two_models_is_called_by_both(self):
        form = filled(**agents(("codex", "o3", ""), ("codex", "o4", ""), ("nop", "", "")))
        assert form.is_valid()
        assert [one.name for one in form.request().agent_variants] == ["codex o3", "codex o4", "nop"]

    def test_a_row_that_was_left_empty_is_none(self):
        form = filled(**agents(("codex", "", ""), ("", "", "")), **variables(("", "", "")))
        assert form.is_valid()
        assert len(form.request().agent_variants) == 1

    def test_variables_are_for_all_or_for_one_whose_own_count(self):
        given = variables(("ONE", CANARY, "codex"), ("BOTH", " x ", ""), ("ONE", "general", ""))
        form = filled(**agents(("codex", "", ""), ("nop", "", "")), **given)
        assert form.is_valid()
        assert [one.environment.reveal() for one in form.request().agent_variants] == [
            {"BOTH": " x ", "ONE": CANARY},
            {"BOTH": " x ", "ONE": "general"},
        ]


class TestRefusals:
    @pytest.mark.parametrize(
        ("fields", "field", "part"),
        [
            ({"name": ""}, "name", "required"),
            ({"name": "x" * 201}, "name", "200"),
            ({"name": "a\nb"}, "name", "control characters"),
            ({"dataset": ""}, "dataset", "Which data set"),
            ({"dataset_uri": "gs://other"}, "dataset_uri", "not both"),
            ({"tasks": ["a"], "tasks_of": "gs://other"}, "tasks", "another data set"),
            ({"tasks": ["x" * 201]}, "tasks", "not one of the available"),
            ({"other_tasks": "x" * 201}, "other_tasks", "200"),
            ({"max_concurrent": "0"}, "max_concurrent", "greater than or equal to 1"),
            ({"attempts_per_task": "101"}, "attempts_per_task", "less than or equal to 100"),
            (agents(("", "o4", "")), "agents-0-agent", "required"),
            (agents(("a", "", "x"), ("x", "", "")), "agents-1-name", "called “x” already"),
            (variables(("A-B", "x", "")), "variables-0-name", "letters, digits and _"),
            (variables(("A", "", "")), "variables-0-value", "not kept"),
            (variables(("", "x", "")), "variables-0-name", "Which variable"),
            (variables(("A", "a\0b", "")), "variables-0-value", "Null characters"),
            (variables(("A", "x", "nobody")), "variables-0-only_for", "No agent"),
            (variables(("A", "x", ""), ("A", "y", "")), "variables-1-name", "already"),
        ],
    )
    def test_what_does_not_fit_is_said_at_its_field(self, fields, field, part):
        found = errors_of(filled(**fields))
        assert list(found) == [field]
        assert part in found[field]

    def test_there_is_at_least_one_agent_and_not_too_many(self):
        form = filled(**agents(*[("codex", "", str(n)) for n in range(MOST_AGENTS + 1)]))
        assert not form.is_valid()
        assert "20" in form.general_errors()[0]
        assert not filled(**{"agents-TOTAL_FORMS": "0"}).is_valid()

    def test_without_the_number_of_rows_it_is_no_form(self):
        form = filled(**{"agents-TOTAL_FORMS": "many"})
        assert not form.is_valid()
        assert form.general_errors()

    def test_no_error_repeats_a_value(self):
        given = variables(("A", CANARY * 3000, ""), (f"A={CANARY}", "", ""), ("", CANARY, ""))
        form = filled(**given)
        assert CANARY not in str(errors_of(form))


class TestShowing:
    def test_what_is_not_checked_has_no_errors(self):
        form = filled(Draft(), is_checked=False)
        assert (form.invalid_fields(), form.general_errors()) == ([], [])
        assert "aria-invalid" not in str(form.run["name"])

    def test_without_data_sets_the_address_is_asked_for(self):
        form = filled(datasets=[])
        assert form.run["dataset_uri"].value() == "gs://bench/lite"
        assert form.is_valid()
        assert form.request().dataset_uri == "gs://bench/lite"
        assert list(errors_of(filled(Draft(name="n", agents=DRAFT.agents), datasets=[]))) == ["dataset_uri"]

    def test_values_are_not_shown_again_and_are_counted(self):
        form = filled(is_checked=False, **variables(("A", CANARY, ""), ("B", "", "")))
        assert form.lost_values == 1
        assert CANARY not in str(form.variables)
        assert 'value="A"' in str(form.variables)

    @pytest.mark.parametrize(
        ("typed", "shown"),
        [("KEY", "KEY"), (f"KEY={CANARY}", "KEY"), (CANARY, None), ("1x", "1x"), ("MY-KEY 2", "MY-KEY 2"),
         ("anthropic-api-key", "anthropic-api-key"), ("-" * 65, None), ("", None)],
    )  # fmt: skip
    def test_a_name_is_shown_again_with_its_slip_and_a_secret_in_its_place_is_not(self, typed, shown):
        [part] = filled(is_checked=False, **variables((typed, "", ""))).variables.forms
        assert f'value="{shown or ""}"' in str(part["name"])
        assert CANARY not in str(part["name"])

    def test_the_names_of_a_drafts_variables_are_kept(self):
        draft = Draft(variables=(DraftVariable(name="KEY", only_for="codex"),))
        [part] = filled(draft, is_checked=False).variables.forms
        assert (part["name"].value(), part["only_for"].value(), part["value"].value()) == ("KEY", "codex", None)

    @pytest.mark.parametrize(("n", "more"), [("1", "2"), ("", "1"), ("x", "1"), ("-1", "1"), ("9" * 9, "1")])
    def test_a_row_more(self, n, more):
        data = QueryDict(mutable=True)
        data["agents-TOTAL_FORMS"] = n
        assert with_another(data, "agents")["agents-TOTAL_FORMS"] == more
        assert data["agents-TOTAL_FORMS"] == n
