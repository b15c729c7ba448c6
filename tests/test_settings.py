"""What the settings make of the environment."""

import os
import subprocess
import sys

import pytest
from django.conf import settings

from dashboard import environment

_ASK_FOR_NOON = """
import django
django.setup()
from dashboard.sources.values import moment_of
print(moment_of("2026-11-21T12:00:00", None).isoformat())
import logging
print(logging.getLogger().handlers[0].format(logging.makeLogRecord({"created": 0.0}))[:8])
"""


def test_connections_to_the_database_are_kept_and_checked():
    database = settings.DATABASES["default"]
    assert (database["CONN_MAX_AGE"], database["CONN_HEALTH_CHECKS"]) == (600, True)


@pytest.mark.parametrize(("zone", "noon"), [("America/New_York", "17:00"), ("Asia/Tokyo", "03:00")])
def test_the_process_stays_in_the_machines_own_zone_but_logs_are_in_utc(zone, noon):
    environ = {**os.environ, "TZ": zone, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    command = [sys.executable, "-c", _ASK_FOR_NOON]
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    assert done.stdout.split() == [f"2026-11-21T{noon}:00+00:00", "00:00:00"]


def test_cache_keys_name_the_database_and_the_version(monkeypatch):
    here = settings.CACHES["default"]["KEY_PREFIX"]
    database = settings.DATABASES["default"]
    prefixes = {environment.cache_prefix({**database, part: "other"}) for part in ("HOST", "PORT", "NAME")}
    monkeypatch.setattr(environment, "__version__", "0.0.0")
    prefixes.add(environment.cache_prefix(database))
    assert len({here, *prefixes}) == 5
