"""The form that asks for an evaluation run: what, by which agents, and with which environment variables."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField, formset_factory
from django.http import QueryDict

from dashboard.domain.actions import AgentVariant, EnvironmentVariables, EvaluationRequest
from dashboard.forms.parts import LONGEST, VARIABLE_NAME, LineField, Part, TicksField, VariableNameInput

MOST_AGENTS = 20
MOST_VARIABLES = 100
_PLAIN = {"autocomplete": "off", "spellcheck": "false"}


class RunPart(Part):
    """The run itself."""

    name = LineField(max_length=LONGEST, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    dataset = LineField(required=False, max_length=1000, label="Data set", widget=forms.Select)
    dataset_uri = LineField(
        required=False, max_length=1000, label="Address of a data set", widget=forms.TextInput(attrs=_PLAIN)
    )
    tasks = TicksField(required=False)
    tasks_of = LineField(required=False, max_length=1000, widget=forms.HiddenInput)
    other_tasks = forms.CharField(
        required=False,
        max_length=1_000_000,
        label="Tasks by name",
        help_text="One a line; none means all of the data set.",
        widget=forms.Textarea(attrs={"rows": 4, **_PLAIN}),
    )
    max_concurrent = forms.IntegerField(min_value=1, max_value=1000, label="Concurrency (trials at once)")
    attempts_per_task = forms.IntegerField(min_value=1, max_value=100, label="Attempts per task")
    starts = forms.BooleanField(required=False, label="Start it at once")

    def clean_other_tasks(self) -> list[str]:
        """The names, each once."""
        names = list(dict.fromkeys(self.cleaned_data["other_tasks"].replace(",", " ").split()))
        if any(len(name) > LONGEST or not name.isprintable() for name in names):
            raise ValidationError(f"The name of a task has at most {LONGEST} characters.")
        return names

    def clean(self) -> dict[str, Any]:
        """One data set, and tasks of that one."""
        cleaned = super().clean() or self.cleaned_data
        chosen, typed = cleaned.get("dataset", ""), cleaned.get("dataset_uri", "")
        if chosen and typed and chosen != typed:
            self.add_error("dataset_uri", "Choose a data set or give an address, not both.")
        elif not chosen and not typed and not self.errors.keys() & {"dataset", "dataset_uri"}:
            self.add_error("dataset" if self.fields["dataset"].widget.choices else "dataset_uri", "Which data set?")
        elif cleaned.get("tasks") and cleaned.get("tasks_of") != (chosen or typed):
            self.add_error("tasks", "These are the tasks of another data set. Choose again.")
        return cleaned


class AgentPart(Part):
    """One contestant."""

    agent = LineField(
        max_length=LONGEST,
        widget=forms.TextInput(attrs={"list": "seen-agents", "placeholder": "claude-code", **_PLAIN}),
    )
    model = LineField(
        required=False, max_length=LONGEST, widget=forms.TextInput(attrs={"list": "seen-models", **_PLAIN})
    )
    name = LineField(
        required=False,
        max_length=LONGEST,
        label="Name in this run",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class VariablePart(Part):
    """An environment variable. Its value is taken once and never shown again."""

    name = forms.CharField(
        label="Name",
        error_messages={"required": "Which variable is this the value of?"},
        widget=VariableNameInput(attrs={"placeholder": "ANTHROPIC_API_KEY", **_PLAIN}),
    )
    value = forms.CharField(
        strip=False,
        max_length=32_768,
        error_messages={"required": "Give the value; it is not kept from one sending to the next."},
        widget=forms.PasswordInput(render_value=False, attrs={"autocomplete": "off"}),
    )
    only_for = LineField(
        required=False,
        max_length=LONGEST,
        label="Only for",
        widget=forms.TextInput(attrs={"placeholder": "all agents"}),
    )

    def clean_name(self) -> str:
        """A name that every shell knows. What is none is not repeated in words: it may be the secret."""
        name: str = self.cleaned_data["name"]
        if not VARIABLE_NAME.fullmatch(name):
            raise ValidationError("A name is made of letters, digits and _, and does not begin with a digit.")
        return name


AgentParts = formset_factory(
    AgentPart, min_num=1, validate_min=True, extra=0, max_num=MOST_AGENTS, absolute_max=MOST_AGENTS, validate_max=True
)
VariableParts = formset_factory(
    VariablePart, extra=0, max_num=MOST_VARIABLES, absolute_max=MOST_VARIABLES, validate_max=True
)


class EvaluationForm:
    """All parts together. ``data`` is what was sent, or what :mod:`dashboard.forms.drafts` makes of a draft.

    Unless it is checked, it is only shown.
    """

    def __init__(self, data: QueryDict, *, datasets: Sequence[tuple[str, str]], is_checked: bool = False) -> None:
        """``datasets`` are pairs of address and label; without any, the address is asked for."""
        data = data.copy()
        if not datasets:
            data["dataset_uri"] = data.get("dataset_uri") or data.get("dataset", "")
            data["dataset"] = ""
        flag = {"is_checked": is_checked}
        self.is_checked = is_checked
        self.run = RunPart(data, is_checked=is_checked)
        select = self.run.fields["dataset"].widget
        select.choices = [("", "Choose one"), *datasets] if datasets else []
        self.agents = AgentParts(data, prefix="agents", form_kwargs=flag)
        self.variables = VariableParts(data, prefix="variables", form_kwargs=flag)
        self.lost_values = sum(bool(each) for key, each in data.items() if key.endswith("-value"))
        """Values that were sent and have to be typed again, if this is shown."""

    def is_valid(self) -> bool:
        """Whether a request can be made of it; else the parts say why not, and the first field has the focus."""
        valid = [each.is_valid() for each in (self.run, self.agents, self.variables)]
        if all(valid):
            named = self._named()
            self._check_names(named)
            self._check_variables({name for name, _ in named})
        return not any(self._parts_errors())

    def request(self) -> EvaluationRequest:
        """What is asked for, secrets included. Only of a valid form."""
        run = self.run.cleaned_data
        return EvaluationRequest(
            name=run["name"],
            agent_variants=[
                AgentVariant(
                    name=name, agent=part.cleaned_data["agent"], model=part.cleaned_data["model"],
                    environment=EnvironmentVariables(self._environment(name)),
                )
                for name, part in self._named()
            ],
            max_concurrent=run["max_concurrent"],
            attempts_per_task=run["attempts_per_task"],
            dataset_uri=run["dataset"] or run["dataset_uri"],
            task_slugs=tuple(dict.fromkeys([*run["tasks"], *run["other_tasks"]])),
        )  # fmt: skip

    @property
    def starts(self) -> bool:
        """Whether the run is to be started at once."""
        return bool(self.run.cleaned_data["starts"])

    def invalid_fields(self) -> list[BoundField]:
        """Fields with errors, in the order of the page."""
        parts = [self.run, *self.agents.forms, *self.variables.forms] if self.is_checked else []
        return [field for part in parts for field in part if field.errors]

    def general_errors(self) -> list[str]:
        """Errors that no field has."""
        if not self.is_checked:
            return []
        own = [*self.run.non_field_errors(), *self.agents.non_form_errors(), *self.variables.non_form_errors()]
        return [str(each) for each in own]

    def _parts_errors(self) -> Iterator[bool]:
        yield bool(self.run.errors)
        for parts in (self.agents, self.variables):
            yield bool(parts.non_form_errors())
            yield from (bool(part.errors) for part in parts.forms)

    def _named(self) -> list[tuple[str, Part]]:
        """The agents by the names they have in the run: their own, else the agent's, with its model if need be."""
        parts = [part for part in self.agents.forms if part.cleaned_data]
        count = Counter(part.cleaned_data["agent"] for part in parts)
        return [(_name_of(part.cleaned_data, is_single=count[part.cleaned_data["agent"]] == 1), part) for part in parts]

    def _check_names(self, named: list[tuple[str, Part]]) -> None:
        seen = set()
        for name, part in named:
            if name in seen:
                part.add_error("name", f"Another agent is called “{name}” already.")
            seen.add(name)

    def _check_variables(self, names: set[str]) -> None:
        seen = set()
        for part in self._filled_variables():
            name, only_for = part.cleaned_data["name"], part.cleaned_data["only_for"]
            if only_for and only_for not in names:
                part.add_error("only_for", "No agent above has this name.")
            elif (name, only_for) in seen:
                part.add_error("name", "This variable has a value already.")
            seen.add((name, only_for))

    def _filled_variables(self) -> list[Part]:
        return [part for part in self.variables.forms if part.cleaned_data]

    def _environment(self, name: str) -> dict[str, str]:
        """The variables of one agent; a value that is only for it counts before one for all."""
        rows = sorted((part.cleaned_data for part in self._filled_variables()), key=lambda row: bool(row["only_for"]))
        return {row["name"]: row["value"] for row in rows if row["only_for"] in ("", name)}


def _name_of(cleaned: dict[str, Any], *, is_single: bool) -> str:
    own: str = cleaned["name"]
    return own or (cleaned["agent"] if is_single else f"{cleaned['agent']} {cleaned['model']}".strip()[:LONGEST])
