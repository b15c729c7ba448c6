"""What the command of every stand-in does: read its options, serve until it is interrupted, say how to reach it."""

import argparse
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from dashboard.demo.servers import Server

TAKEN = 2
"""The exit code where the port that was asked for is not free."""


def make_parser(name: str, server: str) -> argparse.ArgumentParser:
    """The options that every stand-in has: ``--port``, ``--state`` and ``--quiet``."""
    parser = argparse.ArgumentParser(prog=name, description=f"Serve a stand-in for a {server} server.")
    parser.add_argument("--port", type=int, default=0, help="by default the one it had, or else a free one")
    parser.add_argument("--state", type=Path, default=Path("var", name), help="the folder that it keeps its state in")
    parser.add_argument("--quiet", action="store_true", help="do not say how to reach it")
    return parser


def run_until_interrupted(name: str, port: int, start: Callable[[], Server], describe: Callable[[], str]) -> int:
    """Start, write what ``describe`` says, and wait for the end; the exit code, 2 where the port is taken."""
    try:
        server = start()
    except OSError as error:
        sys.stderr.write(f"{name}: It cannot answer at port {port}: {error.strerror or error}.\n")
        return TAKEN
    sys.stdout.write(describe())
    sys.stdout.flush()
    with suppress(KeyboardInterrupt):
        server.thread.join()
    server.shutdown()
    return 0


def settle(found: tuple[int, int], explain: Callable[[int, int], str]) -> int:
    """The port that was found; says so where the kept one was taken by somebody else."""
    port, taken = found
    if taken:
        sys.stderr.write(explain(taken, port) + "\n")
    return port
