"""``rotate_tokens``: encrypts every stored secret anew with the first key of ``TOKEN_KEYS``."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from dashboard.services import sealing


class Command(BaseCommand):
    """Say how many secrets were encrypted anew, and how many no key opens; ends with 1 where there are such."""

    help = "Encrypt every stored secret anew with the first key in TOKEN_KEYS, so that the other keys can go."

    def handle(self, *_args: object, **_options: Any) -> None:
        if not settings.TOKEN_KEYS:
            raise CommandError("TOKEN_KEYS names no key. Nothing was changed.")
        done = sealing.rotate()
        for each in done:
            self.stdout.write(f"{each.column}: {each.n_sealed} encrypted anew, {each.n_unreadable} that no key opens")
        if any(each.n_unreadable for each in done):
            raise CommandError(
                "Some secrets cannot be read with these keys. They were left as they are: keep the keys."
            )
