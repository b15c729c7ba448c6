"""A start from beginning to end: check, prepare what is missing, run, say where to look."""

import os
import secrets
import signal
import subprocess  # our own commands, without a shell  # nosec B404
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from types import FrameType

from dashboard.start import answering, checks, keys, stamps, stand_ins
from dashboard.start.addresses import link_path, own_address
from dashboard.start.faults import StartFault
from dashboard.start.options import Options, parse
from dashboard.start.stand_ins import StandIn
from dashboard.start.supervisor import command, module, supervise
from dashboard.start.surroundings import database_file, has_settings, surroundings, surroundings_of_command

BROKE = 1
NOT_STARTED = 2
INTERRUPTED = 130

SAMPLE_FOLDER = "sample-jobs"


def run(arguments: Sequence[str]) -> int:
    """What ``quayside`` does with these arguments; the exit code. A fault is said in a sentence."""
    try:
        options = parse(arguments, os.environ)
        return _run_command(options) if options.command else _start(options)
    except StartFault as fault:
        sys.stderr.write(f"quayside: {fault}\n")
        return NOT_STARTED
    except KeyboardInterrupt:
        return INTERRUPTED if options.command else 0


def run_command(words: Sequence[str]) -> int:
    """What ``manage.py`` does with these words: a command as ``quayside`` runs it, with the settings of a start."""
    try:
        is_named = bool(words) and not words[0].startswith("-")
        options = parse(words if is_named else [], os.environ)
        return _run_command(options if is_named else replace(options, command=tuple(words)))
    except StartFault as fault:
        sys.stderr.write(f"quayside: {fault}\n")
        return NOT_STARTED
    except KeyboardInterrupt:
        return INTERRUPTED


def _run_command(options: Options) -> int:
    """One of Django's commands or ours, in this process."""
    if options.command[:1] == ("link",) and not has_settings(options, os.environ):
        raise StartFault(f"No dashboard keeps its files in {options.var_dir}. Give the --var (VAR_DIR=) of the start.")
    os.environ.update(surroundings_of_command(options, os.environ))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dashboard.settings")
    # Only here: a start does without Django.
    from django.core.management import execute_from_command_line  # noqa: PLC0415

    execute_from_command_line(["quayside", *options.command])
    return 0


def _start(options: Options) -> int:
    signal.signal(signal.SIGTERM, _interrupt)
    for folder in options.jobs:
        checks.check_folder(folder)
    # Whether there is a link is settled by the start itself, whatever was set.
    checks.check_network(options.host, os.environ | {"ONE_TIME_SIGN_IN": ""})
    checks.check_port(options.host, options.port)
    # What is kept is for its owner alone: sessions and keys are among it.
    os.umask(0o077)
    keys.make_folder(options.var_dir)
    environ = surroundings(options, os.environ)
    _prepare(options, environ)
    return _serve(options, environ)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _prepare(options: Options, environ: Mapping[str, str]) -> None:
    """Tables, static files and sample data, if they are not there; in a process of its own, which imports Django."""
    missing = _missing(options)
    if not missing:
        return
    _say("Preparing the database and files …")
    if subprocess.run(command("prepare", *missing), env=dict(environ), check=False).returncode:  # noqa: S603  # nosec B603
        raise StartFault("That could not be prepared; the reason stands above.")


def _missing(options: Options) -> list[str]:
    """Arguments of ``prepare``; none where everything is there. Only of a file do we know what is in it."""
    missing = []
    if "DATABASE_URL" in os.environ or not stamps.is_migrated(database_file(options)):
        missing += ["--database"]
    if not stamps.are_static_files_collected(options.var_dir):
        missing += ["--static-files"]
    return missing if options.jobs else missing + _missing_samples(options)


def _missing_samples(options: Options) -> list[str]:
    folder = _sample_folder(options)
    missing = [] if folder.is_dir() else ["--sample", str(folder)]
    for kind in stand_ins.KINDS:
        state = kind.folder_in(options.var_dir)
        stand_in = stand_ins.read(kind, state)
        if stand_in is None or not stand_ins.can_run(stand_in):
            missing += [f"--{kind.name}", str(state)]
    return missing


def _stand_ins(options: Options) -> list[StandIn]:
    if options.jobs:
        return []
    found = [stand_ins.read(kind, kind.folder_in(options.var_dir)) for kind in stand_ins.KINDS]
    return [stand_in for stand_in in found if stand_in is not None]


def _sample_folder(options: Options) -> Path:
    return options.var_dir / SAMPLE_FOLDER


def _serve(options: Options, environ: Mapping[str, str]) -> int:
    samples = _stand_ins(options)
    is_local = checks.is_on(environ, "ONE_TIME_SIGN_IN")
    token = secrets.token_urlsafe(32) if is_local else ""
    has_tls = checks.has_tls(environ)
    said = greeting(options, token, has_tls=has_tls, samples=samples)
    answering.tell_when_answering(options.host, options.port, has_tls=has_tls, tell=lambda: _say(said))
    ended = supervise(_processes(options, token, samples), environ=environ, write=_write)
    if ended is None:
        return 0
    sys.stderr.write(f"quayside: the {ended} process ended by itself, so everything was stopped.\n")
    return BROKE


def _processes(options: Options, token: str, samples: Sequence[StandIn]) -> dict[str, list[str]]:
    processes = {"web": command("web", *_web_arguments(options, token)), "sync": command("sync")}
    for sample in samples:
        if not sample.is_answering():
            state = str(sample.kind.folder_in(options.var_dir))
            words = ["--state", state, "--port", str(sample.port), "--quiet"]
            processes[sample.kind.name] = module(sample.kind.module, *words)
    return processes


def _web_arguments(options: Options, token: str) -> list[str]:
    arguments = ["--link-hash", sha256(token.encode()).hexdigest()] if token else []
    if not options.jobs:
        arguments += ["--sample", str(_sample_folder(options))]
        return arguments + [
            word for kind in stand_ins.KINDS for word in (f"--{kind.name}", str(kind.folder_in(options.var_dir)))
        ]
    return arguments + [word for folder in options.jobs for word in ("--folder", str(folder))]


def greeting(options: Options, token: str, *, has_tls: bool, samples: Sequence[StandIn] = ()) -> str:
    """Where to look, what is shown there and how to end it; the sign-in link is a line of its own."""
    address = own_address(options.host, options.port, has_tls=has_tls)
    shown = (
        ", ".join(map(str, options.jobs)) or "sample data. Your own jobs: make run JOBS=/path, quayside --jobs /path"
    )
    lines = [f"Quayside answers at {address} and shows {shown}."]
    if token:
        lines += ["To sign in, open this link once, within ten minutes:", "", f"{address}{link_path(token)}", ""]
    for sample in samples:
        server, client = sample.kind.server, sample.kind.client
        lines += [f"A stand-in {server} server is among the samples. With this it can be tried from {client}, too:", ""]
        lines += [*sample.lines.splitlines(), ""]
    return "\n".join([*lines, "Ctrl-C ends it."])


def _say(text: str) -> None:
    _write(f"{text}\n")


def _write(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()
