"""How accounts are read, and what administrators may do in the admin panel."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import User
from django.db.models import F, OuterRef

from dashboard.authentication.throttling import tried
from dashboard.services import rights, throttling


class AccountBackend(ModelBackend):
    """Passwords as Django checks them; accounts with their groups, in one query.

    Rights follow roles: an administrator may do everything in the admin panel, others nothing.
    """

    def authenticate(self, request: Any, username: Any = None, password: Any = None, **kwargs: Any) -> Any:
        """The account, if the password is its own: that was no wrong one, even if a code is asked for as well."""
        found = super().authenticate(request, username=username, password=password, **kwargs)
        if found is not None and request is not None:
            throttling.forgive(tried(request, found.get_username()))
        return found

    def get_user(self, user_id: Any) -> User | None:
        """The account, if it may be used."""
        rows = User.objects.filter(pk=user_id, is_active=True).order_by("groups__pk")
        orphans = rights.orphans_of(OuterRef("pk"))
        found = list(rows.annotate(held_pk=F("groups__pk"), held_name=F("groups__name"), has_orphans=orphans))
        if not found:
            return None
        of_groups = ((row.held_pk, row.held_name, row.has_orphans) for row in found)
        setattr(found[0], rights.HELD, rights.held_from(of_groups))
        return found[0]

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        """Of administrators: yes."""
        return rights.may_administer(user_obj)

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        """Of administrators: yes."""
        return rights.may_administer(user_obj)
