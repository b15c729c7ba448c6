"""``prepare``: what a start needs that is not there yet."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from django.db import connection

from dashboard.demo.carrot import places as carrot
from dashboard.demo.docks import credentials as docks
from dashboard.start import stamps


class Command(BaseCommand):
    """Make or migrate the tables, collect the static files, write samples; each where asked for."""

    help = "Prepare the database, static files and samples."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--database", action="store_true", help="make or migrate the tables")
        parser.add_argument("--static-files", action="store_true", help="collect the static files")
        parser.add_argument("--sample", type=Path, help="a folder to be made, with sample jobs in it")
        parser.add_argument("--docks", type=Path, help="the folder of a stand-in Docks server, for its keys and port")
        parser.add_argument("--carrot", type=Path, help="the folder of a stand-in CARROT server, for its port")

    def handle(self, *_args: object, **options: Any) -> None:
        if options["database"]:
            call_command("migrate", interactive=False, verbosity=0)
            _mark_database()
        if options["static_files"]:
            mark = stamps.static_mark()
            call_command("collectstatic", interactive=False, verbosity=0)
            stamps.mark_file(settings.VAR_DIR).write_text(mark)
        if options["sample"]:
            call_command("sample", options["sample"], verbosity=0)
        if options["docks"]:
            settled, taken = docks.settle_port(options["docks"])
            if taken:
                self.stdout.write(docks.explain_taken(taken, settled.port))
        if options["carrot"]:
            port, taken = carrot.settle_port(options["carrot"])
            if taken:
                self.stdout.write(carrot.explain_taken(taken, port))


def _mark_database() -> None:
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA user_version = {stamps.database_mark():d}")
