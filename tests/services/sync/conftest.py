from datetime import timedelta

import pytest

from dashboard.models import Source
from dashboard.services.sync import looks
from tests.contract.records import START, uuid_of
from tests.fixtures.databases import shared_database

__all__ = ["shared_database"]


@pytest.fixture
def look_at_tests(tests_source, clock):
    """Looks at the source of tests of pipelines once and gives it as it is then."""

    def once(is_stopped=looks.never):
        looks.look_at_source(tests_source.pk, clock, is_stopped)
        return Source.objects.get(pk=tests_source.pk)

    return once


@pytest.fixture
def put_runs(tests_world):
    """Puts as many finished runs as asked for into the world, a minute apart, and gives their ids, the newest first."""

    def put(count, **fields):
        made = [
            tests_world.put_test(
                uuid_of(number), name=f"run {number}", started_at=START + timedelta(minutes=number), **fields
            )
            for number in range(count)
        ]
        return made[::-1]

    return put
