"""The part of the environment that says who may come in, how, for how long, and how people are written to."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from environs import Env, ValidationError, validate

from dashboard.domain.roles import Role
from dashboard.environment.setting import Setting, is_origin

NO_MAIL = "dummy://"
NO_ROLE = "none"
FOR_ADMINISTRATORS = "administrators"

_DOMAIN = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+", re.ASCII)
_ROLES = [role.value for role in Role]

SETTINGS = (
    Setting(
        "BASE_URL",
        "",
        "The address (`https://host`) under which people ask for the dashboard. Links in mails begin with it, never "
        "with what a request says of itself. Wanted by `EMAIL_URL`.",
    ),
    Setting(
        "EMAIL_URL", NO_MAIL, "Server for mail, as in `smtp+tls://user:password@host:587`; without it none goes out."
    ),
    Setting("DEFAULT_FROM_EMAIL", "quayside@localhost", "Sender of mail."),
    Setting("OIDC_ISSUER", "", "Issuer of single sign-on by OpenID Connect, as the provider writes it: `https://…`."),
    Setting("OIDC_NAME", "single sign-on", "What people call it, on the button of the sign-in page."),
    Setting("OIDC_CLIENT_ID", "", "What the provider calls the dashboard."),
    Setting("OIDC_CLIENT_SECRET", "", "The secret that goes with it."),
    Setting("OIDC_ROLE_CLAIM", "groups", "The claim in which the provider lists somebody's groups."),
    Setting(
        "OIDC_ROLES",
        "",
        "Comma-separated roles of its groups, such as `quay-admins=administrator,eng=operator`; the highest counts, at "
        "each sign-in anew. Without it the provider says nothing of roles.",
    ),
    Setting(
        "SSO_ROLE",
        Role.VIEWER.value,
        "The role of whoever comes by single sign-on and is given none by `OIDC_ROLES`; `none`: an administrator gives "
        "one.",
    ),
    Setting("SSO_SIGN_UP", "true", "Whether single sign-on makes accounts for those who have none."),
    Setting(
        "SSO_DOMAINS",
        "",
        "Comma-separated domains; given, only verified e-mail addresses in them come in by single sign-on.",
    ),
    Setting("SSO_ONLY", "false", "Close passwords: single sign-on is the one way in."),
    Setting(
        "SECOND_FACTOR",
        "optional",
        "`optional`, or `administrators`: these may go on after a password only with a code of their second factor. "
        "Wants `TOKEN_KEYS`.",
    ),
    Setting("SESSION_DAYS", "14", "Days after which one has to sign in again, whatever one does."),
    Setting("SESSION_IDLE_HOURS", "72", "Hours without doing anything after which one has to sign in again."),
    Setting("SESSION_IDLE_HOURS_ADMINISTRATOR", "12", "The same for administrators."),
)


def read(env: Env) -> dict[str, Any]:
    """The values by name; faults are collected by ``env``, as far as each variable shows its own."""
    return {
        "BASE_URL": env.str("BASE_URL", "", validate=is_origin),
        "EMAIL_URL": env.dj_email_url("EMAIL_URL", NO_MAIL),
        "DEFAULT_FROM_EMAIL": env.str("DEFAULT_FROM_EMAIL", "quayside@localhost"),
        "OIDC_ISSUER": env.str("OIDC_ISSUER", "", validate=_is_issuer),
        "OIDC_NAME": env.str("OIDC_NAME", "single sign-on", validate=validate.Length(1, 40)),
        "OIDC_CLIENT_ID": env.str("OIDC_CLIENT_ID", ""),
        "OIDC_CLIENT_SECRET": env.str("OIDC_CLIENT_SECRET", ""),
        "OIDC_ROLE_CLAIM": env.str("OIDC_ROLE_CLAIM", "groups", validate=validate.Length(1)),
        "OIDC_ROLES": env.dict("OIDC_ROLES", {}, validate=_are_roles),
        "SSO_ROLE": env.str("SSO_ROLE", Role.VIEWER.value, validate=validate.OneOf([*_ROLES, NO_ROLE])),
        "SSO_SIGN_UP": env.bool("SSO_SIGN_UP", True),
        "SSO_DOMAINS": env.list("SSO_DOMAINS", [], validate=_are_domains),
        "SSO_ONLY": env.bool("SSO_ONLY", False),
        "SECOND_FACTOR": env.str(
            "SECOND_FACTOR", "optional", validate=validate.OneOf(["optional", FOR_ADMINISTRATORS])
        ),
        "SESSION_DAYS": env.int("SESSION_DAYS", 14, validate=validate.Range(1, 90)),
        "SESSION_IDLE_HOURS": env.int("SESSION_IDLE_HOURS", 72, validate=validate.Range(1, 2_160)),
        "SESSION_IDLE_HOURS_ADMINISTRATOR": env.int(
            "SESSION_IDLE_HOURS_ADMINISTRATOR", 12, validate=validate.Range(1, 2_160)
        ),
    }


def faults(values: Mapping[str, Any]) -> dict[str, list[str]]:
    """What does not go together, by the name of the variable that should change."""
    found = {
        "EMAIL_URL": "EMAIL_BACKEND" not in values["EMAIL_URL"] and "Begins with smtp:// or submission://.",
        "BASE_URL": sends_mail(values) and not values["BASE_URL"] and "Wanted by EMAIL_URL.",
        "OIDC_CLIENT_ID": values["OIDC_ISSUER"] and not values["OIDC_CLIENT_ID"] and "Wanted by OIDC_ISSUER.",
        "SECOND_FACTOR": values["SECOND_FACTOR"] == FOR_ADMINISTRATORS
        and not values["TOKEN_KEYS"]
        and "Nobody could turn one on without TOKEN_KEYS.",
        "SSO_ONLY": values["SSO_ONLY"] and not values["OIDC_ISSUER"] and "Nobody could come in without OIDC_ISSUER.",
    }
    return {name: [fault] for name, fault in found.items() if fault}


def sends_mail(values: Mapping[str, Any]) -> bool:
    """Whether mail goes out."""
    return not values["EMAIL_URL"].get("EMAIL_BACKEND", "").endswith(".dummy.EmailBackend")


def provider_id(values: Mapping[str, Any]) -> str:
    """What accounts that come by single sign-on are kept under: an issuer's word is worth nothing for another's."""
    return f"oidc-{hashlib.sha256(values['OIDC_ISSUER'].rstrip('/').encode()).hexdigest()[:12]}"


def providers(values: Mapping[str, Any]) -> dict[str, Any]:
    """Allauth's setting of that name."""
    if not values["OIDC_ISSUER"]:
        return {}
    app = {
        "provider_id": provider_id(values),
        "name": values["OIDC_NAME"],
        "client_id": values["OIDC_CLIENT_ID"],
        "secret": values["OIDC_CLIENT_SECRET"],
        "settings": {"server_url": f"{values['OIDC_ISSUER'].rstrip('/')}/.well-known/openid-configuration"},
    }
    return {"openid_connect": {"APPS": [app], "OAUTH_PKCE_ENABLED": True}}


