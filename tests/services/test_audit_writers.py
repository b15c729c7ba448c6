"""Many who record at the same time."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from dashboard.domain.audits import AuditAction
from dashboard.models import AuditEntry
from dashboard.services import audit, audit_chain
from tests.fixtures.databases import shared_database

__all__ = ["shared_database"]


@pytest.mark.usefixtures("shared_database")
@pytest.mark.django_db(transaction=True)
def test_writers_at_the_same_time_make_one_chain():
    barrier = threading.Barrier(6)

    def write(number):
        try:
            barrier.wait(timeout=30)
            for each in range(5):
                audit.record(AuditAction.CHANGED, None, detail={"writer": number, "n": each})
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        for done in [pool.submit(write, number) for number in range(6)]:
            done.result(timeout=60)
    verdict = audit_chain.verify()
    assert (verdict.is_whole, verdict.n_entries) == (True, 30)
    assert len(set(AuditEntry.objects.values_list("previous_hash", flat=True))) == 30
