"""The form that narrows the audit log down."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django import forms
from django.contrib.auth import get_user_model
from django.core.validators import RegexValidator
from django.db.models import Q

from dashboard.domain.audits import AuditAction, AuditOutcome
from dashboard.services import audit_kinds

_ANY = ("", "any")
_LAST_YEAR = 9000
_ACTIONS = [(one.value, f"{one.words} ({one.value})") for one in AuditAction]


class AuditFilterForm(forms.Form):
    """When, who, what, on which object, of which source, with what outcome; all of it may be left open."""

    since = forms.DateField(required=False, label="From (UTC day)", widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(required=False, label="To, including", widget=forms.DateInput(attrs={"type": "date"}))
    who = forms.CharField(required=False, label="Who (user name)", max_length=200)
    action = forms.ChoiceField(required=False, choices=[_ANY, *_ACTIONS])
    outcome = forms.ChoiceField(required=False, choices=[_ANY, *((one.value, one.value) for one in AuditOutcome)])
    object_kind = forms.ChoiceField(
        required=False, label="Kind of object", error_messages={"invalid_choice": "There are no entries about that."}
    )
    object = forms.CharField(
        required=False,
        label="Object's number",
        max_length=100,
        validators=[RegexValidator(r"^[0-9]+$", "A number, as at the end of a page's address.")],
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    source = forms.CharField(required=False, label="Source (its name)", max_length=100)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds: Any = self.fields["object_kind"]
        kinds.choices = [_ANY, *audit_kinds.there_are()]

    def clean(self) -> dict[str, Any]:
        """Days run from the first to the last."""
        cleaned = super().clean() or self.cleaned_data
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until < since:
            self.add_error("until", "This day is before the first one.")
        return cleaned

    def condition(self) -> Q:
        """What the entries have in common; nothing is let through where something was misunderstood."""
        if not self.is_valid():
            return Q(pk__in=[])
        told: dict[str, Any] = {key: value for key, value in self.cleaned_data.items() if value}
        found = _between(told.get("since"), told.get("until"))
        if "who" in told:
            found &= _by(told["who"])
        columns = {"action": "action", "outcome": "outcome", "object_kind": "object_kind", "object": "object_id"}
        equal = {column: told[name] for name, column in columns.items() if name in told}
        if "source" in told:
            equal["source_name"] = told["source"]
        return found & Q(**equal)


def _between(since: date | None, until: date | None) -> Q:
    """Days of UTC, the last one whole."""
    found = Q()
    if since is not None:
        found &= Q(at__gte=datetime.combine(since, time(), UTC))
    if until is not None and until.year < _LAST_YEAR:
        found &= Q(at__lt=datetime.combine(until + timedelta(days=1), time(), UTC))
    return found


def _by(name: str) -> Q:
    """By the account's number, of which there is an index; of accounts that are gone by the name they had.

    With the sign-ins that were refused at that account: they are nobody's, and about the account.
    """
    account = get_user_model().objects.filter(username=name).values_list("pk", flat=True).first()
    refused = Q(action=AuditAction.SIGN_IN_REFUSED.value, object_kind="user")
    if account is None:
        return Q(actor_name=name) | (refused & Q(object_name=name))
    return Q(actor_id=account) | (refused & Q(object_id=str(account)))
