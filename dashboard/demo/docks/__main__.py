"""``python -m dashboard.demo.docks --port N --state DIR``: the stand-in alone, until it is interrupted."""

import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from dashboard.demo.commands import make_parser, run_until_interrupted, settle
from dashboard.demo.docks.application import make_app
from dashboard.demo.docks.credentials import describe, explain_taken, keep_credentials, keep_port, settle_port
from dashboard.demo.ports import HOST
from dashboard.demo.servers import Server, serve


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
    return settle((settled.port, taken), explain_taken)


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve, and say how to reach it; the exit code."""
    options = make_parser("docks", "Docks").parse_args(arguments)
    return run_until_interrupted(
        "docks",
        options.port,
        start=lambda: start(options.state, options.port),
        describe=lambda: "" if options.quiet else describe(keep_credentials(options.state)),
    )


if __name__ == "__main__":
    sys.exit(main())
