"""``demo``: a stand-in of a run API alone, to try a client or the dashboard on."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from dashboard.demo.carrot import Mode
from dashboard.demo.carrot import __main__ as carrot
from dashboard.demo.docks import __main__ as docks

STAND_INS = {"carrot": carrot, "docks": docks}


class Command(BaseCommand):
    """Serve the stand-in until it is interrupted; first print the settings with which a client reaches it."""

    help = "Serve a stand-in for a CARROT or a Docks server on this machine, and print what a client has to know."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", choices=list(STAND_INS), help="which stand-in")
        parser.add_argument("--port", type=int, default=0, help="by default the one it had, or else a free one")
        parser.add_argument("--state", type=Path, help="the folder that it keeps its state in (VAR_DIR/NAME)")
        parser.add_argument("--mode", choices=list(Mode), help="of CARROT: how queries are taken (strict)")

    def handle(self, *_args: object, **options: Any) -> None:
        name: str = options["name"]
        state: Path = options["state"] or settings.VAR_DIR / name
        arguments = ["--port", str(options["port"]), "--state", str(state)]
        if options["mode"]:
            arguments += ["--mode", _mode_of(name, options["mode"])]
        if code := STAND_INS[name].main(arguments):
            raise SystemExit(code)


def _mode_of(name: str, mode: str) -> str:
    if name != "carrot":
        raise CommandError("Only the stand-in CARROT server has modes.")
    return mode
