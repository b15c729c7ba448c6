"""People as administrators see them: one role each, further groups, and that somebody is always left to administer."""

from collections.abc import Collection

from django.contrib.auth.models import Group, User
from django.db import transaction
from django.db.models import Q, QuerySet

from dashboard.domain.roles import Role, highest
from dashboard.models import Source
from dashboard.services import accounts, audit, rights
from dashboard.services.rights import Viewer

ROLES = frozenset(role.value for role in Role)
OWN = "You cannot take the role administrator, or the account, from yourself: another administrator can."
ALWAYS = "This account was made by a command as a superuser's: it always administers."
LAST = "Nobody would be left to administer: give somebody else the role administrator first."


class LeftAlone(Exception):
    """A change would leave nobody to administer, or is of one's own; the text is a sentence for a person."""


class GroupKept(Exception):
    """A group is a role, or limits a source; the text is a sentence for a person."""


def role_of(person: User) -> Role | None:
    """The role somebody's groups give them, whether their account may be used or not; a superuser administers."""
    if person.is_superuser:
        return Role.ADMINISTRATOR
    return highest({name for _, name in rights.groups(person)}) if person.pk else None


def further_groups() -> QuerySet[Group]:
    """The groups that are no roles."""
    return Group.objects.exclude(name__in=ROLES).order_by("name")


def superusers_beside(group: Group) -> QuerySet[User]:
    """Who has the role of a group without being in it: of administrators the superusers, of all others nobody."""
    if group.name != Role.ADMINISTRATOR.value:
        return User.objects.none()
    return User.objects.filter(is_superuser=True).exclude(groups=group).order_by("username")


def limiting_groups(source: Source) -> QuerySet[Group]:
    """The groups that a source may be limited to, and those it is limited to already.

    Of the roles only *operator*: administrators see everything, and what viewers alone saw would be hidden from those
    who may do more.
    """
    apart = ROLES - {Role.OPERATOR.value}
    held = source.groups.values("pk") if source.pk else Group.objects.none().values("pk")
    return Group.objects.filter(~Q(name__in=apart) | Q(pk__in=held)).order_by("name")


def fault(actor: Viewer, person: User, *, role: Role | None, is_active: bool) -> str:
    """Why an account cannot be left like this, as a sentence; empty where it can."""
    if not _administers(person) or (is_active and role is Role.ADMINISTRATOR):
        return ""
    if is_active and person.is_superuser:
        return ALWAYS
    if actor.pk == person.pk:
        return OWN
    return LAST if is_last(person) else ""


def is_last(person: User) -> bool:
    """Whether this account may administer and no other may; holds as long as the lock of the audit log is held."""
    return [*_administrators().values_list("pk", flat=True)[:2]] == [person.pk]


def check(actor: Viewer, person: User, *, role: Role | None) -> None:
    """Have the rest of the transaction to oneself, and look again whether an account may be saved with this role.

    Before the account is saved: two who close one another at once do not both succeed. Raises :class:`LeftAlone`.
    """
    audit.lock()
    if why_not := fault(actor, User.objects.get(pk=person.pk), role=role, is_active=person.is_active):
        raise LeftAlone(why_not)


def arrange(actor: Viewer, person: User, *, role: Role | None, groups: Collection[Group], ends_sessions: bool) -> None:
    """Give a saved account this one role and these further groups.

    Raises :class:`LeftAlone`, also where it was saved as closed and nobody is left. With ``ends_sessions``, which is
    due where the role changed or the account was closed, they are signed out everywhere.
    """
    with transaction.atomic():
        check(actor, person, role=role)
        roles = Group.objects.filter(name=role.value) if role else Group.objects.none()
        person.groups.set([*groups, *roles])
        if not _administrators().exists():
            raise LeftAlone(LAST)
        if ends_sessions:
            accounts.end_sessions(person)


def why_kept(actor: Viewer, person: User) -> str:
    """Why an account cannot be removed; empty where it can."""
    return fault(actor, person, role=None, is_active=False) or (OWN if actor.pk == person.pk else "")


def remove(actor: Viewer, chosen: QuerySet[User]) -> None:
    """Remove accounts. Raises :class:`LeftAlone`, also where administrators remove one another at once."""
    with transaction.atomic():
        # First: whoever writes something of a person looks at their row only when done, with the lock in hand.
        audit.lock()
        if reasons := [reason for person in chosen if (reason := why_kept(actor, person))]:
            raise LeftAlone(reasons[0])
        chosen.delete()


def why_group_kept(group: Group) -> str:
    """Why a group cannot be removed: it is a role, or whatever it limits would be open to all."""
    if group.name in ROLES:
        return f"{group} (a role)"
    limited = ", ".join(group.sources.order_by("name").values_list("name", flat=True)[:5])
    return f"{group} (limits {limited}: choose others there first)" if limited else ""


def remove_groups(chosen: QuerySet[Group]) -> None:
    """Remove groups. Raises :class:`GroupKept`, also where a source was limited to one of them just now."""
    with transaction.atomic():
        audit.lock()
        if reasons := [reason for group in chosen if (reason := why_group_kept(group))]:
            raise GroupKept(f"This cannot be removed: {', '.join(reasons)}.")
        chosen.delete()


def _administers(person: User) -> bool:
    return bool(person.pk) and _administrators().filter(pk=person.pk).exists()


def _administrators() -> QuerySet[User]:
    """Accounts that may administer; a fresh look, not what a request brought along."""
    members = Group.objects.filter(name=Role.ADMINISTRATOR.value).values("user")
    return User.objects.filter(Q(is_superuser=True) | Q(pk__in=members), is_active=True)
