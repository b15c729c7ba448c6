"""The second factor on and off, its recovery codes, and asking again who one is before that."""

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.account.views import BaseReauthenticateView
from allauth.mfa.recovery_codes.views import (
    DownloadRecoveryCodesView,
    GenerateRecoveryCodesView,
    ViewRecoveryCodesView,
)
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse_lazy
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_safe

from dashboard.authentication import sessions
from dashboard.authentication.throttling import waiting
from dashboard.domain.audits import AuditAction
from dashboard.forms.accounts import FactorOnForm, PasswordAgainForm, SecondCodeAgainForm
from dashboard.models import sealed
from dashboard.services import accounts, audit

NO_KEYS = (
    "A second factor cannot be kept: this server has no TOKEN_KEYS to encrypt it with. See docs/reference/settings.md."
)
_AGAIN = {
    "title": "Is it you?",
    "text": "What you are about to change decides who can sign in as you.",
    "action": "Go on",
}


class _Sealing:
    """A page that makes what is kept encrypted; without a key it says so on the page of one's account."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Only where there is a key."""
        if not sealed.is_possible():
            messages.error(request, NO_KEYS)
            return redirect("account")
        answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        return answer


class FactorOn(_Sealing, ActivateTOTPView):  # type: ignore[misc]
    """A secret as a picture and in letters, and a code of it to show that the app has it."""

    form_class = FactorOnForm
    template_name = "account/factor_on.html"

    def get_context_data(self, **given: Any) -> dict[str, Any]:
        """With our words, and why it cannot wait if it cannot."""
        must = sessions.wants_factor(self.request.user)
        words = {"title": "Turn the second factor on", "action": "Turn it on", "must_have_factor": must}
        context: dict[str, Any] = super().get_context_data(**given)
        return context | words

    def form_valid(self, form: Any) -> HttpResponse:
        """It is on; whoever turned it on has shown that they have it."""
        response: HttpResponse = super().form_valid(form)
        self.request.session[sessions.STRONG] = True
        # So that the recovery codes are shown at once, also to whoever has no password to say again.
        record_authentication(self.request, self.request.user, "mfa", reauthenticated=True)
        _changed(self.request, "on")
        return response


class FactorOff(DeactivateTOTPView):  # type: ignore[misc]
    """One button."""

    template_name = "account/form.html"
    success_url = reverse_lazy("account")
    extra_context = {
        "title": "Turn the second factor off",
        "text": (
            "From then on your password alone signs you in. Your recovery codes are worth nothing any more. Everywhere "
            "else you are signed out."
        ),
        "action": "Turn it off",
    }

    def form_valid(self, form: Any) -> HttpResponse:
        """It is off; where it is wanted, nothing but one's account is open, and no session that it opened is left."""
        response: HttpResponse = super().form_valid(form)
        sessions.weaken(self.request)
        _changed(self.request, "off")
        accounts.end_sessions(self.request.user, but=self.request.session.session_key or "")
        return response


class Codes(ViewRecoveryCodesView):  # type: ignore[misc]
    """The recovery codes that are left."""

    template_name = "account/codes.html"


@method_decorator(require_safe, name="dispatch")
class CodesFile(DownloadRecoveryCodesView):  # type: ignore[misc]
    """The same as a file, to keep or to print."""

    template_name = "account/codes.txt"


class NewCodes(_Sealing, GenerateRecoveryCodesView):  # type: ignore[misc]
    """New recovery codes instead of the old ones."""

    template_name = "account/form.html"
    extra_context = {
        "title": "New recovery codes",
        "text": "Ten new codes are made. The ones you have are worth nothing from then on.",
        "action": "Make new codes",
    }

    def form_valid(self, form: Any) -> HttpResponse:
        """The old ones are worth nothing."""
        response: HttpResponse = super().form_valid(form)
        _changed(self.request, "new recovery codes")
        messages.success(self.request, "These are new codes. The earlier ones are worth nothing any more.")
        return response


class Again(BaseReauthenticateView):  # type: ignore[misc]
    """Who is signed in says again who they are before something that matters, as the form asks: then on with it."""

    template_name = "account/again.html"
    form_class: type[PasswordAgainForm | SecondCodeAgainForm] = PasswordAgainForm
    extra_context = _AGAIN

    def get_form_kwargs(self) -> dict[str, Any]:
        """With whose password or code it is."""
        given: dict[str, Any] = super().get_form_kwargs()
        return given | {"user": self.request.user}

    def form_valid(self, form: Any) -> HttpResponse:
        """Remember that in the session, and go on."""
        form.save()
        answer: HttpResponse = super().form_valid(form)
        return answer

    def form_invalid(self, form: Any) -> HttpResponse:
        """The page again; 429 for who has to wait."""
        response: HttpResponse = super().form_invalid(form)
        return waiting(response, form.pause) if form.pause else response


def _changed(request: Any, to: str) -> None:
    audit.record(AuditAction.FACTOR_CHANGED, request.user, request.user, detail={"to": to})
    sessions.rotate(request, request.user)
