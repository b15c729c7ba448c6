"""The environment of the processes that a start runs: what is set already wins, the rest is filled in."""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import quote

import dashboard
from dashboard.start import keys
from dashboard.start.checks import has_tls, is_loopback, is_on
from dashboard.start.options import Options

_LOOPBACK_NAMES = ("localhost", "127.0.0.1", "[::1]")


def surroundings(options: Options, environ: Mapping[str, str]) -> dict[str, str]:
    """Every variable for this start; makes the keys that are not there."""
    here = is_loopback(options.host)
    is_proxied = is_on(environ, "TRUSTED_PROXY")
    defaults = {
        "SECRET_KEY": environ.get("SECRET_KEY") or keys.secret_key(options.var_dir),
        "TOKEN_KEYS": environ.get("TOKEN_KEYS") or keys.token_keys(options.var_dir),
        "DATABASE_URL": f"sqlite:///{quote(str(database_file(options)))}",
        "PLAIN_HTTP": _word(here and not is_proxied and not has_tls(environ)),
        "LOG_FORMAT": "text",
        "LOG_LEVEL": "WARNING",
    }
    fixed = {
        "VAR_DIR": str(options.var_dir),
        "WEB_HOST": options.host,
        "PORT": str(options.port),
        "ALLOWED_HOSTS": ",".join(_host_names(options.host, environ)),
        "ONE_TIME_SIGN_IN": _word(here and not is_proxied),
        # Found wherever the start was asked for; what lies in the current folder is never imported.
        "PYTHONPATH": str(Path(dashboard.__file__).parent.parent),
        "PYTHONUNBUFFERED": "1",
    }
    return {**defaults, **{name: value for name, value in environ.items() if value}, **fixed}


def surroundings_of_command(options: Options, environ: Mapping[str, str]) -> dict[str, str]:
    """For one command: where a start has kept its key, as that start had it; elsewhere nothing is made up.

    Only a stand-in needs no settings: a key that nobody keeps is enough for it.
    """
    # What is said on the command line wins over a folder that was exported.
    environ = {**environ, **({"VAR_DIR": str(options.var_dir)} if environ.get("VAR_DIR") else {})}
    if _names_key(environ):
        return environ
    if has_settings(options, environ):
        return {**surroundings(options, environ), **environ}
    if options.command[:1] == ("demo",):
        made = {"SECRET_KEY": secrets.token_urlsafe(48), "ALLOWED_HOSTS": "localhost"}
        return {**made, "VAR_DIR": str(options.var_dir), **environ}
    return environ


def has_settings(options: Options, environ: Mapping[str, str]) -> bool:
    """Whether there is a key to run a command with: the environment's, or one that a start has kept."""
    return _names_key(environ) or (options.var_dir / keys.KEY_FILE).is_file()


def database_file(options: Options) -> Path:
    """One database for the sample data, another for each choice of folders."""
    return options.var_dir / (f"jobs-{_digest(options.jobs)}.sqlite3" if options.jobs else "quayside.sqlite3")


def _names_key(environ: Mapping[str, str]) -> bool:
    """Whether the environment has a key of its own, or names the file that holds it."""
    return "SECRET_KEY" in environ or "SECRET_KEY_FILE" in environ


def _digest(folders: Sequence[Path]) -> str:
    text = "\0".join(sorted(str(folder) for folder in folders))
    return hashlib.sha256(text.encode(errors="surrogateescape")).hexdigest()[:12]


def _host_names(host: str, environ: Mapping[str, str]) -> list[str]:
    given = [name.strip() for name in environ.get("ALLOWED_HOSTS", "").split(",") if name.strip()]
    own = f"[{host}]" if ":" in host else host
    return list(dict.fromkeys([*given, *_LOOPBACK_NAMES, own]))


def _word(value: bool) -> str:
    return "true" if value else "false"
