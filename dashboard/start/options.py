"""What may be said on the command line of ``quayside``."""

import argparse
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from dashboard import __version__
from dashboard.start.faults import StartFault

DEFAULT_PORT = 8000
HIGHEST_PORT = 65_535

_EPILOG = """\
What differs between installations comes from the environment: see docs/reference/settings.md.
`quayside COMMAND [options]` runs a command of the dashboard, such as createsuperuser; `quayside help` lists them.
"""

_WITH_A_PORT = "demo"
"""The command that has a ``--port`` of its own: what stands behind it is its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """A start, as asked for. ``jobs`` are absolute; none of them means sample data.

    ``command`` are the words of one of Django's or our own commands, to be run instead; empty: start.
    """

    jobs: tuple[Path, ...]
    host: str
    port: int
    var_dir: Path
    command: tuple[str, ...] = ()


def parse(arguments: Sequence[str], environ: Mapping[str, str]) -> Options:
    """The options said; what is not said comes from the environment. Raises ``StartFault``, or exits to help."""
    said = _parser().parse_args(arguments)
    command = _command(said)
    return Options(
        jobs=tuple(dict.fromkeys(path.absolute() for text in said.jobs for path in _folders(text))),
        host=said.host or environ.get("WEB_HOST") or "127.0.0.1",
        port=_port(said.port or environ.get("PORT") or str(DEFAULT_PORT)),
        var_dir=Path(said.var or environ.get("VAR_DIR") or "var").absolute(),
        command=command,
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="quayside",
        description="The team dashboard for runs. Without --jobs it shows sample data.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        parents=[_options()],
    )
    parser.add_argument("command", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
    parser.add_argument("--version", action="version", version=f"Quayside {__version__}")
    return parser


def _options() -> argparse.ArgumentParser:
    """What may stand before a command and behind it."""
    parser = argparse.ArgumentParser(prog="quayside", add_help=False, allow_abbrev=False)
    parser.add_argument(
        "--jobs", action="append", default=[], metavar="FOLDER", help=f"a folder of jobs; several, or A{os.pathsep}B"
    )
    parser.add_argument("--port", metavar="N", help=f"port to answer at ({DEFAULT_PORT})")
    parser.add_argument("--host", metavar="ADDRESS", help="address to answer at (127.0.0.1: this machine alone)")
    parser.add_argument("--var", metavar="FOLDER", help="where the database and keys are kept (var)")
    return parser


def _command(said: argparse.Namespace) -> tuple[str, ...]:
    """The command and what is its own; options of ours that stand behind it are said now, as if they stood before."""
    words: list[str] = said.command
    if words[:1] in ([], [_WITH_A_PORT]):
        return tuple(words)
    end = words.index("--") if "--" in words else len(words)
    _, own = _options().parse_known_args(words[1:end], said)
    return (words[0], *own, *words[end:])


def _folders(text: str) -> list[Path]:
    """One folder, or several with colons between; a folder that has a colon in its name is taken as it stands."""
    if not text.strip():
        raise StartFault("--jobs needs the path of a folder.")
    whole = Path(text).expanduser()
    return [whole] if whole.exists() else [Path(part).expanduser() for part in text.split(os.pathsep) if part]


def _port(text: str) -> int:
    if text.isascii() and text.isdigit() and 0 < int(text) <= HIGHEST_PORT:
        return int(text)
    raise StartFault(f"“{text}” is not a port: a number from 1 to {HIGHEST_PORT} is.")
