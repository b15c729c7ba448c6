"""The form that makes a personal token."""

from django import forms

from dashboard.forms.parts import LineField
from dashboard.services.api_tokens import DAYS

LIVES = {7: "7 days", 30: "30 days", 90: "90 days", 180: "180 days", 365: "1 year, the longest"}
"""How long a token may last, by days."""
MOST_CHARACTERS = 80


class TokenForm(forms.Form):
    """What a token is called, and how long it lasts."""

    name = LineField(
        max_length=MOST_CHARACTERS,
        help_text="What uses it, so that you know which one to revoke: “nightly export on the build server”.",
    )
    days = forms.TypedChoiceField(
        label="Lasts",
        coerce=int,
        initial=DAYS,
        choices=list(LIVES.items()),
        help_text="Then it ends by itself; a new one is made here.",
    )
