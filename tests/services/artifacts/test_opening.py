"""Files of a Docks server over real connections: opened by those who may, fetched once."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from dashboard.domain.errors import SourceError
from dashboard.domain.statuses import RunStatus
from dashboard.models.sealed import Sealed
from dashboard.services import artifacts
from dashboard.services.artifacts import blocks
from dashboard.services.artifacts.blocks import BLOCK
from tests import factories
from tests.fixtures.docks import docks
from tests.sources.docks.fake import TENANT, TOKEN, trial

__all__ = ["docks"]

pytestmark = [pytest.mark.django_db, pytest.mark.allow_hosts(["127.0.0.1"])]

LOG = bytes(range(256)) * 2_048
PATH = "/out/agent.log"


@pytest.fixture(autouse=True)
def _cached(settings, tmp_path):
    settings.VAR_DIR, settings.ARTIFACT_CACHE_MB = tmp_path / "var", 16


@pytest.fixture
def logs(docks):
    """The trial whose log it is."""
    docks.evaluations["e1"] = {"id": "e1", "name": "Nightly", "status": "completed"}
    docks.trials["e1"] = [trial("t1", logs_uri=docks.put_file(PATH.removeprefix("/"), LOG))]
    source = factories.make_source(
        "Docks", kind="docks", address=docks.url, tenant=TENANT, token=Sealed.of(TOKEN),
        allowed_endpoints=[["127.0.0.1", docks.port]],
    )  # fmt: skip
    run = factories.make_run(source, external_id="eval/e1", name="Nightly")
    return factories.make_trial(run, external_id="t1")


def read(trial, offset=0, length=512 * 1024):
    with artifacts.open_file(trial.run, trial, "logs.log") as reader:
        return reader.read(offset, length)


def n_asked(docks):
    return len(parts(docks))


def parts(docks):
    """Which part each request for the log wanted."""
    return [request.headers.get("range") for request in docks.requests if request.target == PATH]


def test_eight_readers_at_once_ask_the_source_once(docks, logs):
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(lambda _: read(logs), range(8))) == {LOG}
    # One goes on with its answer for the next block; another who is quicker asks for that block.
    assert n_asked(docks) <= len(LOG) // BLOCK
    n_before = len(docks.requests)
    assert read(logs, 300_000, 10) == LOG[300_000:300_010]
    assert len(docks.requests) == n_before


@pytest.fixture
def long(docks, logs):
    """The same with a log of eight blocks and a bit."""
    docks.files[PATH] = b"".join(b"line %026d\n" % number for number in range(8 * BLOCK // 32)) + b"more\nthe end\n"
    return docks.files[PATH]


def test_the_end_of_a_long_file_costs_one_request_for_its_size_and_one_for_its_block(docks, logs, long):
    assert artifacts.ending(logs.run, logs, "logs.log", limit=10).text == "the end\n"
    assert parts(docks) == ["bytes=0-", f"bytes={8 * BLOCK}-"]


def test_the_end_of_a_long_file_costs_one_request_where_its_size_is_known(docks, logs, long):
    read(logs, 0, 10)
    n_before = n_asked(docks)
    assert artifacts.ending(logs.run, logs, "logs.log", limit=10).text == "the end\n"
    assert parts(docks)[n_before:] == [f"bytes={8 * BLOCK}-"]


def test_a_long_file_is_asked_for_once_where_reading_begins(docks, logs, long):
    with artifacts.open_file(logs.run, logs, "logs.log", at=3 * BLOCK + 7) as reader:
        assert reader.read(3 * BLOCK + 7, 9 * BLOCK) == long[3 * BLOCK + 7 :]
    assert parts(docks) == [f"bytes={3 * BLOCK}-"]


def test_a_file_that_became_shorter_is_opened_where_it_no_longer_goes(docks, logs):
    with artifacts.open_file(logs.run, logs, "logs.log", at=9 * BLOCK) as reader:
        assert (reader.size, reader.read(9 * BLOCK, 1), reader.read(0, BLOCK)) == (len(LOG), b"", LOG[:BLOCK])
    assert parts(docks) == [f"bytes={9 * BLOCK}-", "bytes=0-"]


def test_a_server_that_knows_no_parts_is_asked_no_more_often_than_there_are_blocks(docks, logs):
    docks.knows_ranges = False
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(lambda _: read(logs), range(8))) == {LOG}
    assert 1 <= n_asked(docks) <= len(LOG) // BLOCK


def test_a_source_that_gives_no_more_leaves_what_was_read(docks, logs):
    with artifacts.open_file(logs.run, logs, "logs.log") as reader:
        reader.read(0, 10)
    del docks.files[PATH]
    with artifacts.open_file(logs.run, logs, "logs.log") as reader:
        assert reader.read(0, BLOCK) == LOG[:BLOCK]
        with pytest.raises(SourceError):
            reader.read(BLOCK, 1)


def test_a_source_with_another_token_has_nothing_of_this_one(docks, logs):
    assert read(logs) == LOG
    other = factories.make_source(
        "Other", kind="docks", address=docks.url, tenant=TENANT, token=Sealed.of("another"),
        allowed_endpoints=[["127.0.0.1", docks.port]],
    )  # fmt: skip
    run = factories.make_run(other, external_id="eval/e1")
    with pytest.raises(SourceError):
        read(factories.make_trial(run, external_id="t1"))


@pytest.mark.parametrize("headers", [{"ETag": ""}, {"ETag": 'W/"one"'}])
def test_a_file_whose_etag_says_too_little_is_asked_for_each_time(docks, logs, headers):
    docks.file_headers = headers
    read(logs)
    n_before = n_asked(docks)
    docks.files[PATH] = LOG[::-1]
    assert read(logs) == LOG[::-1]
    assert n_asked(docks) > n_before


@pytest.mark.parametrize(("status", "is_asked"), [(RunStatus.RUNNING, True), (RunStatus.COMPLETED, False)])
def test_a_file_of_a_run_that_goes_on_is_looked_at_sooner(docks, logs, monkeypatch, status, is_asked):
    logs.run.status = status
    read(logs, 0, 10)
    n_before = len(docks.requests)
    later = blocks.now() + 5
    monkeypatch.setattr(blocks, "now", lambda: later)
    read(logs, 0, 10)
    assert (len(docks.requests) > n_before) is is_asked


def test_files_of_this_machine_are_not_copied(logs, settings, monkeypatch):
    able = artifacts.opening.capabilities(logs.run.source)
    monkeypatch.setattr(artifacts.opening, "capabilities", lambda _: replace(able, is_local=True))
    assert read(logs) == LOG
    assert not (settings.VAR_DIR / "cache").exists()


def test_no_cache_is_a_setting(docks, logs, settings):
    settings.ARTIFACT_CACHE_MB = 0
    assert (read(logs), read(logs)) == (LOG, LOG)
    assert n_asked(docks) == 2
