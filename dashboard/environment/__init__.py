"""The settings that come from the environment: one place that names, types, checks and documents them.

Everything that is missing or wrong is reported at once. The table in ``docs/reference/settings.md`` is compared
with :data:`SETTINGS` by a test.
"""

import hashlib
import os
import time
from collections.abc import Mapping, Sequence
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cryptography.fernet import Fernet

# environs: typed settings by environment; read lazily, it collects every fault before it speaks.
from environs import EnvValidationError, FileAwareEnv, ValidationError, validate

from dashboard import __version__
from dashboard.environment import origins, sign_in
from dashboard.environment.setting import Setting, is_origin

MIN_SECRET_LENGTH = 32

_MACHINE_ZONE = os.environ.get("TZ")
"""What the machine says of its zone; read before Django, which reads this module's settings first, writes its own."""


SETTINGS = (
    Setting("SECRET_KEY", None, "Signs sessions and forms; at least 32 characters, the same for all processes."),
    Setting("ALLOWED_HOSTS", None, "Comma-separated host names under which the dashboard is asked for."),
    Setting(
        "TOKEN_KEYS",
        "",
        "Comma-separated keys (Fernet) for tokens of sources, addresses of webhooks and second factors: the first one "
        "encrypts, all of them decrypt. "
        "Made and kept by `quayside`.",
    ),
    Setting(
        "ALLOWED_NETWORKS",
        "",
        "Comma-separated networks, such as `10.1.0.0/16`, in which sources may be although they are not public.",
    ),
    Setting(
        "NOTICE_NETWORKS",
        "",
        "Comma-separated networks in which webhooks may be although they are not public; everybody who may be told can "
        "have something posted there. Only in these does `http://` do.",
    ),
    Setting("VAR_DIR", "var", "Folder for what the dashboard keeps on disk: the database, generated keys, logs."),
    Setting(
        "DATABASE_URL",
        "sqlite:///VAR_DIR/quayside.sqlite3",
        "Database; `postgres://user:password@host/name` for a team.",
    ),
    Setting("CACHE_URL", "locmem://", "Cache; `redis://host:6379/0` where several machines serve pages."),
    Setting(
        "PLAIN_HTTP",
        "false",
        "Serve without TLS: cookies lose `Secure` and the `__Host-` prefix. Implied on loopback by `quayside`.",
    ),
    Setting(
        "TRUSTED_PROXY",
        "false",
        "A reverse proxy in front sets `X-Forwarded-Proto`, adds to `X-Forwarded-For`, and is the only way in.",
    ),
    Setting(
        "CSRF_TRUSTED_ORIGINS",
        "",
        "Comma-separated origins (`https://host`) that may post forms, where the proxy changes the host.",
    ),
    Setting(
        "ARTIFACT_ORIGIN",
        "",
        "A second origin (`https://host`) that leads here and shows nothing but documents which others wrote; without "
        "it they are only downloaded. Its host name has to be one that no page is asked for under, and its scheme's "
        "own port is left out. On one's own machine its other name serves.",
    ),
    Setting(
        "ARTIFACT_CACHE_MB",
        "2048",
        "Megabytes of files from sources elsewhere that are kept in `VAR_DIR/cache`; 0 keeps none.",
    ),
    Setting(
        "METRICS_TOKEN",
        "",
        "Bearer token, at least 32 characters, with which Prometheus reads `/metrics`; without it only this machine "
        "may.",
    ),
    Setting("LOG_LEVEL", "INFO", "`DEBUG`, `INFO`, `WARNING` or `ERROR`."),
    Setting("LOG_FORMAT", "json", "`json` (one object a line) or `text`."),
    Setting("DEBUG", "false", "Django's debug pages. Never on a network."),
    Setting(
        "ONE_TIME_SIGN_IN", "false", "Accept the sign-in link that `quayside` prints; loopback only. Set by `quayside`."
    ),
    Setting("WEB_HOST", "127.0.0.1", "Address the web process answers at; `0.0.0.0` is every address of the machine."),
    Setting("PORT", "8000", "Port the web process answers at."),
    Setting("TLS_CERTIFICATE", "", "File with the certificate chain (PEM), to speak TLS without a proxy."),
    Setting("TLS_KEY", "", "File with the certificate's private key (PEM, PKCS#8)."),
    Setting("WEB_WORKERS", "2", "Processes that serve pages; they share what they have in common."),
    Setting("WEB_THREADS", "8", "Pages that one such process makes at a time."),
    *sign_in.SETTINGS,
)


