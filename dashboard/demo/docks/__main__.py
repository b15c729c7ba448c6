"""``python -m dashboard.demo.docks --port N --state DIR``: the stand-in alone, until it is interrupted."""

import argparse
import sys
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from dashboard.demo.docks.application import make_app
from dashboard.demo.docks.credentials import HOST, describe, explain_taken, keep_credentials, keep_port, settle_port
from dashboard.demo.docks.servers import Server, serve

TAKEN = 2
"""The exit code where the port that was asked for is not free."""


def start(folder: Path, port: int = 0) -> Server:
    """Serve the stand-in of a folder on loopback; without a port on the one it had, or else a free one.

    Raises ``OSError`` when the port that is asked for is taken.
    """
    credentials = keep_credentials(folder)
    app = make_app(folder, now=lambda: datetime.now(UTC), token=credentials.token, tenant=credentials.tenant)
    server = serve(app, HOST, port or _own_port(folder))
    app.base_url = server.url
    keep_port(folder, server.port)
    return server


def _own_port(folder: Path) -> int:
    settled, taken = settle_port(folder)
    if taken:
        sys.stderr.write(explain_taken(taken, settled.port) + "\n")
    return settled.port


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve, and say how to reach it; the exit code."""
    options = _parser().parse_args(arguments)
    try:
        server = start(options.state, options.port)
    except OSError as error:
        sys.stderr.write(f"docks: It cannot answer at port {options.port}: {error.strerror or error}.\n")
        return TAKEN
    if not options.quiet:
        sys.stdout.write(describe(keep_credentials(options.state)))
        sys.stdout.flush()
    with suppress(KeyboardInterrupt):
        server.thread.join()
    server.shutdown()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="docks", description="Serve a stand-in for a Docks server.")
    parser.add_argument("--port", type=int, default=0, help="by default the one it had, or else a free one")
    parser.add_argument("--state", type=Path, default=Path("var/docks"), help="the folder that it keeps its state in")
    parser.add_argument("--quiet", action="store_true", help="do not say how to reach it")
    return parser


if __name__ == "__main__":
    sys.exit(main())
