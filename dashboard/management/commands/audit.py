"""``audit``: whether the audit log is what was recorded, and trimming it now."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from dashboard.services import audit_chain


class Command(BaseCommand):
    """Walk along the chain of entries; ends with 1 where it is broken."""

    help = "Check the audit log, or remove what is older than the team keeps."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--verify", action="store_true", help="walk along the whole log and tell what is broken")
        parser.add_argument("--holds", default="", metavar="HASH", help="with --verify: and is this entry still there?")
        parser.add_argument("--trim", action="store_true", help="remove what is older than is kept, now")

    def handle(self, *_args: object, **options: Any) -> None:
        if not (options["verify"] or options["trim"]):
            raise CommandError("Say --verify or --trim.")
        if options["trim"]:
            self.stdout.write(f"{audit_chain.trim(timezone.now())} entries removed.")
        if options["verify"]:
            self._verify(options["holds"])

    def _verify(self, holds: str) -> None:
        verdict = audit_chain.verify(holds=holds)
        if verdict.broken is not None:
            entry = verdict.broken
            raise CommandError(f"Broken at entry {entry.pk} of {entry.at:%Y-%m-%d %H:%M:%S} UTC. {verdict.fault}")
        if not verdict.is_whole:
            raise CommandError(verdict.fault)
        self.stdout.write(
            f"{verdict.n_entries} entries, each as it was recorded. Last hash: {verdict.last_hash or '-'}"
        )
