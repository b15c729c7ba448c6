"""Addresses of the second origin: signed for one viewer, one minute and the two origins that are concerned.

The viewer is a person, or the guest of a share link that is still worth something.

The second origin has no cookies, so what an address says is all that is known of who asks.
"""

from dataclasses import dataclass
from typing import Any, cast

from django.contrib.auth.models import User
from django.core import signing
from django.http import Http404
from django.utils import timezone

from dashboard.domain.sharing import ShareState
from dashboard.services import sharing
from dashboard.services.rights import Guest, Viewer
from dashboard.views.artifacts.origins import artifact_origin, own_origin
from dashboard.views.requests import Request

LASTS = 60
"""Seconds in which a signed address may be asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """What an address was signed to say."""

    viewer: Viewer
    """Who asks: somebody who may still see anything."""
    framed_by: str
    """The one origin whose pages may frame the answer."""
    said: dict[str, Any]


def sign(request: Request, salt: str, **said: object) -> str:
    """A token for an address of the second origin. ``salt`` keeps the signatures of different views apart."""
    viewer = cast("Viewer", request.user)
    party = {"link": viewer.link.pk} if isinstance(viewer, Guest) else {"viewer": viewer.pk}
    parties = {**party, "at": artifact_origin(request), "for": own_origin(request)}
    return signing.dumps(said | parties, salt=salt)


def read(request: Request, salt: str, token: str) -> Signed:
    """What the token says. Raises ``Http404`` for a forged or old one, at another origin, or for who is gone."""
    try:
        said: dict[str, Any] = signing.loads(token, salt=salt, max_age=LASTS)
    except signing.BadSignature as error:
        raise Http404("This address is no longer valid.") from error
    viewer = _viewer(said)
    if viewer is None or said.get("at") != own_origin(request):
        raise Http404("Nothing is shown under this address.")
    return Signed(viewer=viewer, framed_by=str(said["for"]), said=said)


def _viewer(said: dict[str, Any]) -> Viewer | None:
    """Who asks, if they may still see anything."""
    if "link" not in said:
        return User.objects.filter(pk=said["viewer"], is_active=True).first()
    found = sharing.by_id(said["link"], now=timezone.now())
    return Guest(found.link) if found.link is not None and found.state is ShareState.LIVE else None
