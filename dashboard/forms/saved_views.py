"""The forms of saved views."""

from django import forms

from dashboard.forms.parts import LineField
from dashboard.services.saved_views import LONGEST_NAME


class NameForm(forms.Form):
    """What a view is called, and whose it is."""

    name = LineField(max_length=LONGEST_NAME, label="Name")
    is_team = forms.BooleanField(
        required=False, label="For the whole team", help_text="Everybody finds it above the list."
    )
