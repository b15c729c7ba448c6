"""The form of what somebody chooses for all pages."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from django import forms

from dashboard.services.preferences import Choice, zones

NONE = "none"
"""Stands in the form for not choosing: a radio button has a value."""


class PreferencesForm(forms.Form):
    """How pages look, how times are written, whether single keys do something."""

    theme = forms.ChoiceField(
        choices=[(NONE, "As the system"), ("light", "Light"), ("dark", "Dark")], widget=forms.RadioSelect
    )
    density = forms.ChoiceField(
        label="Rows", choices=[(NONE, "Normal"), ("compact", "Compact")], widget=forms.RadioSelect
    )
    time_format = forms.ChoiceField(
        label="Times",
        choices=[("ago", "How long ago: 3 min ago"), ("local", "In a time zone"), ("utc", "In UTC")],
        widget=forms.RadioSelect,
        help_text="The tooltip of a time always tells it in UTC. Without scripts all times are in UTC, and say so.",
    )
    time_zone = forms.ChoiceField(label="Time zone", help_text="For times that are written in a time zone.")
    start_view = forms.ChoiceField(label="Begin with", help_text="What shows at the address of Quayside itself.")
    has_keys = forms.BooleanField(
        required=False,
        label="Keyboard shortcuts of single keys",
        help_text="Switch them off if you dictate, or press keys by accident. Tab, Enter and arrows work all the same.",
    )

    def __init__(self, *args: Any, starts: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [(name, name.replace("_", " ")) for name in zones()]
        # The database of zones is the machine's: asked when the form is shown, not when the module is read.
        self.fields["time_zone"].choices = [(NONE, "That of the device"), *named]  # type: ignore[attr-defined]
        self.fields["start_view"].choices = [(name or NONE, label) for name, label in starts]  # type: ignore[attr-defined]

    def choice(self) -> Choice:
        """What is chosen. Only of a valid form."""
        told = {name: self.cleaned_data[name] for name in Choice.__dataclass_fields__}
        values: dict[str, Any] = {name: "" if value == NONE else value for name, value in told.items()}
        return Choice(**values)

    @staticmethod
    def shown(choice: Choice) -> dict[str, object]:
        """What the form shows of a choice."""
        return {name: NONE if value == "" else value for name, value in asdict(choice).items()}
