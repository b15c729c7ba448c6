"""Parts of a form that is shown several times before it is judged: fields are added, lists are looked up."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import ErrorDict

LONGEST = 200
"""Characters of a name."""
LONGEST_SLIP = 64
"""Characters of a wrong name that is shown again."""
SHORTEST_SECRET = 12
VARIABLE_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,199}", re.ASCII)
PARAMETER_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,199}", re.ASCII)


class Part(forms.Form):
    """Shows what was typed; judges it, and has cleaned data, only if it is checked."""

    def __init__(self, *args: Any, is_checked: bool = True, **kwargs: Any) -> None:
        self.is_checked = is_checked
        super().__init__(*args, **kwargs)

    def full_clean(self) -> None:
        """What is not to be judged has no errors."""
        if self.is_checked:
            super().full_clean()
        else:
            self._errors, self.cleaned_data = ErrorDict(), {}


class LineField(forms.CharField):
    """A text on one line, without control characters."""

    def validate(self, value: str) -> None:
        """Raise for what cannot stand on a line."""
        super().validate(value)
        if value and not value.isprintable():
            raise ValidationError("Leave out control characters and line breaks.", code="unprintable")


class TicksField(forms.MultipleChoiceField):
    """Ticked values, whatever they are: whether they exist is the source's to say."""

    def valid_value(self, value: str) -> bool:
        """Any short text."""
        return 0 < len(value) <= LONGEST and value.isprintable()


class VariableNameInput(forms.TextInput):
    """Shows a name again, a wrong one too, but nothing that looks like a secret which somebody put here."""

    pattern = VARIABLE_NAME

    def format_value(self, value: Any) -> str:
        """What stands before “=”, if it is a name or might be one with a slip in it; else nothing."""
        name = str(value or "").partition("=")[0].strip()
        return name if self.pattern.fullmatch(name) or not looks_secret(name) else ""


def looks_secret(text: str) -> bool:
    """Whether it is as long as secrets are, and has both small letters and digits, or is longer than any name."""
    is_mixed = bool(re.search(r"[a-z]", text) and re.search(r"[0-9]", text))
    return len(text) > LONGEST_SLIP or (is_mixed and len(text) >= SHORTEST_SECRET)


class ParameterNameInput(VariableNameInput):
    """The same for parameters of templates, which may have points and hyphens in their names."""

    pattern = PARAMETER_NAME
