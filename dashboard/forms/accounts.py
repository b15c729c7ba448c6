"""Forms of one's own account: passwords and codes."""

from datetime import timedelta
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.reauthentication import reauthenticate_by_password
from allauth.core import context
from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms
from django.contrib.auth.forms import PasswordChangeForm, PasswordResetForm, SetPasswordForm
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.utils import timezone

from dashboard.authentication import throttling as asked
from dashboard.domain.audits import AuditAction, AuditOutcome
from dashboard.services import audit, second_factors, throttling
from dashboard.services.throttling import NO_PAUSE, Kind

CODE_ATTRIBUTES = {"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True, "spellcheck": "false"}


class SecondCodeForm(forms.Form):
    """A code of the app on the phone, or a recovery code; beyond the bounds nobody looks at it."""

    code = forms.CharField(
        max_length=20,
        widget=forms.TextInput(attrs=CODE_ATTRIBUTES),
        help_text="Six digits from your app, or one of your recovery codes.",
    )
    is_again = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.user = kwargs.pop("user")
        self.pause: timedelta = NO_PAUSE
        super().__init__(*args, **kwargs)

    def clean_code(self) -> str:
        """The code, used up; what it belongs to is ``authenticator`` then."""
        here = asked.tried(context.request, str(self.user.pk), Kind.CODE)
        self.pause = throttling.take(here, now=timezone.now())
        if self.pause:
            raise ValidationError(f"Too many wrong codes. Wait {asked.in_words(self.pause)}, then try again.")
        code: str = self.cleaned_data["code"]
        self.authenticator = second_factors.use_code(self.user, code)
        if self.authenticator is None:
            audit.record(
                AuditAction.SIGN_IN_REFUSED, None, self.user, outcome=AuditOutcome.REFUSED, detail={"by": "code"}
            )
            raise ValidationError("That code is not right, or was used already.")
        throttling.forgive(here)
        return code

    def save(self) -> None:
        """Remember in the session that a code was given."""
        post_authentication(context.request, self.authenticator, reauthenticated=self.is_again)


class SecondCodeAgainForm(SecondCodeForm):
    """The same, of somebody who is signed in and about to change something that matters."""

    is_again = True


class FactorOnForm(ActivateTOTPForm):  # type: ignore[misc]
    """The first code of an app that has just been told the secret."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"] = forms.CharField(
            label="Code from the app", max_length=20, widget=forms.TextInput(attrs=CODE_ATTRIBUTES)
        )


class PasswordAgainForm(forms.Form):
    """One's password, before something that matters is changed."""

    password = forms.CharField(
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}), strip=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.user = kwargs.pop("user")
        super().__init__(*args, **kwargs)

    @property
    def pause(self) -> timedelta:
        """How long to wait before a password is looked at."""
        left: timedelta = getattr(context.request, "pause", NO_PAUSE)
        return left

    def clean_password(self) -> str:
        """The password; looked at under the same bounds as at sign-in."""
        return _own_password(self.user, self.cleaned_data["password"])

    def save(self) -> None:
        """Remember in the session that the password was given."""
        reauthenticate_by_password(context.request)


class ChangePasswordForm(PasswordChangeForm):
    """The old password, looked at under the same bounds as at sign-in, and a new one twice."""

    def clean_old_password(self) -> str:
        """The old password."""
        return _own_password(self.user, self.cleaned_data["old_password"])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say_once(self)


class ChosenPasswordForm(SetPasswordForm):  # type: ignore[type-arg]
    """A first password, or one that was forgotten, twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say_once(self)


class ForgottenForm(PasswordResetForm):
    """The e-mail address that a link is sent to, if an account has it."""

    email = forms.EmailField(label="E-mail address", max_length=254, widget=forms.EmailInput({"autocomplete": "email"}))


def _own_password(person: User, password: str) -> str:
    """The password, if it is this person's. Raises ``ValidationError``."""
    if get_adapter().reauthenticate(person, password):
        return password
    if getattr(context.request, "axes_locked_out", False):
        pause = asked.in_words(getattr(context.request, "pause", NO_PAUSE))
        raise ValidationError(f"Too many sign-ins failed. Wait {pause}, then try again.")
    raise ValidationError("That password is not right.")


def _say_once(form: forms.Form) -> None:
    """What a password has to be like stands above the form already."""
    first, second = form.fields["new_password1"], form.fields["new_password2"]
    second.label = "New password once more"
    first.help_text = second.help_text = ""
