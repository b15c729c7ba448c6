"""The form by which an administrator adds or changes a source."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar
from zoneinfo import available_timezones

from django import forms
from django.contrib.auth.models import Group
from django.core.validators import MaxValueValidator, MinValueValidator

from dashboard.domain.statuses import SourceKind
from dashboard.forms.source_fields import foreign
from dashboard.models import Source
from dashboard.models.sealed import Sealed
from dashboard.services import people, source_checks

if TYPE_CHECKING:
    Base = forms.ModelForm[Source]
else:
    Base = forms.ModelForm

LONGEST_TOKEN = 4_096

ELSEWHERE = "The stored token is for another server. Give the token for this one, or remove the stored one below."
EITHER = "Give a new token or remove the stored one, not both."
NEEDLESS = "A folder needs no token."


class SourceForm(Base):
    """Says what is wrong beside the field. An address that stays is not looked at: its folder may be away just now.

    The token goes one way: what is typed is encrypted at once, and what is stored is never shown, but for its ending.
    """

    new_token = forms.CharField(
        label="Token",
        required=False,
        max_length=LONGEST_TOKEN,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "size": 60}),
    )
    remove_token = forms.BooleanField(label="Remove the stored token", required=False)
    stalled_after = forms.DurationField(
        required=False,
        validators=[MinValueValidator(timedelta(minutes=1), "Give a minute (00:01:00) or more.")],
        help_text="A running run in which nothing changes for this long is marked as stalled. Hours, minutes and "
        "seconds: 00:30:00 is half an hour. Empty: 10 minutes.",
    )

    pause_between_looks = forms.DurationField(
        required=False,
        label="Cadence",
        validators=[
            MinValueValidator(timedelta(seconds=1), "Give a second (00:00:01) or more."),
            MaxValueValidator(timedelta(days=1), "Give a day (24:00:00) or less."),
        ],
        help_text="How long to wait between two looks. Hours, minutes and seconds: 00:05:00 is five minutes. Empty: 2 "
        "seconds for a folder, 30 seconds for a server.",
    )
    groups = forms.ModelMultipleChoiceField(
        queryset=Group.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Only people in one of these groups see it, and administrators. None chosen: everybody with a role.",
    )

    field_order = ("name", "kind", "address", "pause_between_looks", "is_paused", "groups")
    """As they stand on the page; the rest follows."""

    class Meta:
        model = Source
        labels: ClassVar[dict[str, str]] = {"ca_bundle": "CA bundle", "is_paused": "Paused"}
        fields = (
            "name", "kind", "address", "is_paused",
            "tenant", "ca_bundle", "allowed_artifacts", "list_limit", "pause_between_looks",
            "time_zone", "stalled_after", "groups",
        )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._token: Sealed | None = None
        self._cleared: frozenset[str] = frozenset()
        self.fields["new_token"].help_text = _explain_token(self.instance.token)
        self.fields["list_limit"].required = False
        offered: Any = self.fields["groups"]
        offered.queryset = people.limiting_groups(self.instance)
        if len(SourceKind) == 1 and self.instance._state.adding:
            self.initial.setdefault("kind", next(iter(SourceKind)))

    @property
    def changed_columns(self) -> set[str]:
        """The columns that are to be written: of those whose fields were filled in anew, those that differ."""
        changed = {*self.changed_data, *self._cleared} - {"new_token", "remove_token", "groups"}
        differing = {name for name in changed if self.initial.get(name) != self.cleaned_data.get(name)}
        return differing if self._token is None else differing | {"token"}

    @property
    def chosen_groups(self) -> list[Group] | None:
        """Whom it is limited to, if that was chosen anew."""
        return list(self.cleaned_data["groups"]) if "groups" in self.changed_data else None

    def clean_time_zone(self) -> str:
        """A zone that this machine knows, or none."""
        name: str = self.cleaned_data["time_zone"]
        if name and name not in available_timezones():
            raise forms.ValidationError("There is no such time zone. One is called like “Europe/Berlin” or “UTC”.")
        return name

    def clean_list_limit(self) -> int:
        """As it was, where nothing is said."""
        limit: int | None = self.cleaned_data["list_limit"]
        return self.instance.list_limit if limit is None else limit

    def clean_ca_bundle(self) -> str:
        """A file of certificates that this process can read, or none; one that stays is not looked at."""
        path: str = self.cleaned_data["ca_bundle"]
        if "ca_bundle" in self.changed_data and (fault := source_checks.bundle_fault(path)):
            raise forms.ValidationError(fault)
        return path

    def clean_allowed_artifacts(self) -> str:
        """Addresses, a line each."""
        lines: str = self.cleaned_data["allowed_artifacts"]
        if faults := source_checks.root_faults(lines):
            raise forms.ValidationError(faults)
        return "\n".join(line.strip() for line in lines.splitlines() if line.strip())

    def clean(self) -> dict[str, Any]:
        """What kind, address, tenant and token are worth together."""
        cleaned = super().clean() or self.cleaned_data
        self._leave_out_foreign(cleaned)
        if {"kind", "address", "tenant"} <= cleaned.keys():
            asked = Source(
                pk=self.instance.pk, kind=cleaned["kind"], address=cleaned["address"], tenant=cleaned["tenant"]
            )
            if {"kind", "address", "tenant"} & set(self.changed_data):
                self._check_place(asked)
            self._take_token(asked)
        # What was typed is sealed by now, or refused.
        cleaned["new_token"] = ""
        return cleaned

    def described(self) -> Source:
        """The source as a form without faults describes it, its token encrypted; not saved."""
        if self._token is not None:
            self.instance.token = self._token
        return self.instance

    def save(self, commit: bool = True) -> Source:
        """The source as it was described, its token encrypted."""
        self.described()
        source: Source = super().save(commit)
        return source

    def _leave_out_foreign(self, cleaned: dict[str, Any]) -> None:
        """Empty what the chosen kind does not have, whatever stands in it; a server's tenant that is none is told."""
        kind = cleaned.get("kind", "")
        told = {"tenant"} if source_checks.is_on_server(kind) else set()
        self._cleared = foreign(kind) - told if kind else frozenset()
        for name in self._cleared:
            self.errors.pop(name, None)
            cleaned[name] = self.instance.list_limit if name == "list_limit" else self.fields[name].clean("")

    def _check_place(self, asked: Source) -> None:
        if fault := source_checks.tenant_fault(asked.kind, asked.tenant):
            self.add_error("tenant", fault)
        if fault := source_checks.address_fault(asked):
            self.add_error("address", fault)
        else:
            self.cleaned_data["address"] = source_checks.spell_address(asked.kind, asked.address)

    def _take_token(self, asked: Source) -> None:
        """Seal, remove or keep the token; another server never gets the one that is stored."""
        given, is_removed = self.cleaned_data.get("new_token"), self.cleaned_data.get("remove_token")
        if given and is_removed:
            self.add_error("remove_token", EITHER)
        elif given and not source_checks.is_on_server(asked.kind):
            self.add_error("new_token", NEEDLESS)
        elif given:
            self._seal(given)
        elif is_removed:
            self._token = Sealed()
        elif not self.has_error("address") and source_checks.leads_elsewhere(asked):
            self.add_error("new_token", ELSEWHERE)

    def _seal(self, text: str) -> None:
        try:
            self._token = source_checks.seal_token(text)
        except ValueError as error:
            self.add_error("new_token", str(error))


def _explain_token(token: Sealed) -> str:
    """What is stored, and what an empty field means for it."""
    if not token:
        return "The access token, if the server wants one. It is encrypted and never shown again. None is stored."
    if token.reveal() is None:
        return "The stored token cannot be decrypted with the keys in TOKEN_KEYS: give it again."
    ending = f" that ends in …{token.ending}" if token.ending else ""
    return f"A token{ending} is stored. Empty: it is kept."
