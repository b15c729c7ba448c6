"""Signing in and out."""

from http import HTTPStatus
from typing import Any

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from allauth.mfa.base.views import AuthenticateView
from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LoginView, redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dashboard.authentication import sessions
from dashboard.authentication.adapters import BACKEND
from dashboard.authentication.throttling import waiting
from dashboard.domain.audits import AuditAction
from dashboard.domain.roles import Role
from dashboard.forms.accounts import SecondCodeForm
from dashboard.forms.sign_in import SignInForm
from dashboard.services import audit, rights, sign_in
from dashboard.services.sign_in import LinkState


class SignIn(LoginView):
    """User name and password, or the way to single sign-on; then on to the page that was asked for, if it is ours."""

    template_name = "registration/sign_in.html"
    form_class = SignInForm
    redirect_authenticated_user = True

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Refused where passwords are closed."""
        if settings.SSO_ONLY:
            raise PermissionDenied
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        """The password is right: sign in, or ask for the second factor first."""
        person = form.get_user()
        answer: HttpResponse = perform_password_login(
            self.request, {"username": person.get_username()}, Login(user=person, redirect_url=self.get_success_url())
        )
        return answer

    def get_context_data(self, **given: Any) -> dict[str, Any]:
        """What the page shows; on one's own machine also how to come in without a password."""
        return super().get_context_data(**given) | {
            "has_links": settings.ONE_TIME_SIGN_IN,
            "has_passwords": not settings.SSO_ONLY,
            "has_mail": settings.HAS_MAIL and not settings.SSO_ONLY,
            "provider": settings.OIDC_NAME if settings.OIDC_ISSUER else "",
            "is_undone": "undone" in self.request.GET,
            "is_held": self.request.GET.get("next") == reverse("held-form"),
        }


class SecondCode(AuthenticateView):  # type: ignore[misc]
    """After the password: the code of the second factor, or a recovery code."""

    form_class = SecondCodeForm
    template_name = "account/second_code.html"
    extra_context = {"title": "Your second factor", "text": "", "action": "Sign in"}

    def get_context_data(self, **given: Any) -> dict[str, Any]:
        """With our words."""
        context: dict[str, Any] = super().get_context_data(**given)
        return context | self.extra_context

    def form_invalid(self, form: SecondCodeForm) -> HttpResponse:
        """The page again; 429 for who has to wait."""
        response: HttpResponse = super().form_invalid(form)
        return waiting(response, form.pause) if form.pause else response


@never_cache
@login_not_required
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Who is signed out already ends in the same place."""
    if request.user.is_authenticated:
        audit.record(AuditAction.SIGNED_OUT, request.user, request.user)
    sessions.end_own(request)
    return redirect(settings.LOGOUT_REDIRECT_URL)


@require_safe
@never_cache
@login_not_required
def administration(request: HttpRequest) -> HttpResponse:
    """Where the administration sends those it does not know: to the one sign-in page there is, if that can help."""
    if request.user.is_authenticated:
        rights.require(request.user, Role.ADMINISTRATOR)
        raise PermissionDenied
    return redirect_to_login(request.GET.get("next", reverse("admin:index")))


@never_cache
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def one_time_link(request: HttpRequest, token: str) -> HttpResponse:
    """A page with one button, so that nothing that follows links by itself uses it up; the button signs in."""
    now = timezone.now()
    state = sign_in.state_of(token, now=now) if _is_from_here(request) else LinkState.UNKNOWN
    if state is not LinkState.OFFERED:
        return _refuse(request, HTTPStatus.GONE if state is LinkState.SPENT else HTTPStatus.NOT_FOUND)
    if request.method != "POST":
        return render(request, "registration/one_time_link.html", {"is_offered": True})
    user = sign_in.use_link(token, now=now)
    if user is None:
        return _refuse(request, HTTPStatus.GONE)
    login(request, user, backend=BACKEND)
    request.session.set_expiry(sign_in.SESSION_LIFE)
    request.session.update({sessions.LIFE: sign_in.SESSION_LIFE.total_seconds(), sessions.STRONG: True})
    audit.record(AuditAction.SIGNED_IN, user, user, detail={"by": "one-time link"})
    return redirect(settings.LOGIN_REDIRECT_URL)


def _is_from_here(request: HttpRequest) -> bool:
    if not settings.ONE_TIME_SIGN_IN:
        return False
    return sign_in.is_asked_from_here(
        remote_address=request.META.get("REMOTE_ADDR", ""), host=request.get_host(), headers=request.headers
    )


def _refuse(request: HttpRequest, status: HTTPStatus) -> HttpResponse:
    """The same plain page, whatever the reason."""
    context = {"is_offered": False, "has_links": settings.ONE_TIME_SIGN_IN}
    return render(request, "registration/one_time_link.html", context, status=status)