class SettingsError(SystemExit):
    """The environment does not describe a runnable dashboard; the text lists everything that is wrong."""


def _long_enough(value: str) -> None:
    if len(value) < MIN_SECRET_LENGTH:
        raise ValidationError(f"Shorter than {MIN_SECRET_LENGTH} characters.")


def _none_or_long_enough(value: str) -> None:
    if value:
        _long_enough(value)


def _are_keys(values: Sequence[str]) -> None:
    for value in values:
        try:
            Fernet(value)
        except ValueError:
            # What is no key may be half of one: it is not repeated.
            raise ValidationError("Not a key: 32 bytes in URL-safe Base64 are.") from None


def _place_of_socket(url: str, cache: dict[str, Any]) -> dict[str, Any]:
    """The cache, with the database that ``redis:///path/to.sock/N`` ends in: 0 without one.

    The parser takes the first digits anywhere in the path for it.
    """
    scheme, _, path = url.partition("://")
    if scheme != "redis" or not path.startswith("/"):
        return cache
    socket, _, number = path.rpartition("/")
    place = f"unix://{socket}?db={number}" if number.isdecimal() else f"unix://{path}?db=0"
    return cache | {"LOCATION": place}


def _are_networks(values: Sequence[str]) -> None:
    for value in values:
        try:
            ip_network(value)
        except ValueError:
            raise ValidationError(f"“{value}” is not a network.") from None


def read(environ_file: Path | None = None) -> dict[str, Any]:
    """The settings as typed values by name; raises :class:`SettingsError` naming every fault."""
    # What is secret may stand in a file, as orchestrators hand it over: NAME_FILE names it.
    env = FileAwareEnv(eager=False, strip_whitespace=True)
    _check_files()
    if environ_file is not None and environ_file.is_file():
        env.read_env(str(environ_file), recurse=False)
    var_dir: Path = env.path("VAR_DIR", Path("var"))
    values = {
        "SECRET_KEY": env.str("SECRET_KEY", validate=_long_enough),
        "ALLOWED_HOSTS": env.list("ALLOWED_HOSTS"),
        "TOKEN_KEYS": env.list("TOKEN_KEYS", [], validate=_are_keys),
        "ALLOWED_NETWORKS": env.list("ALLOWED_NETWORKS", [], validate=_are_networks),
        "NOTICE_NETWORKS": env.list("NOTICE_NETWORKS", [], validate=_are_networks),
        "VAR_DIR": var_dir,
        "DATABASE_URL": env.dj_db_url(
            "DATABASE_URL", f"sqlite:///{Path(var_dir or 'var').absolute() / 'quayside.sqlite3'}"
        ),
        "CACHE_URL": _place_of_socket(env.str("CACHE_URL", ""), env.dj_cache_url("CACHE_URL", "locmem://")),
        "PLAIN_HTTP": env.bool("PLAIN_HTTP", False),
        "TRUSTED_PROXY": env.bool("TRUSTED_PROXY", False),
        "CSRF_TRUSTED_ORIGINS": env.list("CSRF_TRUSTED_ORIGINS", []),
        "ARTIFACT_ORIGIN": env.str("ARTIFACT_ORIGIN", "", validate=is_origin),
        "ARTIFACT_CACHE_MB": env.int("ARTIFACT_CACHE_MB", 2048, validate=validate.Range(0, 1_048_576)),
        "METRICS_TOKEN": env.str("METRICS_TOKEN", "", validate=_none_or_long_enough),
        "LOG_LEVEL": env.str("LOG_LEVEL", "INFO"),
        "LOG_FORMAT": env.str("LOG_FORMAT", "json"),
        "DEBUG": env.bool("DEBUG", False),
        "ONE_TIME_SIGN_IN": env.bool("ONE_TIME_SIGN_IN", False),
        "WEB_HOST": env.str("WEB_HOST", "127.0.0.1"),
        "PORT": env.int("PORT", 8000, validate=validate.Range(1, 65_535)),
        "TLS_CERTIFICATE": env.str("TLS_CERTIFICATE", ""),
        "TLS_KEY": env.str("TLS_KEY", ""),
        "WEB_WORKERS": env.int("WEB_WORKERS", 2, validate=validate.Range(1, 256)),
        "WEB_THREADS": env.int("WEB_THREADS", 8, validate=validate.Range(1, 1_024)),
        **sign_in.read(env),
    }
    try:
        env.seal()
    except EnvValidationError as error:
        raise SettingsError(explain(error)) from error
    if unfit := origins.faults(values) | sign_in.faults(values):
        raise SettingsError(explain(EnvValidationError("", unfit)))
    return values


