"""The form that asks for a report of our own."""

from django import forms

from dashboard.forms.parts import LONGEST, LineField
from dashboard.services.own_reports import Order, Part

MOST_NOTES = 10_000

LABELS = {
    Part.LEADERBOARD: "Leaderboard by agent and model",
    Part.FAILURES: "Failures by cause",
    Part.COSTS: "Costs, tokens and time",
    Part.TRIALS: "All trials",
}


class OwnReportForm(forms.Form):
    """What a report is called, and what it holds beside its summary and how its numbers were computed."""

    title = LineField(max_length=LONGEST)
    parts = forms.MultipleChoiceField(
        label="Parts",
        required=False,
        choices=[(part.value, label) for part, label in LABELS.items()],
        initial=[part.value for part in Part],
        widget=forms.CheckboxSelectMultiple,
        help_text="A summary, and how every number was computed, are always in it.",
    )
    notes = forms.CharField(
        required=False,
        max_length=MOST_NOTES,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Stand below the title: what was tried, and what is to be seen.",
    )

    def order(self) -> Order:
        """What is asked for. Only of a valid form."""
        wanted = set(self.cleaned_data["parts"])
        parts = [part for part in Part if part in wanted]
        return Order(title=self.cleaned_data["title"], parts=parts, notes=self.cleaned_data["notes"])
