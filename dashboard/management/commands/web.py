"""``web``: serves the pages."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import connections
from django.utils import timezone

# The WSGI server.
from granian.constants import HTTPModes, Interfaces, SSLProtocols
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server import Server
from granian.server.common import AbstractServer

from dashboard import environment
from dashboard.domain.statuses import SourceKind
from dashboard.services import counting, sign_in, sources
from dashboard.start import checks, stand_ins

OPEN_PAGES = 4096
"""Connections that one process keeps open: browsers keep theirs between polls; one too many waits for another's end."""
HEAD_WITHIN = timedelta(seconds=15)
"""For the head of a request to arrive: a connection that sends it slowly, or nothing, is closed then. So is one that
idles; browsers that are between polls ask again before, and those in hidden tabs long after, not just when it ends."""
LARGEST_HEAD = 65_536
"""Bytes of a request's first line and headers; more is answered with 431."""
STOP_WITHIN = 1
"""Seconds that pages under way have to be finished when the server is asked to end."""


class Command(BaseCommand):
    """Serve pages at WEB_HOST and PORT until SIGTERM or SIGINT; first note what a start has to say."""

    help = "Serve the pages. WEB_HOST, PORT, WEB_WORKERS and WEB_THREADS come from the environment."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--folder", action="append", default=[], type=Path, help="a folder of jobs to show")
        parser.add_argument("--sample", type=Path, help="the folder of sample jobs to show")
        for kind in stand_ins.KINDS:
            parser.add_argument(f"--{kind.name}", type=Path, help=f"the folder of the stand-in {kind.server} server")
        parser.add_argument("--link-hash", help="SHA-256 of the one-time sign-in link's token")

    def handle(self, *_args: object, **options: Any) -> None:
        values = environment.read()
        checks.check_network(values["WEB_HOST"], os.environ)
        now = timezone.now()
        sources.register_folders(options["folder"], now=now)
        if options["sample"]:
            sources.register_sample(options["sample"], now=now)
        for kind in stand_ins.KINDS:
            folder = options[kind.name]
            if folder and (found := stand_ins.read(kind, folder)):
                sources.register_stand_in(
                    SourceKind(kind.name), found.host, found.port, tenant=found.tenant, token=found.token, now=now
                )
        if options["link_hash"]:
            sign_in.offer_link(options["link_hash"], now=now)
        # Beside another such process of this machine, or of another that shares the folder: each counts for itself.
        counting.begin(values["VAR_DIR"].absolute() / "metrics", values["PORT"], now=now)
        # The worker processes are forks of this one: they open connections of their own.
        connections.close_all()
        server(values).serve()


def server(values: dict[str, Any]) -> AbstractServer[Any]:
    """The server that these settings describe."""
    return Server(
        "dashboard.wsgi:application",
        address=values["WEB_HOST"],
        port=values["PORT"],
        interface=Interfaces.WSGI,
        workers=values["WEB_WORKERS"],
        blocking_threads=values["WEB_THREADS"],
        backlog=OPEN_PAGES,
        backpressure=OPEN_PAGES,
        websockets=False,
        # Where HTTP/2 may come, too, the server waits for a first byte for ever.
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(
            header_read_timeout=int(HEAD_WITHIN.total_seconds() * 1000), max_buffer_size=LARGEST_HEAD
        ),
        log_level=LogLevels.error,
        respawn_failed_workers=values["WEB_WORKERS"] > 1,
        workers_kill_timeout=STOP_WITHIN,
        ssl_cert=_file(values["TLS_CERTIFICATE"]),
        ssl_key=_file(values["TLS_KEY"]),
        ssl_protocol_min=SSLProtocols.tls13,
    )


def _file(path: str) -> Path | None:
    return Path(path) if path else None
