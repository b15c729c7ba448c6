import os
import socket

import pytest

from dashboard.start import checks
from dashboard.start.faults import StartFault

TLS = {"TLS_CERTIFICATE": "/c.pem", "TLS_KEY": "/k.pem"}


def test_a_folder_that_is_there_passes(tmp_path):
    checks.check_folder(tmp_path)


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(StartFault, match=f"There is no folder {tmp_path}/jobs"):
        checks.check_folder(tmp_path / "jobs")


def test_a_file_is_no_folder(tmp_path):
    (tmp_path / "job").touch()
    with pytest.raises(StartFault, match="is not a folder"):
        checks.check_folder(tmp_path / "job")


def test_a_folder_that_may_not_be_read_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "access", lambda path, _mode: path != tmp_path)
    with pytest.raises(StartFault, match="may not be read"):
        checks.check_folder(tmp_path)


def test_a_job_instead_of_its_folder_is_told_which_to_give(tmp_path):
    job = tmp_path / "jobs" / "nightly"
    (job / "task__a").mkdir(parents=True)
    (job / "config.json").write_text('{"job_name": "nightly"}')
    (job / "task__a" / "config.json").write_text('{"trial_name": "task__a"}')
    with pytest.raises(StartFault, match=f"{job} is itself a job. Give the folder that holds it: {tmp_path}/jobs$"):
        checks.check_folder(job)
    checks.check_folder(job.parent)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "localhost", "::1"])
def test_on_loopback_nothing_more_is_asked(host):
    checks.check_network(host, {})


@pytest.mark.parametrize("host", ["10.0.0.7", "0.0.0.0", "::", "quay.example", "localhost.example"])
def test_off_loopback_plain_http_is_refused(host):
    with pytest.raises(StartFault, match=r"TLS_CERTIFICATE.*TRUSTED_PROXY.*PLAIN_HTTP"):
        checks.check_network(host, {"PLAIN_HTTP": "false", "TLS_CERTIFICATE": "/c.pem"})


@pytest.mark.parametrize("said", [TLS, {"TRUSTED_PROXY": "true"}, {"PLAIN_HTTP": "Yes"}])
def test_off_loopback_it_goes_with_tls_a_proxy_or_knowingly(said):
    checks.check_network("10.0.0.7", said)


def test_every_address_needs_a_host_name():
    with pytest.raises(StartFault, match="ALLOWED_HOSTS"):
        checks.check_network("0.0.0.0", TLS)
    checks.check_network("0.0.0.0", {**TLS, "ALLOWED_HOSTS": "quay.example"})


def test_a_taken_port_is_named_with_the_way_out(socket_enabled):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(StartFault, match=rf"Port {port} is taken .* PORT={port + 1} or --port {port + 1}"):
            checks.check_port("127.0.0.1", port)
    checks.check_port("127.0.0.1", port)


def test_an_address_that_is_not_ours_is_named(socket_enabled):
    with pytest.raises(StartFault, match=r"cannot answer at 192\.0\.2\.1"):
        checks.check_port("192.0.2.1", 8000)


def test_a_port_that_is_kept_for_others_is_named(socket_enabled, monkeypatch):
    def refuse(_self, _address):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(socket.socket, "bind", refuse)
    with pytest.raises(StartFault, match="Port 80 is not open to you"):
        checks.check_port("127.0.0.1", 80)


POOR = ["x" * 64, "django-insecure-" + "q1w2e3r4t5y6u7i8o9p0" * 3, "abcabc" * 8]


@pytest.mark.parametrize("said", [TLS, {"TRUSTED_PROXY": "true"}, {"PLAIN_HTTP": "true"}])
@pytest.mark.parametrize(
    ("unsafe", "what"),
    [
        ({"DEBUG": "true"}, "DEBUG shows strangers"),
        ({"ALLOWED_HOSTS": "quay.example, *"}, "lets links be forged"),
        ({"ONE_TIME_SIGN_IN": "1"}, "for loopback alone"),
        *(({"SECRET_KEY": key}, "can be guessed") for key in POOR),
    ],
)
def test_what_is_not_safe_for_strangers_is_refused_before_anything_starts(said, unsafe, what):
    fine = {"ALLOWED_HOSTS": "quay.example", "SECRET_KEY": "0f1e2d3c4b5a69788796a5b4c3d2e1f0"}
    checks.check_network("10.0.0.7", said | fine)
    with pytest.raises(StartFault, match=what):
        checks.check_network("10.0.0.7", said | fine | unsafe)


@pytest.mark.parametrize(
    ("name", "text", "what"),
    [
        ("DEBUG", "true", "DEBUG shows strangers"),
        ("ALLOWED_HOSTS", "quay.example,*", "lets links be forged"),
        ("ONE_TIME_SIGN_IN", "true", "for loopback alone"),
        ("SECRET_KEY", POOR[1], "can be guessed"),
    ],
)
def test_what_stands_in_a_file_is_refused_like_the_rest(tmp_path, name, text, what):
    (tmp_path / "kept").write_text(f" {text}\n")
    (tmp_path / "proxy").write_text("true\n")
    fine = {"SECRET_KEY": "0f1e2d3c4b5a69788796a5b4c3d2e1f0", name: "false"}
    told = fine | {f"{name}_FILE": str(tmp_path / "kept")}
    checks.check_network("127.0.0.1", told)
    with pytest.raises(StartFault, match=what):
        checks.check_network("127.0.0.1", told | {"TRUSTED_PROXY_FILE": str(tmp_path / "proxy")})


def test_a_setting_whose_file_is_not_there_is_named(tmp_path):
    with pytest.raises(StartFault, match="DEBUG_FILE names no file"):
        checks.check_network("10.0.0.7", TLS | {"DEBUG_FILE": str(tmp_path / "gone")})


def test_behind_a_proxy_loopback_is_a_network():
    checks.check_network("127.0.0.1", {"DEBUG": "true"})
    with pytest.raises(StartFault, match="DEBUG"):
        checks.check_network("127.0.0.1", {"DEBUG": "true", "TRUSTED_PROXY": "true"})
