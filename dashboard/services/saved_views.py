"""Saved views: a list as somebody arranged it, under a name and an address. Their own, or the team's.

Whoever has a role keeps views of their own; what everybody finds in the list is put there, and changed, by operators.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.utils import timezone

from dashboard.domain.audits import AuditAction, AuditOutcome
from dashboard.domain.roles import Role
from dashboard.models import SavedView
from dashboard.services import audit, rights
from dashboard.services.visibility import Viewer
from dashboard.services.writing import has_room, writing

MOST = 100
"""Views of one person."""
SHOWN = 200
"""Views that one list offers."""
LONGEST_NAME = 80
LONGEST_QUERY = 2_000
MOST_COLUMNS = 100


class Refused(ValueError):
    """A view cannot be kept so; says why to a person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrangement:
    """How a list is arranged, as its address says it."""

    query: str = ""
    columns: tuple[str, ...] = ()
    sort: str = ""
    density: str = ""
    """``compact`` or ``normal``; empty: as the device has it."""


def visible(viewer: Viewer) -> QuerySet[SavedView]:
    """One's own views and the team's; none of anybody who has no role."""
    if viewer.pk is None or not rights.may_read(viewer):
        return SavedView.objects.none()
    return SavedView.objects.filter(Q(owner=viewer.pk) | Q(is_team=True))


def of_list(viewer: Viewer, list_name: str) -> Sequence[SavedView]:
    """Those of one list, by name."""
    return list(visible(viewer).filter(list_name=list_name)[:SHOWN])


def get(viewer: Viewer, view_id: int) -> SavedView:
    """One of them. Raises ``SavedView.DoesNotExist``, also for one that is neither theirs nor the team's."""
    return visible(viewer).select_related("owner").get(pk=view_id)


def arrangement(view: SavedView) -> Arrangement:
    """How the view arranges its list."""
    return Arrangement(query=view.query, columns=tuple(view.columns), sort=view.sort, density=view.density)


def may_change(viewer: Viewer, view: SavedView) -> bool:
    """Whether somebody may change or delete it: their own; of the team's only who acts, or administers."""
    if view.is_team:
        return rights.may_administer(viewer) or (rights.may_act(viewer) and view.owner_id == viewer.pk)
    return rights.may_read(viewer) and view.owner_id == viewer.pk


def create(actor: Viewer, list_name: str, name: str, arranged: Arrangement, *, is_team: bool) -> SavedView:
    """Keep a list as it is arranged. Raises ``Refused``, and ``PermissionDenied`` for a team's view by one who only
    reads.
    """
    rights.require(actor, Role.VIEWER)
    now, owner = timezone.now(), cast("User", actor)
    view = SavedView(owner=owner, list_name=list_name, name=name, created_at=now, changed_at=now)
    _require_team(actor, view, wants_team=is_team)
    _arrange(view, arranged)
    _save(actor, view, is_team=is_team, was_team=False, what="added")
    return view


def rename(actor: Viewer, view: SavedView, name: str, *, is_team: bool) -> None:
    """Call it so, and have everybody find it, or only its owner. Raises ``Refused`` and ``PermissionDenied``."""
    _require_own(actor, view)
    _require_team(actor, view, wants_team=is_team)
    view.name, was_team = name, view.is_team
    _save(actor, view, is_team=is_team, was_team=was_team, what="changed")


def overwrite(actor: Viewer, view: SavedView, arranged: Arrangement) -> None:
    """Have it arrange its list so from now on. Raises ``PermissionDenied``."""
    _require_own(actor, view)
    _arrange(view, arranged)
    _save(actor, view, is_team=view.is_team, was_team=view.is_team, what="rearranged")


def delete(actor: Viewer, view: SavedView) -> None:
    """It is gone; whoever has its address finds nothing. Raises ``PermissionDenied``."""
    _require_own(actor, view)
    with writing(actor, view):
        SavedView.objects.filter(pk=view.pk).delete()
        if view.is_team:
            audit.record(AuditAction.VIEW_CHANGED, actor, view, detail={"deleted": view.name})


def _arrange(view: SavedView, arranged: Arrangement) -> None:
    view.query, view.sort = arranged.query[:LONGEST_QUERY], arranged.sort[:100]
    view.columns, view.density = list(arranged.columns)[:MOST_COLUMNS], arranged.density[:10]


def _require_own(actor: Viewer, view: SavedView) -> None:
    if not may_change(actor, view):
        _refuse(actor, view)


def _require_team(actor: Viewer, view: SavedView, *, wants_team: bool) -> None:
    if wants_team and not rights.may_act(actor):
        _refuse(actor, view)


def _refuse(actor: Viewer, view: SavedView) -> None:
    audit.record(AuditAction.VIEW_CHANGED, actor, view, outcome=AuditOutcome.REFUSED)
    raise PermissionDenied("The team's views are changed by operators, and others by their owner.")


def _save(actor: Viewer, view: SavedView, *, is_team: bool, was_team: bool, what: str) -> None:
    view.is_team, view.changed_at = is_team, timezone.now()
    concerns_team, kept = is_team or was_team, [view] if view.pk else []
    try:
        with writing(actor, *kept):
            _require_place(view)
            view.save()
            if concerns_team:
                detail = {what: view.name, "list": view.list_name, "query": view.query, "team": is_team}
                audit.record(AuditAction.VIEW_CHANGED, actor, view, detail=detail)
    except Refused as problem:
        if concerns_team:
            failed = {"problem": str(problem)}
            audit.record(AuditAction.VIEW_CHANGED, actor, view, outcome=AuditOutcome.REFUSED, detail=failed)
        raise


def _require_place(view: SavedView) -> None:
    """Raises ``Refused`` where its name is taken, or there are too many. With the lock in hand."""
    if not view.pk and not has_room(SavedView.objects.filter(owner=view.owner_id), MOST):
        raise Refused(f"You have {MOST} views, which is as many as one may have.")
    same = SavedView.objects.filter(list_name=view.list_name, name=view.name).exclude(pk=view.pk)
    if view.is_team and same.filter(is_team=True).exclude(owner=view.owner_id).exists():
        raise Refused(f"The team already has a view “{view.name}” of this list. Choose another name.")
    if same.filter(owner=view.owner_id).exists():
        raise Refused(f"You already have a view “{view.name}” of this list. Choose another name.")
