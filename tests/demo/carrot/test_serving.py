"""The stand-in served over loopback, and its command."""

import json
import subprocess
import sys
import urllib.error
import urllib.request

import pytest

from dashboard.demo.carrot import __main__ as command
from dashboard.demo.carrot import serve
from dashboard.demo.carrot.places import FILE, kept_port, settle_port
from dashboard.demo.carrot.statuses import RUNS

pytestmark = pytest.mark.enable_socket


@pytest.fixture
def server(stage):
    server = serve(stage.app, "127.0.0.1", 0)
    yield server
    server.shutdown()


def ask(server, path):
    with urllib.request.urlopen(f"{server.url}{path}", timeout=10) as answer:
        return answer.status, answer.headers, answer.read()


def test_it_answers_over_http(stage, server):
    status, headers, body = ask(server, "/api/v1/pipelines")
    assert (status, headers["Content-Type"], json.loads(body)[0]["pipeline_id"]) == (200, "application/json", stage.P)
    _, headers, body = ask(server, "/api/v1/config/cromwell")
    assert (headers["Content-Type"], body) == (None, b"http://cromwell.example.com:8000")


def test_a_restart_keeps_port_and_runs(folder):
    first = command.start(folder)
    [pipeline, *_] = json.loads(ask(first, "/api/v1/pipelines")[2])
    path = f"/api/v1/pipelines/{pipeline['pipeline_id']}/runs?status=succeeded"
    runs = json.loads(ask(first, path)[2])
    first.shutdown()
    second = command.start(folder)
    again = json.loads(ask(second, path)[2])
    second.shutdown()
    assert (second.port, again) == (first.port, runs)
    assert (folder / FILE).read_text() == f"CARROT_SERVER_ADDRESS=127.0.0.1:{first.port}\n"
    assert {(folder / name).stat().st_mode & 0o777 for name in (FILE, "state.json")} == {0o600}


def test_files_are_where_the_server_is(folder):
    server = command.start(folder)
    [pipeline, *_] = json.loads(ask(server, "/api/v1/pipelines")[2])
    [run] = json.loads(ask(server, f"/api/v1/pipelines/{pipeline['pipeline_id']}/runs?status=succeeded&limit=1")[2])
    assert run["status"] in RUNS
    assert run["results"]["ROC plot"].startswith(f"{server.url}/files/")
    assert run["test_wdl"].startswith(f"127.0.0.1:{server.port}/api/v1/runs/")
    server.shutdown()


def test_the_command_says_how_to_reach_it(folder):
    arguments = [sys.executable, "-m", "dashboard.demo.carrot", "--state", str(folder), "--mode", "lenient"]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as process:
        line = process.stdout.readline()
        port = kept_port(folder)
        address = f"http://127.0.0.1:{port}/api/v1/None/None/runs?name=x&limit="
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(address, timeout=10)
        said = json.loads(refused.value.read())
        process.terminate()
    assert line == f"CARROT_SERVER_ADDRESS=127.0.0.1:{port}\n"
    assert said["title"] == "No run found"


def test_a_taken_port_that_was_asked_for_ends_the_command(folder, server, capsys):
    assert command.main(["--state", str(folder), "--port", str(server.port)]) == 2
    told = capsys.readouterr()
    assert told.err.startswith(f"carrot: It cannot answer at port {server.port}: ")
    assert told.out == ""


def test_a_port_that_was_taken_meanwhile_is_left_for_another(folder, capsys):
    first = command.start(folder)
    second = command.start(folder)
    first.shutdown()
    second.shutdown()
    assert kept_port(folder) == second.port != first.port
    assert capsys.readouterr().err == (
        f"Port {first.port} is taken by another program: "
        f"the stand-in CARROT server answers at port {second.port} from now on.\n"
    )


def test_it_says_nothing_where_that_is_wanted(folder, monkeypatch, capsys):
    def start(*given):
        server = real(*given)
        join = server.thread.join
        monkeypatch.setattr(server.thread, "join", lambda: interrupt(server, join))
        return server

    def interrupt(server, join):
        monkeypatch.setattr(server.thread, "join", join)
        raise KeyboardInterrupt

    real = command.start
    monkeypatch.setattr(command, "start", start)
    assert command.main(["--state", str(folder), "--quiet"]) == 0
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("text", ["", "CARROT_SERVER_ADDRESS=127.0.0.1:x\n"])
def test_a_port_that_cannot_be_read_is_made_anew(folder, text):
    folder.mkdir()
    (folder / FILE).write_text(text)
    assert kept_port(folder) == 0
    assert settle_port(folder) == (kept_port(folder), 0)
