"""The scenarios of another misbehaving server, where there is one: through the sync and onto the page."""

import contextlib
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

import dashboard
from dashboard.domain.statuses import SourceHealth
from dashboard.services.sync import looks
from tests.faults.conftest import hurry, mirrored
from tests.pages import resolved

FAULTD = Path(dashboard.__file__).resolve().parents[2] / "shared" / "tools" / "faultd.py"
PATIENCE = 20

SLOW = ("slow_headers", "slow_body", "slow_header_drip", "half_open")
CODES = {
    **dict.fromkeys(SLOW, "timeout"),
    **dict.fromkeys(["reset_before", "reset_mid", "close_mid", "chunk_cut"], "reset"),
    **dict.fromkeys(
        ["close_mid_nolen", "204", "html", "html_as_json", "truncated_json", "nan_json", "dup_keys", "deep_json",
         "bad_utf8", "bom", "huge_int", "wrong_schema", "empty", "many_headers", "long_header", "garbage"],
        "bad_response",
    ),
    **dict.fromkeys(["endless", "gzip_bomb"], "too_large"),
    **dict.fromkeys(["redirect_loop", "redirect_other", "redirect_file"], "redirect"),
    **dict.fromkeys(["429", "retry_after_date"], "throttled"),
    **dict.fromkeys(["500", "502", "503", "504", "retry_after_huge"], "server"),
    "401": "auth", "403": "forbidden", "404": "no_api", "409": "conflict",
}  # fmt: skip


@pytest.fixture(scope="module")
def faultd(socket_enabled_for_module):
    """Its port, while it runs."""
    if not FAULTD.exists():
        pytest.skip("there is no server of faults beside this repository")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = subprocess.Popen([sys.executable, str(FAULTD), str(port)])
    wait_for(port, time.monotonic() + PATIENCE)
    yield port
    process.terminate()
    process.wait(PATIENCE)


def wait_for(port, deadline):
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.02)
    pytest.fail("It did not start.")


@pytest.mark.parametrize("fault", CODES)
def test_it_is_stored_the_mirror_stays_and_the_page_says_so(fault, faultd, source, clock, client):
    well = source.address, source.allowed_endpoints
    before = mirrored()
    source.address, source.allowed_endpoints = f"http://127.0.0.1:{faultd}/{fault}", [["127.0.0.1", faultd]]
    source.save()
    with pytest.MonkeyPatch.context() as patch:
        if fault in SLOW:
            hurry(patch)
        looks.look_at_source(source.pk, clock)
    source.refresh_from_db()
    assert (source.health, source.error_code) == (SourceHealth.FAILING, CODES[fault])
    assert mirrored() == before
    assert "What it said before stays here, as of" in resolved(client.get("/runs/"))
    source.address, source.allowed_endpoints = well
    source.save()
    looks.look_at_source(source.pk, clock)
    source.refresh_from_db()
    assert (source.health, source.error) == (SourceHealth.HEALTHY, "")
