"""Changing one's password, and setting one by a link."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import User
from django.contrib.auth.views import PasswordChangeView, PasswordResetConfirmView
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from dashboard.authentication import sessions
from dashboard.authentication.throttling import in_words, tried, waiting
from dashboard.forms.accounts import ChangePasswordForm, ChosenPasswordForm, ForgottenForm
from dashboard.services import accounts, api_tokens, throttling
from dashboard.services.throttling import Kind

RULE = "At least twelve characters. A few words that do not belong together are easy to keep and hard to guess."

_FORGOTTEN = {
    "title": "Set a new password",
    "text": "If an account has this address, it gets a mail with a link that is good for an hour.",
    "action": "Send the link",
}


class ChangePassword(PasswordChangeView):
    """The old one and a new one; every other session of the person ends."""

    template_name = "account/form.html"
    form_class = ChangePasswordForm
    success_url = reverse_lazy("account")
    extra_context = {
        "title": "Change your password",
        "text": f"{RULE} Everywhere else you are signed out.",
        "action": "Change the password",
    }

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Not where passwords are closed, nor for who has none."""
        if settings.SSO_ONLY or not (request.user.is_authenticated and request.user.has_usable_password()):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        """Keep this session, under a new key, and end the others."""
        before = self.request.session.session_key
        response: HttpResponse = super().form_valid(form)
        sessions.moved(self.request, before)
        accounts.end_sessions(form.user, but=self.request.session.session_key or "")
        accounts.note_password(form.user, way="change")
        messages.success(self.request, "Your password is changed. Everywhere else you are signed out.")
        _tell_of_tokens(self.request, form.user)
        return response


@method_decorator([login_not_required, never_cache], name="dispatch")
class ResetPassword(PasswordResetConfirmView):
    """By a link that an administrator made or that came by mail; every session and token of the person ends."""

    template_name = "account/reset.html"
    form_class = ChosenPasswordForm
    success_url = reverse_lazy("sign-in")
    extra_context = {"title": "Set your password", "text": RULE, "action": "Set the password"}

    def dispatch(self, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Not where passwords are closed."""
        if settings.SSO_ONLY:
            raise Http404
        # Its secret goes nowhere else: our pages are same-origin. No-referrer would have browsers send this page's form
        # as of the origin "null", which is refused.
        return super().dispatch(*args, **kwargs)

    def get_user(self, uidb64: str) -> Any:
        """The account, if it is open."""
        person = super().get_user(uidb64)
        return person if person is not None and person.is_active else None

    def form_valid(self, form: Any) -> HttpResponse:
        """The link is worth nothing from now on."""
        response: HttpResponse = super().form_valid(form)
        accounts.end_sessions(form.user)
        accounts.note_password(form.user, way="link")
        n = api_tokens.revoke_all(form.user, now=timezone.now())
        gone = f" {'Your API token is' if n == 1 else f'Your {n} API tokens are'} revoked." if n else ""
        messages.success(self.request, f"Your password is set. Sign in with it.{gone}")
        return response

    def render_to_response(self, context: dict[str, Any], **given: Any) -> HttpResponse:
        """410 for a link that is worth nothing."""
        response: HttpResponse = super().render_to_response(context | {"has_mail": settings.HAS_MAIL}, **given)
        response.status_code = 200 if context.get("validlink") else 410
        return response


@never_cache
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def forgotten(request: HttpRequest) -> HttpResponse:
    """Ask for a link by mail. The answer is the same whether there is an account or not."""
    if settings.SSO_ONLY or not settings.HAS_MAIL:
        raise Http404
    form = ForgottenForm(request.POST or None)
    context = {"form": form, **_FORGOTTEN}
    if not form.is_valid():
        return render(request, "account/forgotten.html", context)
    asked = tried(request, form.cleaned_data["email"], Kind.MAIL)
    if pause := throttling.take(asked, now=timezone.now()):
        form.add_error(None, f"Too many mails were asked for. Wait {in_words(pause)}, then try again.")
        return waiting(render(request, "account/forgotten.html", context), pause)
    accounts.mail_links(form.cleaned_data["email"])
    messages.info(request, "If an account has this address, a mail with a link is on its way. It is good for an hour.")
    return redirect("sign-in")


def _tell_of_tokens(request: HttpRequest, person: User) -> None:
    """Name the tokens that go on: programs of one's own use them, or somebody who should not."""
    names = ", ".join(f"“{token.name}”" for token in api_tokens.live(person, now=timezone.now()))
    if names:
        text = 'These tokens still read as you: {}. <a href="{}">Look through your API tokens</a>'
        messages.warning(request, format_html(text, names, reverse("token-list")))
