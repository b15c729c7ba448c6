"""Addresses of the second origin: signed for one viewer, one minute and the two origins that are concerned.

The second origin has no cookies, so what an address says is all that is known of who asks.
"""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.core import signing
from django.http import Http404

from dashboard.views.artifacts.origins import artifact_origin, own_origin
from dashboard.views.requests import Request

LASTS = 60
"""Seconds in which a signed address may be asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """What an address was signed to say."""

    viewer: User
    """Who asks: somebody who may still see anything."""
    framed_by: str
    """The one origin whose pages may frame the answer."""
    said: dict[str, Any]


def sign(request: Request, salt: str, **said: object) -> str:
    """A token for an address of the second origin. ``salt`` keeps the signatures of different views apart."""
    parties = {"viewer": request.user.pk, "at": artifact_origin(request), "for": own_origin(request)}
    return signing.dumps(said | parties, salt=salt)


def read(request: Request, salt: str, token: str) -> Signed:
    """What the token says. Raises ``Http404`` for a forged or old one, at another origin, or for who is gone."""
    try:
        said: dict[str, Any] = signing.loads(token, salt=salt, max_age=LASTS)
    except signing.BadSignature as error:
        raise Http404("This address is no longer valid.") from error
    viewer = User.objects.filter(pk=said["viewer"], is_active=True).first()
    if viewer is None or said.get("at") != own_origin(request):
        raise Http404("Nothing is shown under this address.")
    return Signed(viewer=viewer, framed_by=str(said["for"]), said=said)
