"""The list of share links, one's own or all of them, and revoking one."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from dashboard.domain.sharing import ShareState
from dashboard.models import ShareLink
from dashboard.services import rights, sharing
from dashboard.views import fragments, paging
from dashboard.views.addresses import here, whole_number
from dashboard.views.requests import Request
from dashboard.views.shares.making import scope_label

STATES = {
    ShareState.LIVE: ("Live", "completed", "Whoever has the address sees it."),
    ShareState.EXPIRED: ("Expired", "cancelled", "Its time is over."),
    ShareState.REVOKED: ("Revoked", "cancelled", "It was ended by hand."),
    ShareState.SUSPENDED: (
        "Suspended",
        "stalled",
        "It shows nothing: sharing is switched off, or who made it is not an operator or may not see it any more.",
    ),
}
"""By state: its word, its icon and what it means."""
FILTERS = {"": "All", ShareState.LIVE: "Live", ShareState.EXPIRED: "Expired", ShareState.REVOKED: "Revoked"}


@require_safe
def page(request: Request) -> HttpResponse:
    """One's own links; all of them for administrators. ``?state=`` and ``?run=`` narrow it."""
    now, state = timezone.now(), request.GET.get("state", "")
    rows = sharing.in_state(sharing.listed(request.user), state, now=now)
    if run_id := whole_number(request.GET.get("run", "")):
        rows = rows.filter(run=run_id)
    found = paging.page_of(request, rows.count())
    links = list(rows[found.offset : found.offset + found.size])
    context = {
        "links": _rows(links, now),
        "is_all": rights.may_administer(request.user),
        "pager": paging.pager(request, found),
        "total": found.total,
        "filters": [
            {"label": label, "url": here(request, state=name or None, page=None), "current": state == name}
            for name, label in FILTERS.items()
        ],
        "is_filtered": bool(state or run_id),
        "clear_url": reverse("share-list"),
        "crumbs": [{"label": "Shared links"}],
        "why_not": sharing.why_not(request.user),
    }
    return fragments.page(request, "shares/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def revoke(request: Request, link_id: int) -> HttpResponse:
    """Asks before a link is revoked; POST does it, and the link is dead at once."""
    try:
        link = sharing.get(request.user, link_id)
    except ShareLink.DoesNotExist as error:
        raise Http404("There is no such link.") from error
    if request.method == "POST":
        sharing.revoke(request.user, link, now=timezone.now())
        messages.success(request, f"The link to {link.run or link.report} is revoked. Nobody can open it any more.")
        return redirect("share-list")
    [row] = _rows([link], timezone.now())
    trail = [{"label": "Shared links", "url": reverse("share-list")}, {"label": "Revoke"}]
    context = {"row": row, "crumbs": trail, "url": request.path, "list_url": reverse("share-list")}
    return fragments.page(request, "shares/revoke.html", context)


def _rows(links: list[ShareLink], now: datetime) -> list[dict[str, Any]]:
    worth = sharing.states(links, now=now)
    return [_row(link, worth[link.pk]) for link in links]


def _row(link: ShareLink, state: ShareState) -> dict[str, Any]:
    word, icon, meaning = STATES[state]
    name, subject = ("run-detail", link.run) if link.run_id else ("report-detail", link.report)
    return {
        "link": link,
        "subject": subject,
        "subject_url": reverse(name, args=[link.run_id or link.report_id]),
        "kind": "run" if link.run_id else "report",
        "scope": scope_label(link),
        "state": {"word": word, "icon": icon, "meaning": meaning},
        "revoke_url": reverse("share-revoke", args=[link.pk])
        if state in {ShareState.LIVE, ShareState.SUSPENDED}
        else "",
    }
