"""Who may do what: the role of a person, and the share link of a guest.

A person's groups come with the account in one query (``authentication/backends.py``); tests and commands that have an
account from elsewhere cost one more.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import Exists

from dashboard.domain.roles import Role, highest
from dashboard.domain.sharing import ShareScope
from dashboard.models import Report, ShareLink

HELD = "_held_groups"
"""Attribute of an account: what it has (:class:`Held`)."""
ORPHANED = "orphaned"
"""Among a report's options: a limited source of its runs was removed. Its value is the creator's key if they could see
that source, else 0."""


class Held(NamedTuple):
    """By what the rights of one account differ from another's, as one look at the database saw it."""

    groups: tuple[tuple[int, str], ...]
    """By primary key and name."""
    has_orphans: bool
    """Whether a report of theirs is one that nobody else of their role and groups may see."""


@dataclass(frozen=True, slots=True, eq=False)
class Guest:
    """Whoever opens a share link that is worth something: nobody in particular, who may see what it shows."""

    link: ShareLink
    pk: None = None
    is_authenticated: bool = False
    is_active: bool = False
    is_staff: bool = False
    is_superuser: bool = False
    email: str = ""

    def get_username(self) -> str:
        """A guest has no name."""
        return ""


Viewer = AbstractBaseUser | AnonymousUser | Guest


def groups(viewer: Viewer) -> tuple[tuple[int, str], ...]:
    """The groups of a person, by primary key and name; none of anybody else."""
    return _held(viewer).groups


def has_orphans(viewer: Viewer) -> bool:
    """Whether somebody made a report that is left to them and administrators."""
    return _held(viewer).has_orphans


def held_from(rows: Iterable[tuple[int | None, str | None, bool]]) -> Held:
    """What an account has, from a row for each of its groups: key, name, whether the account has orphans."""
    found = list(rows)
    groups = tuple((pk, name) for pk, name, _ in found if pk is not None and name is not None)
    return Held(groups, has_orphans=any(row[2] for row in found))


def orphans_of(creator: Any) -> Exists:
    """Whether there is such a report, as part of a query of accounts or groups; ``creator`` may be a reference."""
    return Exists(Report.objects.filter(creator=creator, **{f"options__{ORPHANED}__isnull": False}))


def role(viewer: Viewer) -> Role | None:
    """The highest role somebody has. None: they are signed in and may see nothing, or are not signed in."""
    if not viewer.is_authenticated or not viewer.is_active:
        return None
    if getattr(viewer, "is_superuser", False):
        return Role.ADMINISTRATOR
    return highest({name for _, name in groups(viewer)})


def may(viewer: Viewer, wanted: Role) -> bool:
    """Whether somebody's role covers this one."""
    held = role(viewer)
    return held is not None and held.covers(wanted)


def may_read(viewer: Viewer) -> bool:
    """Whether somebody may see runs at all."""
    return may(viewer, Role.VIEWER)


def may_act(viewer: Viewer) -> bool:
    """Whether somebody may change anything at a source, make reports and share."""
    return may(viewer, Role.OPERATOR)


def may_administer(viewer: Viewer) -> bool:
    """Whether somebody manages sources, people and settings."""
    return may(viewer, Role.ADMINISTRATOR)


def extent(viewer: Viewer) -> ShareScope:
    """How much somebody sees of what they may see: all of it, but for a guest, who sees what their link covers."""
    return ShareScope(viewer.link.scope) if isinstance(viewer, Guest) else ShareScope.ARTIFACTS


def require(viewer: Viewer, wanted: Role) -> None:
    """Raises ``PermissionDenied`` for whoever's role does not cover this one."""
    if not may(viewer, wanted):
        held = role(viewer)
        yours = f"Yours is {held}" if held else "You have none yet"
        raise PermissionDenied(f"This needs the role {wanted}. {yours}; an administrator can give it to you.")


def _held(viewer: Viewer) -> Held:
    if not viewer.is_authenticated:
        return Held((), has_orphans=False)
    held: Held | None = getattr(viewer, HELD, None)
    if held is None:
        person: Any = viewer
        rows = person.groups.order_by("pk").values_list("pk", "name", orphans_of(person.pk))
        held = held_from(rows)
        setattr(viewer, HELD, held)
    return held
