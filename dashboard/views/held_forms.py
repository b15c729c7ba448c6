"""Forms that come too late: the session had ended, or another began since their page was opened.

What was written is held for its writer, who is led to a page that shows it and sends it anew. Secrets are not held.
"""

import re
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import REASON_BAD_ORIGIN
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.csrf import csrf_failure
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from django_htmx.http import HttpResponseClientRedirect

from dashboard.forms.parts import looks_secret
from dashboard.services import held_forms
from dashboard.services.held_forms import HeldForm
from dashboard.views import fragments
from dashboard.views.addresses import came_from
from dashboard.views.requests import Request

WRITER, HELD = "writer", "held"
"""Fields of a form: on whose page it stands, and that it was held and is sent anew."""

_ANOTHER = "another"
_OURS = frozenset({"csrfmiddlewaretoken", WRITER, HELD})
_SECRET = re.compile(r"(^|[-_])(address|code|otp|passphrase|password[12]?|secret|token|value)$")
"""Names of fields whose values are secrets, or may be: the address of a webhook lets in whoever knows it."""
_MAY_BE_SECRET = re.compile(r"(variables|parameters)-[0-9]+-name")
"""Where people put a secret by a slip."""
_SILENT = re.compile(
    r"ticket|next|list|columns|density|sort|preview|began_from|tasks_of|.*-(INITIAL|TOTAL|MIN_NUM|MAX_NUM)_FORMS"
)
"""What a page sends along of itself: it is sent anew, and not shown."""
_FROM_ELSEWHERE = (REASON_BAD_ORIGIN.partition("%")[0], "Referer checking failed")
_WORDS = {"text": "Note", "q": "Filter", "is_team": "For the team", "what": "Watched", "zone": "Time zone"}
"""Of fields that are called otherwise on their pages."""


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: Request) -> HttpResponse:
    """What is held for the reader, to be sent anew; a POST throws it away.

    ``?of=another``: what this browser just sent is held for somebody else, of whom nothing is said.
    """
    form = held_forms.held(request.user, now=timezone.now())
    if request.method == "POST":
        held_forms.drop(request.user)
        return redirect(form.page if form else "run-list")
    context = {
        "form": form,
        "rows": _rows(form) if form else [],
        "left_out": _left_out(form) if form else "",
        "is_of_another": request.GET.get("of") == _ANOTHER,
    }
    return fragments.page(request, "my/held_form.html", context)


def hold(request: HttpRequest, from_page: str) -> bool:
    """Whether what this request brought is held for whoever wrote it."""
    fields = [(name, value) for name, values in request.POST.lists() for value in values if name not in _OURS]
    form = HeldForm(
        path=request.get_full_path(),
        page=from_page,
        fields=[(name, value) for name, value in fields if not _is_secret(name, value)],
        left_out=[name for name, value in fields if value and _is_secret(name, value)],
    )
    return held_forms.hold(request.POST.get(WRITER, ""), form, now=timezone.now())


def let_go(request: HttpRequest) -> None:
    """What was held and has come anew is held no longer."""
    if request.POST.get(HELD):
        held_forms.drop(request.user)


def not_accepted(request: Request, reason: str = "") -> HttpResponse:
    """Instead of Django's refusal of a form without its token: one of an older sign-in is held, and shown anew.

    The writer that such a form names is signed and stands on their own pages alone; no other site knows it.
    """
    is_ours = not reason.startswith(_FROM_ELSEWHERE) and hold(request, came_from(request))
    if not is_ours:
        return csrf_failure(request, reason)
    there = _to_what_is_held(request) if request.user.is_authenticated else by_sign_in(reverse("held-form"))
    return HttpResponseClientRedirect(there) if request.htmx else redirect(there)


def _to_what_is_held(request: Request) -> str:
    is_theirs = held_forms.is_by(request.POST.get(WRITER, ""), request.user)
    return reverse("held-form", query=None if is_theirs else {"of": _ANOTHER})


def by_sign_in(page: str) -> str:
    """The sign-in page, which says that what was sent was not done, and leads on to a page."""
    return f"{redirect_to_login(page).url}&undone=1"


def _is_secret(name: str, value: str) -> bool:
    return bool(_SECRET.search(name)) or bool(_MAY_BE_SECRET.fullmatch(name) and looks_secret(value))


def _rows(form: HeldForm) -> list[dict[str, Any]]:
    """What was written, under the names of its fields."""
    told: dict[str, list[str]] = {}
    for name, value in form.fields:
        if value.strip() and not _SILENT.fullmatch(name):
            told.setdefault(_word(name), []).append(value)
    return [{"label": label, "text": "\n".join(values)} for label, values in told.items()]


def _left_out(form: HeldForm) -> str:
    return ", ".join(dict.fromkeys(_word(name).lower() for name in form.left_out))


def _word(name: str) -> str:
    return _WORDS.get(name) or re.sub(r"[-_]+", " ", re.sub(r"-[0-9]+-", " ", name)).strip().capitalize()
