"""The form that asks who one is."""

from datetime import timedelta
from typing import Any

from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from dashboard.authentication.throttling import in_words


class SignInForm(AuthenticationForm):
    """User name and password. What is wrong with the pair is linked to both fields."""

    ERROR_ID = "sign-in-error"

    def __init__(self, request: HttpRequest | None = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(request, *args, **kwargs)
        if self.is_bound and self.non_field_errors():
            for name in ("username", "password"):
                self.fields[name].widget.attrs["aria-describedby"] = self.ERROR_ID
                self.fields[name].widget.attrs["aria-invalid"] = "true"

    def get_invalid_login_error(self) -> ValidationError:
        """The pair is wrong, or nobody looked at it: then how long to wait."""
        if not getattr(self.request, "axes_locked_out", False):
            return super().get_invalid_login_error()
        pause = in_words(getattr(self.request, "pause", timedelta()))
        return ValidationError(f"Too many sign-ins failed. Wait {pause}, then try again.", code="throttled")
