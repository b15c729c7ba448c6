"""What the form for a sandbox run makes of what was typed, and what it says of the rest."""

import pytest

from dashboard.forms.sandbox import SandboxForm, data_of_sandbox

CANARY = "sk-canary-77aa"
TEMPLATES = [("t1", "Shop")]


def filled(*rows, templates=TEMPLATES, is_checked=True, **fields):
    data = data_of_sandbox("t1", "gcp", [name for name, _ in rows])
    for number, (_, value) in enumerate(rows):
        data[f"parameters-{number}-value"] = value
    for key, value in fields.items():
        data[key] = value
    return SandboxForm(data, templates=templates, is_checked=is_checked)


def test_template_provider_and_parameters_are_asked_for():
    form = filled(("machine.type-1", " x "), ("KEY", CANARY), ("", ""))
    assert form.is_valid()
    asked = form.request()
    assert (asked.template_id, asked.provider) == ("t1", "gcp")
    assert asked.params == {"machine.type-1": " x ", "KEY": CANARY}


@pytest.mark.parametrize(
    ("rows", "fields", "field"),
    [
        ([], {"template": ""}, "template"),
        ([], {"provider": ""}, "provider"),
        ([("A", "")], {}, "parameters-0-value"),
        ([("", "x")], {}, "parameters-0-name"),
        ([(f"A={CANARY}", "x")], {}, "parameters-0-name"),
        ([("A", "x"), ("A", "y")], {}, "parameters-1-name"),
    ],
)
def test_what_does_not_fit_is_said_at_its_field(rows, fields, field):
    form = filled(*rows, **fields)
    assert not form.is_valid()
    assert [each.html_name for each in form.invalid_fields()] == [field]
    assert CANARY not in str(form.parameters) + str(form.invalid_fields()[0].errors)


def test_too_many_parameters_are_refused():
    form = filled(*[(f"A{n}", "x") for n in range(101)])
    assert not form.is_valid()
    assert "100" in form.general_errors()[0]


def test_what_is_not_checked_has_no_errors_and_shows_no_value():
    form = filled(("A", CANARY), is_checked=False, provider="")
    assert (form.invalid_fields(), form.general_errors(), form.lost_values) == ([], [], 1)
    assert CANARY not in str(form.parameters)


def test_without_a_list_the_id_of_a_template_is_asked_for():
    assert '<input type="text" name="template" value="t1"' in str(filled(templates=[]).run["template"])
    assert "<select" in str(filled().run["template"])