def _check_files() -> None:
    """Raises :class:`SettingsError` for every ``NAME_FILE`` that names no text."""
    faults = {
        f"{setting.name}_FILE": [fault]
        for setting in SETTINGS
        if (path := os.environ.get(f"{setting.name}_FILE")) and (fault := _fault_of_file(Path(path)))
    }
    if faults:
        raise SettingsError(explain(EnvValidationError("", faults)))


def _fault_of_file(path: Path) -> str:
    try:
        path.read_text()
    except OSError as error:
        return f"Cannot be read: {error.strerror}."
    except UnicodeDecodeError:
        return "Holds no text."
    return ""


def restore_machine_zone() -> None:
    """Undo that Django makes its ``TIME_ZONE`` the process's: sources' times without a zone are in the machine's."""
    if _MACHINE_ZONE is None:
        os.environ.pop("TZ", None)
    else:
        os.environ["TZ"] = _MACHINE_ZONE
    time.tzset()


def cookie_name(word: str, values: Mapping[str, Any]) -> str:
    """What a cookie is called under these settings: bound to its host by ``__Host-`` where there is TLS.

    Without TLS the port is part of the name. A browser sends the cookies of a host to all its ports, so two dashboards
    on one machine would sign each other out. Behind a proxy the port that people ask is another, and one for all.
    """
    if not values["PLAIN_HTTP"]:
        return f"__Host-{word}"
    return word if values["TRUSTED_PROXY"] else f"{word}-{values['PORT']}"


def host_names(values: Mapping[str, Any]) -> list[str]:
    """The names that are answered to: those that are given, and that of the second origin."""
    second = urlsplit(values["ARTIFACT_ORIGIN"]).hostname
    return list(dict.fromkeys([*values["ALLOWED_HOSTS"], *([second] if second else [])]))


def cache_prefix(database: Mapping[str, Any]) -> str:
    """What keys of the cache begin with: it may be shared by dashboards of other databases or other versions."""
    address = "|".join(str(database.get(part, "")) for part in ("ENGINE", "HOST", "PORT", "NAME"))
    return hashlib.sha256(f"{__version__}|{address}".encode()).hexdigest()[:12]


def explain(error: EnvValidationError) -> str:
    """Everything that is wrong with the environment, a line each, and where to read on."""
    purposes = {setting.name: setting.purpose for setting in SETTINGS}
    found = error.error_messages if isinstance(error.error_messages, Mapping) else {}
    lines = [
        f"  {name}: {'; '.join(faults)} {purposes.get(name, '')}".rstrip() for name, faults in sorted(found.items())
    ]
    return "\n".join(
        [
            "Quayside cannot start with these settings:",
            *lines,
            "See docs/reference/settings.md. `quayside` alone needs none of them.",
        ]
    )
