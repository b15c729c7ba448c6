"""How long a sign-in lasts, and what else ends or renews it.

A session ends after a time whatever is done in it, and after a time without anybody doing anything (a page that looks
by itself whether there is news is nobody). Its key is new after each sign-in and each change of rights, so a key
that somebody else knew is worth nothing afterwards. What a session holds is read with it: no request costs a query for
this, but one in a few minutes that writes when somebody was last there.
"""

from datetime import timedelta
from typing import Any

from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY, get_authentication_records
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.models import User
from django.http import HttpRequest
from django.utils import timezone

from dashboard import client_address
from dashboard.environment import sign_in as settings_of_sign_in
from dashboard.services import rights
from dashboard.views import fragments
from dashboard.views.requests import Request

BEGAN, SEEN, LIFE, HELD, STRONG = "began", "seen", "life", "held", "strong"
"""Keys in the session: when it began and was last used, how long it may last (seconds), the groups that the person had,
and whether more than a password opened it."""

NOTED_EVERY = timedelta(minutes=5)
UNKNOWN_PLACE = "::"
"""Stands for no address, as on a socket of the machine."""

_OPEN_TO_WEAK = ("/account/", "/sign-out/")


def begin(sender: Any, request: HttpRequest, user: User, **_: Any) -> None:
    """Receiver of Django's ``user_logged_in``: the session's beginning, and its row in the list of one's sessions."""
    now = int(timezone.now().timestamp())
    request.session.update({BEGAN: now, SEEN: now, HELD: _held(user)})
    # On the way here it was to end soon.
    request.session.set_expiry(None)
    request.session.pop(LIFE, None)
    request.session.pop(STRONG, None)
    note(request, user)


def is_over(request: Request) -> bool:
    """Whether the session has lasted too long, in all or without anybody doing anything."""
    now, session = timezone.now().timestamp(), request.session
    life = session.get(LIFE) or timedelta(days=settings.SESSION_DAYS).total_seconds()
    idle = timedelta(hours=idle_hours(request.user)).total_seconds()
    rest = max(idle, session.get(LIFE) or 0)
    return bool(now - session.get(BEGAN, now) > life or now - session.get(SEEN, now) > rest)


def idle_hours(person: User) -> int:
    """How long this person may do nothing."""
    hours: int = settings.SESSION_IDLE_HOURS
    return min(hours, settings.SESSION_IDLE_HOURS_ADMINISTRATOR) if rights.may_administer(person) else hours


def wants_factor(person: User) -> bool:
    """Whether more than a password is wanted of this person."""
    return bool(settings.SECOND_FACTOR == settings_of_sign_in.FOR_ADMINISTRATORS and rights.may_administer(person))


def lacks_factor(request: Request) -> bool:
    """Whether this is an administrator of whom more than a password is wanted, and there was no more."""
    if not wants_factor(request.user):
        return False
    if request.session.get(STRONG) or request.path.startswith(_OPEN_TO_WEAK):
        return False
    return not _methods(request, request.user) & {"mfa", "socialaccount"}


def weaken(request: HttpRequest) -> None:
    """Forget that there was more than a password: a second factor that is off proves nothing."""
    request.session.pop(STRONG, None)
    records = request.session.get(AUTHENTICATION_METHODS_SESSION_KEY) or []
    request.session[AUTHENTICATION_METHODS_SESSION_KEY] = [each for each in records if each.get("method") != "mfa"]


def way_in(request: HttpRequest, user: User) -> str:
    """How somebody is signing in, in words for the log."""
    methods = _methods(request, user)
    first = "single sign-on" if "socialaccount" in methods else "password"
    return f"{first} and code" if "mfa" in methods else first


def rotate(request: HttpRequest, user: User) -> None:
    """Give the session a new key: the old one is worth nothing any more."""
    before = request.session.session_key
    request.session.cycle_key()
    request.session[HELD] = _held(user)
    moved(request, before)


def moved(request: HttpRequest, before: str | None) -> None:
    """The session has another key: so has its row."""
    UserSession.objects.filter(session_key=before or "").update(session_key=request.session.session_key)


def note(request: HttpRequest, user: User) -> None:
    """Write when and from where somebody was last seen."""
    request.session[SEEN] = int(timezone.now().timestamp())
    if request.session.session_key is None:
        request.session.save()
    length = UserSession._meta.get_field("user_agent").max_length
    UserSession.objects.update_or_create(
        session_key=request.session.session_key,
        defaults={
            "user_id": user.pk,
            "ip": client_address.of(request) or UNKNOWN_PLACE,
            "user_agent": request.META.get("HTTP_USER_AGENT", "")[:length],
            "last_seen_at": timezone.now(),
        },
    )


def keep(request: Request) -> None:
    """The session was used: give it a new key if its person's rights changed, and write now and then that it was."""
    session, now = request.session, timezone.now().timestamp()
    if session.get(HELD, held := _held(request.user)) != held:
        rotate(request, request.user)
    if not fragments.is_poll(request) and now - session.get(SEEN, now) > NOTED_EVERY.total_seconds():
        note(request, request.user)
    if BEGAN not in session:
        session.update({BEGAN: int(now), SEEN: int(now), HELD: held})


def end_own(request: HttpRequest) -> None:
    """Sign out here, with the row in the list."""
    UserSession.objects.filter(session_key=request.session.session_key or "").delete()
    logout(request)


def _methods(request: HttpRequest, user: User) -> set[str]:
    return {str(record.get("method")) for record in get_authentication_records(request, user)}


def _held(user: User) -> str:
    """What the person's rights rest on, in short."""
    return ",".join(["*"] * user.is_superuser + [str(pk) for pk, _ in rights.groups(user)])
