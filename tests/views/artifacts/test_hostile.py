"""What lies in a job's folder, and what is asked of it, may be meant badly: nothing leaks, hangs or runs."""

import os
import socket
import stat

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from dashboard.models.sealed import Sealed
from tests import factories
from tests.fixtures.docks import docks
from tests.pages import resolved
from tests.sources.docks.fake import TENANT, TOKEN
from tests.sources.docks.fake import trial as docks_trial

__all__ = ["docks"]

SECRET = b"not yours"
SCRIPT = b"<html><script>document.title = 'canary'</script></html>"
WAYS = ("file", "download", "inline")
"""The addresses that give a file's bytes in some form."""

pytestmark = [pytest.mark.django_db, pytest.mark.parametrize("what", WAYS)]


@pytest.fixture
def secret(folder):
    """A file above the trial's folder, under a name that could be a picture's."""
    path = folder.parents[2] / "secret.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + SECRET)
    return path


@pytest.fixture
def fetched(docks, settings, tmp_path):
    """A trial elsewhere, whose files are kept on this machine when they were read."""
    settings.VAR_DIR, settings.ARTIFACT_CACHE_MB = tmp_path / "var", 16
    docks.evaluations["e1"] = {"id": "e1", "name": "Nightly", "status": "completed"}
    docks.trials["e1"] = [docks_trial("t1", logs_uri=docks.put_file("out/shot.gif", b"GIF89a\4\0\3\0" + SECRET))]
    source = factories.make_source(
        "Docks", kind="docks", address=docks.url, tenant=TENANT, token=Sealed.of(TOKEN),
        allowed_endpoints=[["127.0.0.1", docks.port]],
    )  # fmt: skip
    return factories.make_trial(factories.make_run(source, external_id="eval/e1"), external_id="t1")


def body(response):
    return b"".join(response.streaming_content) if response.streaming else response.content


class TestWaysOut:
    @pytest.mark.parametrize(
        "path",
        [
            "../../../secret.png", "..%2F..%2F..%2Fsecret.png", "%2e%2e/%2e%2e/%2e%2e/secret.png",
            "%2E%2E%2F%2E%2E%2F%2E%2E%2Fsecret.png", "%252e%252e/secret.png", "agent/../../../../secret.png",
            "..\\..\\..\\secret.png", "..%5C..%5C..%5Csecret.png", "secret.png%00", "..%00/secret.png",
            "%2Fetc%2Fpasswd", "/etc/passwd", "....//secret.png", "%c0%ae%c0%ae/secret.png", "．．/secret.png",
        ],
    )  # fmt: skip
    def test_no_path_leads_out_of_the_folder(self, client, address, secret, what, path):
        response = client.get(address(what, path))
        assert response.status_code == 404
        assert SECRET not in body(response)

    def test_no_link_is_followed(self, client, address, folder, secret, what):
        (folder / "file.png").symlink_to(secret)
        (folder / "up").symlink_to(secret.parent)
        (folder / "hop").symlink_to("up")
        for path in ("file.png", "up/secret.png", "hop/secret.png"):
            response = client.get(address(what, path))
            assert response.status_code in {403, 404}
            assert SECRET not in body(response)

    def test_a_trial_that_became_a_link_is_not_followed(self, client, address, folder, secret, what):
        folder.rename(folder.with_name("aside"))
        folder.symlink_to(secret.parent)
        response = client.get(address(what, "secret.png"))
        assert (response.status_code in {403, 404}, SECRET in body(response)) == (True, False)


class TestWhatIsNoFile:
    def test_a_pipe_keeps_nobody_waiting(self, client, address, folder, what):
        os.mkfifo(folder / "pipe.png")
        assert client.get(address(what, "pipe.png")).status_code == 404

    def test_a_device_is_not_read(self, client, address, folder, what):
        try:
            os.mknod(folder / "zero.png", stat.S_IFCHR | 0o666, os.makedev(1, 5))
        except PermissionError:
            pytest.skip("Making a device wants more rights than these tests have.")
        assert client.get(address(what, "zero.png")).status_code == 404

    def test_a_socket_is_not_connected_to(self, client, address, folder, monkeypatch, what):
        monkeypatch.chdir(folder)
        with socket.socket(socket.AF_UNIX) as server:
            server.bind("socket.png")
            assert client.get(address(what, "socket.png")).status_code in {403, 404}

    def test_a_folder_is_no_file(self, client, address, folder, what):
        (folder / "agent.png").mkdir()
        assert client.get(address(what, "agent.png")).status_code == 404


class TestWhatChanges:
    def test_a_file_that_shrinks_while_it_is_read_ends_there(self, client, address, folder, what):
        path = folder / "shot.gif"
        path.write_bytes(b"GIF89a\4\0\3\0" + b"x" * 600_000)
        response = client.get(address(what, "shot.gif"))
        os.truncate(path, 300_000)
        assert len(body(response)) <= 300_000

    def test_a_file_that_vanishes_is_a_page(self, client, address, folder, what):
        (folder / "shot.gif").write_bytes(b"GIF89a\4\0\3\0")
        assert client.get(address(what, "shot.gif")).status_code == 200
        (folder / "shot.gif").unlink()
        response = client.get(address(what, "shot.gif"))
        assert (response.status_code, "Not there" in resolved(response)) == (404, True)


class TestWhatRuns:
    @pytest.mark.parametrize(
        "name",
        ["page.txt", "page.log", "page", "page.json", "page.md", "page.html", "page.svg", "page.xml", "page.png"],
    )
    def test_a_page_in_disguise_is_never_one_of_ours(self, client, address, folder, what, name):
        (folder / name).write_bytes(SCRIPT)
        response = client.get(address(what, name))
        if response["Content-Type"].startswith("text/html"):
            assert b"<script>document" not in body(response)
            assert "script-src 'self'" in response["Content-Security-Policy"]
        else:
            assert response["X-Content-Type-Options"] == "nosniff"
            assert what == "inline" or response["Content-Disposition"].startswith("attachment")

    def test_a_name_is_only_a_name(self, client, address, folder, what):
        name = "<img src=x onerror=alert(1)>.txt"
        (folder / name).write_bytes(b"a line\n")
        response = client.get(address(what, "%3Cimg src=x onerror=alert(1)%3E.txt"))
        assert b"<img src=x" not in body(response)


class TestWhoAsks:
    def test_who_is_not_signed_in_gets_nothing(self, address, folder, what):
        (folder / "shot.gif").write_bytes(b"GIF89a\4\0\3\0")
        response = Client().get(address(what, "shot.gif"))
        assert (response.status_code, response["Location"].startswith("/sign-in/")) == (302, True)

    @pytest.mark.allow_hosts(["127.0.0.1"])
    def test_who_may_not_see_the_run_gets_nothing_of_what_was_fetched_for_another(self, client, person, fetched, what):
        url = f"/runs/{fetched.run_id}/trials/{fetched.pk}/{what}/logs.gif"
        its_team = Group.objects.create(name="its team")
        fetched.run.source.groups.add(its_team)
        person.groups.add(its_team)
        response = client.get(url)
        assert response.status_code == 200
        assert any(word in response["Cache-Control"] for word in ("private", "no-store"))
        body(response)
        stranger = Client()
        stranger.force_login(factories.make_person("eve"))
        response = stranger.get(url)
        assert (response.status_code, SECRET in body(response)) == (404, False)
