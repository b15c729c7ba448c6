"""``python -m dashboard.demo.carrot --port N --state DIR [--mode strict|lenient]``: the stand-in alone."""

import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from dashboard.demo.carrot.application import make_app
from dashboard.demo.carrot.desks import Mode
from dashboard.demo.carrot.places import describe, explain_taken, keep_port, kept_port, settle_port
from dashboard.demo.commands import make_parser, run_until_interrupted, settle
from dashboard.demo.ports import HOST
from dashboard.demo.servers import Server, serve


def start(folder: Path, port: int = 0, mode: str = Mode.STRICT) -> Server:
    """Serve the stand-in of a folder on loopback; without a port on the one it had, or else a free one.

    Raises ``OSError`` when the port that is asked for is taken.
    """
    app = make_app(folder, now=lambda: datetime.now(UTC), mode=mode)
    server = serve(app, HOST, port or settle(settle_port(folder), explain_taken))
    app.base_url = server.url
    keep_port(folder, server.port)
    return server


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve, and say how to reach it; the exit code."""
    parser = make_parser("carrot", "CARROT")
    parser.add_argument("--mode", choices=list(Mode), default=Mode.STRICT, help="how queries are taken (strict)")
    options = parser.parse_args(arguments)
    return run_until_interrupted(
        "carrot",
        options.port,
        start=lambda: start(options.state, options.port, options.mode),
        describe=lambda: "" if options.quiet else describe(kept_port(options.state)),
    )


if __name__ == "__main__":
    sys.exit(main())
