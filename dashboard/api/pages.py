"""The OpenAPI document for programs, and the same as a page for people."""

import orjson
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from dashboard.api import documents, examples, problems, reference
from dashboard.api.framing import framed
from dashboard.api.lists import DEFAULT, MOST
from dashboard.api.problems import Refusal
from dashboard.api.shapes.places import Places
from dashboard.api.tokens import PER_TOKEN, PersonalToken
from dashboard.domain.roles import Role
from dashboard.services import rights

_token = PersonalToken()


@framed
def openapi(request: HttpRequest) -> HttpResponse:
    """The document, for members and for whoever has a token."""
    try:
        if not rights.may_read(request.user):
            _token(request)
    except Refusal as refusal:
        return problems.response(refusal)
    return HttpResponse(orjson.dumps(documents.document()), content_type="application/json")


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """How to ask, and everything that can be asked; made from the document."""
    rights.require(request.user, Role.VIEWER)
    context = {
        "groups": reference.groups(),
        "shapes": reference.shapes(),
        "origin": Places.of(request).origin,
        "curl": examples.CURL,
        "python": examples.PYTHON,
        "default_rows": DEFAULT,
        "most_rows": MOST,
        "per_minute": PER_TOKEN,
    }
    return render(request, "api/reference.html", context)
