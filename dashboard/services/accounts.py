"""Accounts of people: links by which they set a password, and what ends with it.

A link is good for an hour and once: it holds a keyed hash over the password and the last sign-in, so that it is worth
nothing as soon as one of them changes. Nothing is kept of it.
"""

import logging
from concurrent.futures import ThreadPoolExecutor
from smtplib import SMTPException

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.auth.tokens import default_token_generator
from django.contrib.sessions.models import Session
from django.core.mail import EmailMessage
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from dashboard.domain.audits import AuditAction, AuditOutcome
from dashboard.domain.roles import Role
from dashboard.services import audit, rights, second_factors
from dashboard.services.rights import Viewer

log = logging.getLogger("quayside.sign_in")

_post = ThreadPoolExecutor(1, thread_name_prefix="mail")
"""Sends one mail after the other."""

MAIL_SUBJECT = "Your password for Quayside"
MAIL_TEXT = """\
Somebody, hopefully you, asked to set a password for {name} at Quayside.

This link is good for an hour, and once:
{link}

If it was not you, there is nothing to do: your password is as it was.
"""


def reset_link(actor: Viewer, person: User) -> str:
    """A link, good for an hour and once, by which this person sets a password; for whoever has no mail or is new here.

    The whole address where ``BASE_URL`` is set, else its path. Leaves an entry in the audit log. Raises
    ``PermissionDenied`` for whoever is no administrator.
    """
    rights.require(actor, Role.ADMINISTRATOR)
    outcome = AuditOutcome.DONE if can_have_link(person) else AuditOutcome.REFUSED
    audit.record(AuditAction.PASSWORD_LINKED, actor, person, outcome=outcome)
    return link_for(person) if outcome is AuditOutcome.DONE else ""


def can_have_link(person: User) -> bool:
    """Whether a password is of any use to this person."""
    return person.is_active and not settings.SSO_ONLY


def link_for(person: User) -> str:
    """The link itself."""
    words = {
        "uidb64": urlsafe_base64_encode(force_bytes(person.pk)),
        "token": default_token_generator.make_token(person),
    }
    return f"{settings.BASE_URL}{reverse('password-reset', kwargs=words)}"


def mail_links(email: str) -> None:
    """Send a link to every open account with this e-mail address, and say nothing of whether there is one.

    Those who come by single sign-on alone, and have no password, get none. Mails go out behind the answer: it takes as
    long, and is the same, whether there is an account and whatever the mail server does. What it does the log tells.
    """
    people = User.objects.filter(email__iexact=email, is_active=True) if email else []
    for person in people:
        if person.has_usable_password():
            text = MAIL_TEXT.format(name=person.get_username(), link=link_for(person))
            _post.submit(_send, EmailMessage(MAIL_SUBJECT, text, settings.DEFAULT_FROM_EMAIL, [person.email]))


def _send(message: EmailMessage) -> None:
    try:
        message.send()
    except (SMTPException, OSError) as error:
        # Not its words: mail servers repeat addresses.
        log.warning("a mail with a link was not sent", extra={"error": type(error).__name__})


def note_password(person: User, *, way: str) -> None:
    """Write down that somebody has a new password."""
    audit.record(AuditAction.PASSWORD_CHANGED, person, person, detail={"by": way})


def end_sessions(person: User, *, but: str = "") -> int:
    """Sign somebody out everywhere, but for one session by its key; how many ended."""
    others = UserSession.objects.filter(user_id=person.pk).exclude(session_key=but)
    keys = list(others.values_list("session_key", flat=True))
    with transaction.atomic():
        Session.objects.filter(session_key__in=keys).delete()
        UserSession.objects.filter(session_key__in=keys).delete()
    return len(keys)


def sign_out(actor: Viewer, person: User) -> int:
    """Sign somebody out everywhere, by an administrator, with an entry in the audit log; how many sessions ended.

    Raises ``PermissionDenied`` for whoever is no administrator.
    """
    rights.require(actor, Role.ADMINISTRATOR)
    n = end_sessions(person)
    audit.record(AuditAction.SIGNED_OUT, actor, person, detail={"sessions": n})
    return n


def end_session(person: User, number: int) -> bool:
    """End one of somebody's own sessions by its number; whether there was one."""
    found = UserSession.objects.filter(user_id=person.pk, pk=number).first()
    if found is None:
        return False
    Session.objects.filter(session_key=found.session_key).delete()
    found.delete()
    return True


def open_sessions(person: User) -> list[UserSession]:
    """Somebody's sessions that are still good, the last used first; rows of others go."""
    mine = UserSession.objects.filter(user_id=person.pk)
    alive = Session.objects.filter(expire_date__gt=timezone.now(), session_key__in=mine.values("session_key"))
    mine.exclude(session_key__in=list(alive.values_list("session_key", flat=True))).delete()
    return list(mine.order_by("-last_seen_at"))


def take_off_factor(actor: Viewer, person: User) -> bool:
    """Take the second factor from somebody who has lost it, and sign them out; whether there was one.

    Leaves an entry in the audit log. Raises ``PermissionDenied`` for whoever is no administrator.
    """
    rights.require(actor, Role.ADMINISTRATOR)
    was_on = second_factors.take_off(person)
    audit.record(AuditAction.FACTOR_CHANGED, actor, person, detail={"to": "off", "was": "on" if was_on else "off"})
    end_sessions(person)
    return was_on
