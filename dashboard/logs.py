"""Structured logs: one JSON object a line (or plain text for a terminal), the same fields everywhere."""

import logging
import re
import time
from typing import Any
from urllib.parse import quote

_IN_UTC = {"converter": time.gmtime}
"""Attributes of each formatter: no log depends on the zone of the machine that wrote it."""

_SECRET = re.compile(
    r"(?:(?<=/sign-in/once/)|(?<=/reports/frame/)|(?<=^/frames/)|(?<=^/s/)|(?<=^/watches/stop/))[^/]+"
    r"|(?<=^/sign-in/password/).+"
)


def masked(path: str) -> str:
    """The path as it may stand in a log: on one line, without the secret of a one-time or share link or a frame."""
    return quote(_SECRET.sub("***", path), safe="/*@:+,;=~")


class Masking(logging.Filter):
    """What Django logs about requests: their paths without secrets, and nothing else of them."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Every record; those of Django with their paths masked."""
        if not record.name.startswith("django."):
            return True
        vars(record).pop("request", None)
        if isinstance(record.args, tuple):
            record.args = tuple(masked(arg) if isinstance(arg, str) and "/" in arg else arg for arg in record.args)
        return True


def logging_config(*, level: str, style: str) -> dict[str, Any]:
    """A ``dictConfig`` that writes everything to standard error; ``style`` is ``json`` or ``text``."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {
                "()": "pythonjsonlogger.json.JsonFormatter",
                ".": _IN_UTC,
                "fmt": "%(asctime)s %(levelname)s %(name)s %(message)s",
                "rename_fields": {"asctime": "time", "levelname": "level", "name": "logger"},
            },
            "text": {
                "()": "logging.Formatter",
                ".": _IN_UTC,
                "fmt": "%(asctime)s %(levelname)-7s %(name)s  %(message)s",
                "datefmt": "%H:%M:%S",
            },
        },
        "filters": {"masking": {"()": Masking}},
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "formatter": "text" if style == "text" else "json",
                "filters": ["masking"],
            }
        },
        "root": {"handlers": ["stderr"], "level": "WARNING"},
        "loggers": {
            "quayside": {"level": level},
            "django.request": {"level": "ERROR", "filters": ["masking"]},
            "django.server": {"level": "WARNING"},
            # Its warnings quote whole addresses, queries included.
            "urllib3": {"level": "ERROR"},
        },
    }
