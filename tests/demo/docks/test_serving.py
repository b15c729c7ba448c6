import http.client
import json
import subprocess
import sys
import threading

import pytest

from dashboard.demo.docks import Fault, serve
from dashboard.demo.docks import __main__ as command
from dashboard.demo.docks.credentials import keep_credentials
from dashboard.demo.docks.faults import Kind

from .conftest import TENANT, TOKEN

pytestmark = pytest.mark.enable_socket
HEADERS = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture
def server(app):
    server = serve(app, "127.0.0.1", 0)
    yield server
    server.shutdown()


def ask(server, path, headers=HEADERS, method="GET"):
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    connection.request(method, path, headers=headers)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, body


def test_it_answers_over_http(server):
    status, body = ask(server, f"/tenants/{TENANT}/datasets")
    assert (status, len(json.loads(body))) == (200, 2)
    assert ask(server, f"/tenants/{TENANT}/datasets", {})[0] == 401


def test_a_name_in_another_script_survives_the_address(server):
    assert ask(server, f"/tenants/{TENANT}/datasets/gr%C3%B6%C3%9Fe")[0] == 404


def test_a_slow_answer_holds_up_nobody_else(app, server):
    released = threading.Event()
    app.faults.pause = lambda _: released.wait(10)
    app.faults.add(Fault(kind=Kind.HANG, where="datasets"))
    answers = []
    slow = threading.Thread(target=lambda: answers.append(ask(server, f"/tenants/{TENANT}/datasets")[0]))
    slow.start()
    while not app.asked:
        pass
    assert ask(server, f"/tenants/{TENANT}/runs")[0] == 200
    assert answers == []
    released.set()
    slow.join(10)
    assert answers == [200]


def test_half_a_body_breaks_off(app, server):
    app.faults.add(Fault(kind=Kind.HALF))
    with pytest.raises(http.client.IncompleteRead):
        ask(server, f"/tenants/{TENANT}/datasets")


def test_the_port_is_free_after_the_end(app):
    server = serve(app, "127.0.0.1", 0)
    server.shutdown()
    again = serve(app, "127.0.0.1", server.port)
    assert again.url == f"http://127.0.0.1:{server.port}"
    again.shutdown()


def test_a_restart_keeps_port_token_and_tenant(folder):
    first = command.start(folder)
    first.shutdown()
    kept = keep_credentials(folder)
    second = command.start(folder)
    second.shutdown()
    assert (second.port, keep_credentials(folder)) == (first.port, kept)
    assert (folder / "docks.env").stat().st_mode & 0o777 == 0o600


def test_the_command_says_how_to_reach_it(folder):
    arguments = [sys.executable, "-m", "dashboard.demo.docks", "--state", str(folder)]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as process:
        lines = [process.stdout.readline().strip() for _ in range(3)]
        process.terminate()
    kept = keep_credentials(folder)
    assert lines == [
        f"DOCKS_API_URL=http://127.0.0.1:{kept.port}",
        f"DOCKS_TENANT_ID={kept.tenant}",
        f"DOCKS_TOKEN={kept.token}",
    ]


def test_an_interrupt_ends_the_command(folder, monkeypatch, capsys):
    def interrupt(folder, port):
        server = start(folder, port)
        monkeypatch.setattr(server.thread, "join", interrupted)
        return server

    def interrupted():
        monkeypatch.undo()
        raise KeyboardInterrupt

    start = command.start
    monkeypatch.setattr(command, "start", interrupt)
    command.main(["--state", str(folder)])
    assert capsys.readouterr().out.startswith("DOCKS_API_URL=http://127.0.0.1:")


def test_a_port_that_was_taken_meanwhile_is_left_for_another(folder, capsys):
    first = command.start(folder)
    second = command.start(folder)
    kept = keep_credentials(folder)
    first.shutdown()
    second.shutdown()
    assert second.port not in {first.port, 0}
    assert (kept.port, kept.url) == (second.port, second.url)
    assert capsys.readouterr().err == (
        f"Port {first.port} is taken by another program: "
        f"the stand-in Docks server answers at port {second.port} from now on.\n"
    )


def test_a_taken_port_that_was_asked_for_ends_the_command(folder, server, capsys):
    assert command.main(["--state", str(folder), "--port", str(server.port)]) == 2
    told = capsys.readouterr()
    assert told.err.startswith(f"docks: It cannot answer at port {server.port}: ")
    assert told.out == ""


def test_it_says_nothing_where_somebody_else_does(folder, monkeypatch, capsys):
    monkeypatch.setattr(command, "start", lambda *_: Ended())
    assert command.main(["--state", str(folder), "--quiet"]) == 0
    assert capsys.readouterr().out == ""


class Ended:
    """A server that has ended by itself."""

    thread = threading.Thread(target=lambda: None)

    def __init__(self):
        self.thread.start()

    def shutdown(self):
        self.thread.join()
