"""What happens here when Django or allauth tell of a sign-in or a joined account."""

from typing import Any

from allauth.socialaccount.signals import social_account_added
from django.contrib.auth.signals import user_logged_in

from dashboard.authentication import sessions
from dashboard.domain.audits import AuditAction
from dashboard.services import audit


def connect() -> None:
    """Listen, from now on."""
    user_logged_in.connect(sessions.begin, dispatch_uid="begin")
    social_account_added.connect(joined, dispatch_uid="joined")


def joined(request: Any, sociallogin: Any, **_: Any) -> None:
    """An account is joined with single sign-on."""
    audit.record(AuditAction.FACTOR_CHANGED, sociallogin.user, sociallogin.user, detail={"to": "joined single sign-on"})
