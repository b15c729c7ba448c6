"""Who may come in by single sign-on, as whom, and with which role: what the provider says, against the settings."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.db import transaction

from dashboard.domain.audits import AuditAction, AuditOutcome
from dashboard.domain.roles import Role, highest
from dashboard.environment.sign_in import NO_ROLE
from dashboard.services import audit, people, rights

MOST_GROUPS = 1_000
KEPT = "Nobody would be left to administer: the role stays, whatever the provider says."
"""Why a role was not taken, for the audit log."""


class Refusal(StrEnum):
    """Why somebody does not come in: the word for the log."""

    FAILED = "failed"
    CANCELLED = "cancelled"
    NONCE = "nonce"
    DOMAIN = "domain"
    CLOSED = "closed"
    DISABLED = "disabled"
    TAKEN = "taken"
    ADMINISTRATOR = "administrator"


SENTENCES = {
    Refusal.FAILED: "The provider's answer could not be used. Try again; if it stays like this, tell an administrator.",
    Refusal.CANCELLED: "The provider did not let you through, or you turned back there.",
    Refusal.NONCE: "The provider's answer was not made for this sign-in. Try again.",
    Refusal.DOMAIN: "Only people with a verified e-mail address of this team come in.",
    Refusal.CLOSED: "There is no account for you here yet. Ask an administrator to make one with your e-mail address.",
    Refusal.DISABLED: "This account is closed. An administrator can open it again.",
    Refusal.TAKEN: "An account with your e-mail address is here already, and it cannot be joined by itself.",
    Refusal.ADMINISTRATOR: (
        "An administrator's account has your e-mail address. Sign in to it with its password, and join it on the page "
        "of your account."
    ),
}
"""Why, for the person. None says more of an account than that it is there, to whom the provider vouches for."""


@dataclass(frozen=True, slots=True)
class Claims:
    """What the provider says of somebody. The e-mail address is empty unless it says that it was verified."""

    email: str
    groups: frozenset[str]

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> "Claims":
        """From the claims as they came."""
        email = given.get("email")
        is_verified = given.get("email_verified") is True and isinstance(email, str)
        return cls(email=_spelled(str(email)) if is_verified else "", groups=_groups(given))


def refusal(claims: Claims) -> Refusal | None:
    """Why nobody with these claims comes in, whoever it is."""
    domains = settings.SSO_DOMAINS
    if domains and claims.email.rpartition("@")[2] not in domains:
        return Refusal.DOMAIN
    return None


def owner(claims: Claims) -> User | Refusal | None:
    """The account to be joined: the one with that verified e-mail address; or why there is none to join.

    Never an administrator's, and none where several have the address: those are joined by their owner, signed in.
    """
    if not claims.email:
        return None
    alike = User.objects.filter(email__iexact=claims.email)
    # To a database “ı” and “K” may be an i and a k, and whose mailbox they name is somebody else's.
    found = [person for person in alike if _spelled(person.email) == claims.email]
    if not found:
        return None
    if len(found) > 1:
        return Refusal.TAKEN
    if not found[0].is_active:
        return Refusal.DISABLED
    return Refusal.ADMINISTRATOR if rights.may_administer(found[0]) else found[0]


def give_role(person: User, claims: Claims, *, is_new: bool) -> None:
    """Make the role of a person what settings and claims say, with an entry in the audit log if that changes it.

    Without ``OIDC_ROLES`` only a new account is given one, and people change it from then on. With it the provider's
    word holds at each sign-in. Superusers are left alone, and who alone administers goes on with it, which is written
    down as refused. It holds whether or not a second factor is given afterwards: without one nobody comes in to use it,
    and who lost a role has lost it.
    """
    if person.is_superuser or not (is_new or settings.OIDC_ROLES):
        return
    with transaction.atomic():
        # As whoever changes roles here: two at once do not leave somebody with both, nor nobody to administer.
        audit.lock()
        _forget_groups(person)
        before, after = rights.role(person), role_of(claims)
        if before == after:
            return
        is_kept = people.is_last(person)
        if not is_kept:
            _replace_role(person, after)
        _record(person, before, after, is_kept=is_kept)


def role_of(claims: Claims) -> Role | None:
    """The role that claims stand for: the highest of their groups', or the one for everybody."""
    named = {role for group, role in settings.OIDC_ROLES.items() if group in claims.groups}
    fallback = settings.SSO_ROLE
    return highest(named) or (None if fallback == NO_ROLE else Role(fallback))


def _replace_role(person: User, role: Role | None) -> None:
    person.groups.remove(*Group.objects.filter(name__in=[each.value for each in Role]))
    if role is not None:
        person.groups.add(Group.objects.get_or_create(name=role.value)[0])
    _forget_groups(person)


def _forget_groups(person: User) -> None:
    """What was read of the person before holds no longer."""
    if hasattr(person, rights.HELD):
        delattr(person, rights.HELD)


def _record(person: User, before: Role | None, after: Role | None, *, is_kept: bool) -> None:
    detail = {"by": "single sign-on", "role": f"{before or 'none'} → {after or 'none'}"}
    if is_kept:
        detail["reason"] = KEPT
    outcome = AuditOutcome.REFUSED if is_kept else AuditOutcome.DONE
    audit.record(AuditAction.CHANGED, person, person, outcome=outcome, detail=detail)


def _spelled(email: str) -> str:
    """An e-mail address in its one spelling: of A–Z alone it does not matter whether they are small."""
    return email.strip().encode(errors="replace").lower().decode()


def _groups(given: Mapping[str, Any]) -> frozenset[str]:
    value = given.get(settings.OIDC_ROLE_CLAIM)
    words: Iterable[Any] = value if isinstance(value, list) else [value]
    return frozenset([word for word in words if isinstance(word, str)][:MOST_GROUPS])
