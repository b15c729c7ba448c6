"""The whole of it: real processes, a real port, a folder of one's own jobs."""

import http.client
import os
import signal
import socket
import subprocess
import sys
from itertools import takewhile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.usefixtures("socket_enabled")


@pytest.fixture
def port():
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]


@pytest.fixture
def start(tmp_path, port):
    """Starts the dashboard over an empty folder; whatever is left running is ended."""
    jobs = tmp_path / "jobs"
    jobs.mkdir()
    running = []

    def begin(*command, shown=jobs):
        options = ["--port", str(port), "--var", str(tmp_path / "var")]
        options += ["--jobs", str(shown)] if shown else []
        process = subprocess.Popen(
            [sys.executable, "-m", "dashboard", *options, *command],
            cwd=ROOT,
            env={"PATH": os.environ["PATH"], "HOME": str(tmp_path)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        running.append(process)
        return process

    yield begin
    for process in running:
        if process.poll() is None:
            process.terminate()
        process.communicate(timeout=10)


def link_of(process):
    for line in process.stdout:
        if line.startswith("http://"):
            return line.strip()
    pytest.fail(f"no link: {process.stderr.read()}")


def ask(port, method, path, **more):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request(method, path, **more)
        response = connection.getresponse()
        return response.status, dict(response.getheaders()), response.read().decode()
    finally:
        connection.close()


def test_from_nothing_to_signed_in_and_to_a_second_start(start, port, tmp_path):
    first = start()
    link = link_of(first)
    assert link.startswith(f"http://127.0.0.1:{port}/sign-in/once/")
    assert ask(port, "GET", "/healthz")[0] == 200

    path = link.removeprefix(f"http://127.0.0.1:{port}")
    status, headers, page = ask(port, "GET", path)
    assert (status, "Sign in on this machine" in page) == (200, True)
    token = page.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    cookie = headers["set-cookie"].split(";")[0]
    form = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
    status, headers, _ = ask(port, "POST", path, body=f"csrfmiddlewaretoken={token}", headers=form)
    assert (status, headers["location"]) == (302, "/runs/")
    assert f"session-{port}=" in headers["set-cookie"]

    second = start()
    assert second.wait(timeout=5) == 2
    assert f"Port {port} is taken" in second.stderr.read()

    told, _ = start("link").communicate(timeout=30)
    fresh = told.strip().removeprefix(f"http://127.0.0.1:{port}")
    assert ask(port, "GET", path)[0] == 410
    assert ask(port, "GET", fresh)[0] == 200
    elsewhere = start("link", shown=tmp_path)
    assert "is not the one asked for" in elsewhere.communicate(timeout=30)[1]
    assert elsewhere.returncode == 1

    key = (tmp_path / "var" / "secret-key").read_text()
    first.send_signal(signal.SIGINT)
    assert first.wait(timeout=4) == 0

    again = start()
    assert link_of(again) != link
    assert ask(port, "GET", path)[0] == 410
    assert (tmp_path / "var" / "secret-key").read_text() == key
    again.terminate()
    assert again.wait(timeout=4) == 0


def test_the_samples_have_a_docks_server_that_ends_with_the_rest(start):
    first = start(shown=None)
    link_of(first)
    lines = takewhile(lambda line: line != "Ctrl-C ends it.\n", first.stdout)
    told = dict(line.strip().split("=", 1) for line in lines if line.startswith("DOCKS_"))
    assert told.keys() == {"DOCKS_API_URL", "DOCKS_TENANT_ID", "DOCKS_TOKEN"}
    docks = int(told["DOCKS_API_URL"].rpartition(":")[2])
    headers = {"Authorization": f"Bearer {told['DOCKS_TOKEN']}"}
    status, _, answered = ask(docks, "GET", f"/tenants/{told['DOCKS_TENANT_ID']}/harbor/runs", headers=headers)
    assert (status, "pull-request-1200" in answered) == (200, True)
    first.send_signal(signal.SIGINT)
    assert first.wait(timeout=10) == 0
    with pytest.raises(ConnectionRefusedError):
        ask(docks, "GET", "/")