def email_settings(values: Mapping[str, Any]) -> dict[str, Any]:
    """Django's settings of mail, by name."""
    given = {name: value for name, value in values["EMAIL_URL"].items() if name.startswith("EMAIL_")}
    # A server that does not answer holds up who asked for a mail, for this long at most. (A path comes without its /.)
    return given | {
        "EMAIL_TIMEOUT": given.get("EMAIL_TIMEOUT") or 10,
        "EMAIL_FILE_PATH": f"/{given.get('EMAIL_FILE_PATH', '')}",
    }


def _is_issuer(value: str) -> None:
    if not value:
        return
    parts = urlsplit(value)
    is_plain = parts.scheme == "http" and _is_loopback(parts.hostname or "")
    if not parts.hostname or parts.query or parts.fragment or not (parts.scheme == "https" or is_plain):
        raise ValidationError("Not an issuer: an https:// address without a query is.")


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _are_roles(values: Mapping[str, str]) -> None:
    for role in values.values():
        if role not in _ROLES:
            raise ValidationError(f"“{role}” is not a role: {', '.join(_ROLES)} are.")


def _are_domains(values: Sequence[str]) -> None:
    for value in values:
        if not _DOMAIN.fullmatch(value):
            raise ValidationError(f"“{value}” is not a domain in small letters.")
