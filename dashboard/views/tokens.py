"""One's own tokens of the API: made, told once, revoked."""

from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from dashboard.domain.roles import Role
from dashboard.forms.token import TokenForm
from dashboard.models import ApiToken
from dashboard.services import api_tokens, rights, tickets
from dashboard.views import fragments
from dashboard.views.requests import Request

TITLE = "API tokens"
_NO_TICKET = "This form was too old or not complete. Look through it and send it again."
_TOO_MANY = f"You have {api_tokens.MOST_LIVE} tokens, as many as one may have. Revoke one that nothing uses."


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: Request) -> HttpResponse:
    """One's own tokens, and the form for another; by POST the new one, which is told once."""
    rights.require(request.user, Role.VIEWER)
    if request.method == "POST":
        return _posted(request)
    return _page(request, TokenForm())


@require_http_methods(["GET", "HEAD", "POST"])
def revoke(request: Request, token_id: int) -> HttpResponse:
    """Asks before one of one's tokens is revoked; POST does it, and the token is worth nothing at once."""
    rights.require(request.user, Role.VIEWER)
    token, now = _find(request, token_id), timezone.now()
    if request.method == "POST":
        api_tokens.revoke(request.user, token.pk, now=now)
        messages.success(request, f"The token “{token.name}” is revoked. Nothing can use it any more.")
        return redirect("token-list")
    trail = [{"label": TITLE, "url": reverse("token-list")}, {"label": "Revoke"}]
    context = {"row": _row(token, now), "crumbs": trail, "url": request.path, "list_url": reverse("token-list")}
    return fragments.page(request, "tokens/revoke.html", context)


def _posted(request: Request) -> HttpResponse:
    form, ticket, now = TokenForm(request.POST), request.POST.get("ticket", ""), timezone.now()
    if not tickets.is_one(ticket):
        form.add_error(None, _NO_TICKET)
    if not form.is_valid():
        return _page(request, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    if not tickets.claim(request.user, ticket, now=now):
        # The form was sent twice: the token was told to whoever was first.
        return redirect("token-list")
    try:
        made = api_tokens.create(request.user, form.cleaned_data["name"], days=form.cleaned_data["days"], now=now)
    except api_tokens.TooManyTokens:
        form.add_error(None, _TOO_MANY)
        return _page(request, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return _told(request, made)


def _told(request: Request, made: api_tokens.NewToken) -> HttpResponse:
    """The token, in this answer alone: it is kept nowhere, so there is no page to lead to that could tell it."""
    trail = [{"label": TITLE, "url": reverse("token-list")}, {"label": "New token"}]
    context = {
        "token": made.token,
        "secret": made.secret,
        "crumbs": trail,
        "list_url": reverse("token-list"),
        "reference_url": reverse("api-reference"),
    }
    response = fragments.page(request, "tokens/made.html", context)
    response["Cache-Control"] = "no-store"
    return response


def _page(request: Request, form: TokenForm, *, status: HTTPStatus = HTTPStatus.OK) -> HttpResponse:
    now = timezone.now()
    invalid = [field for field in form if field.errors] if form.is_bound else []
    if invalid:
        invalid[0].field.widget.attrs["autofocus"] = True
    context = {
        "form": form,
        "rows": [_row(token, now) for token in api_tokens.of(request.user, now=now)],
        "general": form.non_field_errors() if form.is_bound else [],
        "invalid": [{"id": field.id_for_label, "label": field.label} for field in invalid],
        "ticket": tickets.new(),
        "url": request.path,
        "crumbs": [{"label": TITLE}],
        "reference_url": reverse("api-reference"),
    }
    response = fragments.page(request, "tokens/list.html", context)
    response.status_code = status
    return response


def _find(request: Request, token_id: int) -> ApiToken:
    """One of one's own tokens, or a 404 page."""
    try:
        return api_tokens.get(request.user, token_id)
    except ApiToken.DoesNotExist as error:
        raise Http404("There is no such token.") from error


def _row(token: ApiToken, now: datetime) -> dict[str, Any]:
    """A token with its state: a word, an icon and what it means."""
    if token.revoked_at is not None:
        state = ("Revoked", "cancelled", "It was ended by hand.")
    elif token.expires_at is not None and token.expires_at <= now:
        state = ("Expired", "cancelled", "Its time is over.")
    else:
        state = ("Good", "completed", "Whoever has it reads what you may see.")
    word, icon, meaning = state
    return {
        "token": token,
        "state": {"word": word, "icon": icon, "meaning": meaning},
        "revoke_url": reverse("token-revoke", args=[token.pk]) if word == "Good" else "",
    }
