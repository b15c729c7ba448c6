"""The form by which an administrator adds or changes an account."""

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib.auth.models import AnonymousUser, Group, User

from dashboard.domain.roles import Role
from dashboard.services import people
from dashboard.services.rights import Viewer

if TYPE_CHECKING:
    Base = forms.ModelForm[User]
else:
    Base = forms.ModelForm

_WORDS = {
    Role.VIEWER: "viewer: reads, and keeps things of their own",
    Role.OPERATOR: "operator: also starts, stops, creates, deletes and shares",
    Role.ADMINISTRATOR: "administrator: also manages sources, people and settings, and sees everything",
}


class PersonForm(Base):
    """One role beside further groups. Passwords are set by whoever they are of, by a link."""

    actor: ClassVar[Viewer] = AnonymousUser()
    """Who fills the form in; a panel sets it on a class of its own."""

    role = forms.ChoiceField(
        required=False,
        choices=[("", "none: may sign in and sees nothing"), *((role.value, words) for role, words in _WORDS.items())],
        widget=forms.RadioSelect,
    )
    further_groups = forms.ModelMultipleChoiceField(
        queryset=Group.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Sources can be limited to groups; administrators see all.",
    )

    class Meta:
        model = User
        fields = ("username", "first_name", "last_name", "email", "is_active")
        help_texts: ClassVar[dict[str, str]] = {
            "is_active": "Without it nobody signs in with this account, and its share links show nothing.",
            "email": "Where links to set a password, and notices, are sent.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups: Any = self.fields["further_groups"]
        groups.queryset = people.further_groups()
        held = people.role_of(self.instance) if self.instance.pk else Role.VIEWER
        self.initial.setdefault("role", held.value if held else "")
        if self.instance.pk:
            self.initial.setdefault("further_groups", list(people.further_groups().filter(user=self.instance)))

    @property
    def chosen_role(self) -> Role | None:
        """The role that was chosen."""
        name = self.cleaned_data["role"]
        return Role(name) if name else None

    @property
    def ends_sessions(self) -> bool:
        """Whether they are signed out: what they may do is another now, or nothing."""
        return bool(self.instance.pk) and not {"role", "is_active"}.isdisjoint(self.changed_data)

    def clean(self) -> dict[str, Any]:
        """Whether somebody is left to administer."""
        cleaned = super().clean() or self.cleaned_data
        if {"role", "is_active"} <= cleaned.keys():
            why_not = people.fault(self.actor, self.instance, role=self.chosen_role, is_active=cleaned["is_active"])
            if why_not:
                self.add_error("role", why_not)
        return cleaned
