"""The form that asks for a sandbox run of a template. Values of parameters may be secrets and are never shown again."""

from collections.abc import Sequence

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField, formset_factory
from django.http import QueryDict

from dashboard.domain.actions import SandboxRequest
from dashboard.forms.parts import LONGEST, PARAMETER_NAME, LineField, ParameterNameInput, Part

MOST_PARAMETERS = 100
PROVIDER = "anthropic"
"""What the sources' own client asks for unless it is told another."""
_PLAIN = {"autocomplete": "off", "spellcheck": "false"}


class SandboxPart(Part):
    """Which template, and where."""

    template = LineField(max_length=LONGEST, widget=forms.Select)
    provider = LineField(
        max_length=LONGEST,
        help_text=f"As --provider of the client “docks”, which takes “{PROVIDER}” unless it is told another.",
    )


class ParameterPart(Part):
    """What the template asks for. The value is taken once."""

    name = forms.CharField(
        error_messages={"required": "Which parameter is this the value of?"},
        widget=ParameterNameInput(attrs=_PLAIN),
    )
    value = forms.CharField(
        strip=False,
        max_length=32_768,
        error_messages={"required": "Give the value; it is not kept from one sending to the next."},
        widget=forms.PasswordInput(render_value=False, attrs={"autocomplete": "off"}),
    )

    def clean_name(self) -> str:
        """A plain name. What is none is not repeated in words: it may be the secret."""
        name: str = self.cleaned_data["name"]
        if not PARAMETER_NAME.fullmatch(name):
            raise ValidationError("A name is made of letters, digits, “_”, “.” and “-”, and begins with a letter.")
        return name


ParameterParts = formset_factory(
    ParameterPart, extra=0, max_num=MOST_PARAMETERS, absolute_max=MOST_PARAMETERS, validate_max=True
)


class SandboxForm:
    """Both parts together; unless it is checked, it is only shown."""

    def __init__(self, data: QueryDict, *, templates: Sequence[tuple[str, str]], is_checked: bool = False) -> None:
        """``templates`` are pairs of id and name; without any, the id is asked for."""
        self.is_checked = is_checked
        self.run = SandboxPart(data, is_checked=is_checked)
        field = self.run.fields["template"]
        if templates:
            field.widget.choices = [("", "Choose one"), *templates]
        else:
            field.widget = forms.TextInput(attrs=_PLAIN)
        self.parameters = ParameterParts(data, prefix="parameters", form_kwargs={"is_checked": is_checked})
        self.lost_values = sum(bool(each) for key, each in data.items() if key.endswith("-value"))
        """Values that were sent and have to be typed again, if this is shown."""

    def is_valid(self) -> bool:
        """Whether a request can be made of it."""
        if not all([self.run.is_valid(), self.parameters.is_valid()]):
            return False
        seen = set()
        for part in self._filled():
            name = part.cleaned_data["name"]
            if name in seen:
                part.add_error("name", "This parameter has a value already.")
            seen.add(name)
        return not self.invalid_fields()

    def request(self) -> SandboxRequest:
        """What is asked for, values included. Only of a valid form."""
        run = self.run.cleaned_data
        values = {part.cleaned_data["name"]: part.cleaned_data["value"] for part in self._filled()}
        return SandboxRequest(template_id=run["template"], provider=run["provider"], params=values)

    def invalid_fields(self) -> list[BoundField]:
        """Fields with errors, in the order of the page."""
        parts = [self.run, *self.parameters.forms] if self.is_checked else []
        return [field for part in parts for field in part if field.errors]

    def general_errors(self) -> list[str]:
        """Errors that no field has."""
        return [str(each) for each in self.parameters.non_form_errors()] if self.is_checked else []

    def _filled(self) -> list[Part]:
        return [part for part in self.parameters.forms if part.cleaned_data]


def data_of_sandbox(template: str = "", provider: str = "", names: Sequence[str] = ()) -> QueryDict:
    """What a form would send that holds these, and names of parameters without values."""
    data = QueryDict(mutable=True)
    data.update({"template": template, "provider": provider})
    data.update({"parameters-TOTAL_FORMS": str(max(1, len(names))), "parameters-INITIAL_FORMS": "0"})
    data.update({f"parameters-{number}-name": name for number, name in enumerate(names)})
    return data
