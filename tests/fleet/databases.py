"""A database of one's own: a file, or one on the PostgreSQL server that tests run on."""

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

SERVER, CACHE = "TEST_DATABASE_URL", "TEST_CACHE_URL"
"""Environment variables that name a PostgreSQL and a Redis for tests."""


@contextmanager
def database(server: str | None = None, cache: str | None = None) -> Iterator[dict[str, str]]:
    """Settings of a fresh database: empty ones for the file of an installation, where no server is named."""
    server = os.environ.get(SERVER, "") if server is None else server
    if not server:
        yield {}
        return
    # Only installed where PostgreSQL may be used.
    import psycopg  # noqa: PLC0415

    name = f"fleet_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')  # type: ignore[arg-type]
    parts = urlsplit(server)
    found = {"DATABASE_URL": urlunsplit(parts._replace(path=f"/{name}"))}
    cache = os.environ.get(CACHE, "") if cache is None else cache
    if cache:
        # Its keys begin with a word made of the database's name, so one server serves many.
        found["CACHE_URL"] = f"{cache}/15"
    try:
        yield found
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')  # type: ignore[arg-type]
