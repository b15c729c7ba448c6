"""``demo``: a stand-in of a run API alone, to try a client or the dashboard on."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from dashboard.demo.docks import __main__ as docks


class Command(BaseCommand):
    """Serve the stand-in until it is interrupted; first print the settings with which a client reaches it."""

    help = "Serve a stand-in for a Docks server on this machine, and print what a client has to know."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", choices=["docks"], help="which stand-in")
        parser.add_argument("--port", type=int, default=0, help="by default the one it had, or else a free one")
        parser.add_argument("--state", type=Path, help="the folder that it keeps its state in (VAR_DIR/docks)")

    def handle(self, *_args: object, **options: Any) -> None:
        state: Path = options["state"] or settings.VAR_DIR / "docks"
        if code := docks.main(["--port", str(options["port"]), "--state", str(state)]):
            raise SystemExit(code)
