import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.cache import cache
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from dashboard.domain.notices import ChannelKind, DeliveryState, NoticeEvent
from dashboard.domain.sharing import ShareScope
from dashboard.domain.statuses import RunStatus, SourceHealth
from dashboard.models import Channel, Delivery, MirrorClock, ShareLink
from dashboard.services import counting, metrics
from dashboard.services.metrics import count_request
from tests.factories import NOW, make_person, make_run, make_runs, make_source


@pytest.fixture(autouse=True)
def _nothing_kept(db):
    cache.clear()


def told():
    """Samples by name and labels."""
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(metrics.exposition().decode())
        for sample in family.samples
    }


def one(name, **labels):
    return told()[name, tuple(sorted(labels.items()))]


def test_each_source_tells_how_it_is_and_how_long_ago_it_was_well():
    make_source("Well", last_good_at=timezone.now())
    make_source(
        "Ill", health=SourceHealth.FAILING, failures=3, last_good_at=timezone.now() - timedelta(hours=1), is_paused=True
    )

    assert one("quayside_source_healthy", source="Well", kind="harbor") == 1
    assert one("quayside_source_healthy", source="Ill", kind="harbor") == 0
    assert one("quayside_source_paused", source="Ill", kind="harbor") == 1
    assert one("quayside_source_failures", source="Ill", kind="harbor") == 3
    assert 3600 <= one("quayside_source_lag_seconds", source="Ill", kind="harbor") < 3700


def test_what_is_not_known_is_not_told():
    make_source("New", health=SourceHealth.NEW, last_good_at=None, last_looked_at=None)

    names = {name for name, _ in told()}
    assert "quayside_source_lag_seconds" not in names
    assert "quayside_sync_last_look_seconds" not in names
    assert "quayside_source_healthy" in names


def test_a_name_of_a_source_cannot_break_the_format():
    make_source('"}\n# evil 1')

    assert one("quayside_source_healthy", source='"}\n# evil 1', kind="harbor") == 1


def test_only_so_many_sources_have_figures(monkeypatch):
    monkeypatch.setattr(metrics, "MOST_SOURCES", 2)
    for name in "abc":
        make_source(name)

    assert sum(name == "quayside_source_healthy" for name, _ in told()) == 2


def test_runs_are_counted_by_status_and_anew_when_the_mirror_changes():
    make_run(status=RunStatus.RUNNING)
    make_run(status=RunStatus.COMPLETED)
    assert one("quayside_runs", status="running") == 1
    assert one("quayside_runs", status="failed") == 0
    assert one("quayside_runs_unfinished") == 1

    make_run(status=RunStatus.PENDING)
    assert one("quayside_runs_unfinished") == 2
    assert one("quayside_mirror_version") == MirrorClock.now()


def test_looks_that_are_due_are_counted_but_for_those_of_paused_sources():
    now = timezone.now()
    late = make_source("Late", next_sync_at=now - timedelta(minutes=5))
    make_source("Soon", next_sync_at=now + timedelta(minutes=5))
    paused = make_source("Paused", next_sync_at=now - timedelta(days=1), is_paused=True)
    make_run(paused, status=RunStatus.RUNNING, next_sync_at=now - timedelta(days=1))
    make_run(late, status=RunStatus.RUNNING, next_sync_at=now - timedelta(seconds=30))

    assert one("quayside_syncs_due", kind="source") == 1
    assert one("quayside_syncs_due", kind="run") == 1
    assert 30 <= one("quayside_syncs_oldest_due_seconds", kind="run") < 90
    assert 300 <= one("quayside_syncs_oldest_due_seconds", kind="source") < 360


def test_links_that_are_good_and_notices_that_wait_are_counted():
    ada, run, now = make_person(), make_run(), timezone.now()
    for number, (expires, revoked) in enumerate([(1, None), (-1, None), (1, now)]):
        ShareLink.objects.create(
            token_hash=str(number), run=run, scope=ShareScope.SUMMARY, creator=ada, created_at=now,
            expires_at=now + timedelta(days=expires), revoked_at=revoked,
        )  # fmt: skip
    channel = Channel.objects.create(owner=ada, kind=ChannelKind.EMAIL, name="me", created_at=now)
    for number, state in enumerate([DeliveryState.WAITING, DeliveryState.WAITING, DeliveryState.GIVEN_UP]):
        Delivery.objects.create(channel=channel, event=NoticeEvent.ENDED, key=str(number), state=state, created_at=now)

    assert one("quayside_share_links") == 1
    assert one("quayside_deliveries", state="waiting") == 2
    assert one("quayside_deliveries", state="given_up") == 1


def test_requests_are_counted_by_method_and_class_of_status():
    before = told()
    count_request("GET", 204, 0.02)
    count_request("PROPFIND", 405, 0.5)
    count_request("MADE-UP", 405, 0.5)

    def more(name, **labels):
        key = name, tuple(sorted(labels.items()))
        return told()[key] - before.get(key, 0)

    assert more("quayside_requests_total", method="GET", status="2xx") == 1
    assert more("quayside_requests_total", method="other", status="4xx") == 2
    assert more("quayside_request_seconds_bucket", method="GET", le="0.025") == 1
    assert more("quayside_request_seconds_bucket", method="GET", le="0.01") == 0


def test_a_page_of_runs_without_end_costs_the_same_few_queries(django_assert_max_num_queries):
    make_runs(300)
    told()
    with django_assert_max_num_queries(7):
        told()


COUNT = """
import os, sys
from dashboard.services.metrics import count_request
count_request("GET", 200, 0.01)
"""
TELL = """
import sys
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
registry = CollectorRegistry()
MultiProcessCollector(registry)
sys.stdout.write(generate_latest(registry).decode())
"""


def test_processes_count_together_and_one_that_is_gone_still_counts(tmp_path, monkeypatch):
    monkeypatch.setenv(counting.FOLDER, "")
    counting.begin(tmp_path / "metrics", 8000, now=NOW)
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "tests.settings", "PYTHONPATH": str(Path.cwd()), "PYTHONWARNINGS": "ignore",
    }  # fmt: skip

    def run(code):
        begin = "import django; django.setup()\n"
        return subprocess.run(
            [sys.executable, "-c", begin + code], env=environment, check=True, capture_output=True, text=True
        ).stdout

    for _ in range(2):
        run(COUNT)

    assert 'quayside_requests_total{method="GET",status="2xx"} 2.0' in run(TELL)


def test_a_start_counts_from_zero(tmp_path, monkeypatch):
    monkeypatch.setenv(counting.FOLDER, "")
    counting.begin(tmp_path, 8000, now=NOW)
    folder = Path(os.environ[counting.FOLDER])
    (folder / "counter_1.db").write_bytes(b"old")
    counting.begin(tmp_path, 8000, now=NOW)

    assert list(folder.iterdir()) == []
    assert os.environ[counting.FOLDER] == str(folder)
