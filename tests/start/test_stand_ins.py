import http.server
import socket
import threading
from contextlib import contextmanager

import pytest

from dashboard.demo.docks.credentials import FILE, settle_port
from dashboard.start import stand_ins
from dashboard.start.stand_ins import CARROT, DOCKS

pytestmark = pytest.mark.enable_socket


@pytest.fixture
def folder(tmp_path):
    return DOCKS.folder_in(tmp_path)


@contextmanager
def answering(port, status):
    """Somebody at that port; gives what was asked."""
    asked = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append((self.path, self.headers["Authorization"]))
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield asked
    server.shutdown()
    server.server_close()
    thread.join()


def test_what_the_stand_in_keeps_is_what_a_start_reads(folder):
    kept, _ = settle_port(folder)
    found = stand_ins.read(DOCKS, folder)
    assert (found.host, found.port, found.tenant, found.token) == ("127.0.0.1", kept.port, kept.tenant, kept.token)
    assert found.lines.splitlines() == [
        f"DOCKS_API_URL=http://127.0.0.1:{kept.port}",
        f"DOCKS_TENANT_ID={kept.tenant}",
        f"DOCKS_TOKEN={kept.token}",
    ]
    assert (DOCKS.file, (folder / FILE).stat().st_mode & 0o777) == (FILE, 0o600)


@pytest.mark.parametrize(
    "text", ["", "half a line", "DOCKS_API_URL=http://127.0.0.1:1\n", "DOCKS_API_URL=http://[\n", None]
)
def test_without_all_three_lines_there_is_none(folder, text):
    folder.mkdir()
    if text is not None:
        (folder / FILE).write_text(text)
    assert stand_ins.read(DOCKS, folder) is None


def test_one_that_has_no_port_yet_is_none(folder):
    settle_port(folder)
    text = (folder / FILE).read_text()
    (folder / FILE).write_text(text.replace(f":{stand_ins.read(DOCKS, folder).port}", ":0"))
    assert stand_ins.read(DOCKS, folder) is None


def test_it_can_run_where_nobody_answers(folder):
    settle_port(folder)
    stand_in = stand_ins.read(DOCKS, folder)
    assert stand_ins.can_run(stand_in)
    assert not stand_in.is_answering()


def test_it_cannot_run_where_somebody_else_answers(folder):
    settle_port(folder)
    stand_in = stand_ins.read(DOCKS, folder)
    with answering(stand_in.port, 401):
        assert not stand_ins.can_run(stand_in)
    with socket.create_server(("127.0.0.1", stand_in.port)):
        assert not stand_ins.can_run(stand_in)


def test_it_runs_already_where_its_token_is_known(folder):
    settle_port(folder)
    stand_in = stand_ins.read(DOCKS, folder)
    with answering(stand_in.port, 200) as asked:
        assert stand_ins.can_run(stand_in)
        assert stand_in.is_answering()
    assert set(asked) == {(f"/tenants/{stand_in.tenant}/datasets", f"Bearer {stand_in.token}")}
    assert stand_in.token not in repr(stand_in)


class TestCarrot:
    @pytest.fixture
    def stand_in(self, tmp_path):
        """As it is kept by one that was served: an address without a scheme, and no key."""
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        folder = CARROT.folder_in(tmp_path)
        folder.mkdir()
        (folder / CARROT.file).write_text(f"CARROT_SERVER_ADDRESS=127.0.0.1:{port}\n")
        return stand_ins.read(CARROT, folder)

    def test_its_address_is_read(self, stand_in, tmp_path):
        assert (stand_in.host, stand_in.token, stand_in.tenant) == ("127.0.0.1", "", "")
        assert stand_in.lines == f"CARROT_SERVER_ADDRESS=127.0.0.1:{stand_in.port}\n"
        assert stand_ins.read(DOCKS, CARROT.folder_in(tmp_path)) is None

    def test_it_runs_already_where_it_lists_pipelines(self, stand_in):
        assert not stand_in.is_answering()
        with answering(stand_in.port, 200) as asked:
            assert stand_ins.can_run(stand_in)
        assert asked == [("/api/v1/pipelines", None)]

    def test_it_cannot_run_where_somebody_else_answers(self, stand_in):
        with answering(stand_in.port, 404):
            assert not stand_ins.can_run(stand_in)
