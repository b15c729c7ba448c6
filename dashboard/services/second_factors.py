"""The second factor: codes that an app makes from a secret (RFC 6238), and recovery codes for when it is lost.

Secrets are kept encrypted (``adapters.FactorAdapter``). A code is good once: not even in the same half minute again.
"""

from typing import Any

from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.mfa.utils import decrypt
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

LAST_STEP = "last_step"
_KINDS = (Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES)


def has_factor(person: User) -> bool:
    """Whether a code is asked of this person."""
    return bool(Authenticator.objects.filter(user_id=person.pk, type=Authenticator.Type.TOTP).exists())


def known(people: QuerySet[User]) -> QuerySet[User]:
    """The same accounts, each with whether a code is asked of it (``has_factor``)."""
    own = Authenticator.objects.filter(user=OuterRef("pk"), type=Authenticator.Type.TOTP)
    return people.annotate(has_factor=Exists(own))


@transaction.atomic
def use_code(person: User, code: str) -> Authenticator | None:
    """What the code is good for, which it is no longer afterwards; None for a wrong or used one."""
    found = Authenticator.objects.select_for_update().filter(user_id=person.pk, type__in=_KINDS)
    for one in found.order_by("-type"):
        if _use_step(one, code) if one.type == Authenticator.Type.TOTP else one.wrap().validate_code(code):
            one.user = person
            return one
    return None


def take_off(person: User) -> bool:
    """Take the second factor from somebody who has lost it, recovery codes and all; whether there was one."""
    return bool(Authenticator.objects.filter(user_id=person.pk).delete()[0])


def _use_step(one: Authenticator, code: str) -> bool:
    data: dict[str, Any] = one.data
    step = _step_of(decrypt(data["secret"]), code)
    if step is None or step <= data.get(LAST_STEP, -1):
        return False
    one.data = data | {LAST_STEP: step}
    one.save(update_fields=["data"])
    return True


def _step_of(secret: str, code: str) -> int | None:
    """The half minute for which the secret makes this code, if it is about now."""
    step: int
    for step in yield_hotp_counters_from_time():
        if compare_user_code(actual=code, expected=format_hotp_value(hotp_value(secret, step))):
            return step
    return None
