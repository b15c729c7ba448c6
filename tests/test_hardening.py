"""What makes an installation safe to put on a network: its settings, its server, and what it keeps from strangers."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.models import User
from django.test import Client, RequestFactory
from django.urls import reverse
from granian.constants import HTTPModes, SSLProtocols

from dashboard import environment
from dashboard.management.commands import web
from tests.factories import make_person
from tests.test_headers import addresses

ROOT = Path(__file__).resolve().parents[1]
SETTINGS = ROOT / "deploy" / "quayside.env"
SECRETS = {
    "SECRET_KEY": "".join(chr(97 + number % 26) for number in range(60)),
    "TOKEN_KEYS": "dGhlc2Uga2V5cyBhcmUgZm9yIHRlc3RzIG9ubHkhISE=",
}


def deployed(tmp_path):
    """The environment of deploy/quayside.env, with secrets as its files would hold them."""
    lines = [line.partition("=") for line in SETTINGS.read_text().splitlines() if line and not line.startswith("#")]
    said = {name: value for name, _, value in lines}
    return {"PATH": os.environ["PATH"], **said, **SECRETS, "CACHE_URL": "locmem://", "VAR_DIR": str(tmp_path)}


def run(words, environ):
    return subprocess.run(
        [sys.executable, *words], cwd=ROOT, env=environ, capture_output=True, text=True, timeout=120, check=False
    )


def test_django_finds_nothing_to_warn_of_in_what_is_deployed(tmp_path):
    words = ["manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    done = run(words, {**deployed(tmp_path), "DJANGO_SETTINGS_MODULE": "dashboard.settings"})
    assert done.returncode == 0, done.stderr
    assert "no issues (0 silenced)" in done.stdout


def test_passwords_are_hashed_by_argon2(tmp_path):
    code = "from dashboard import settings; print(settings.PASSWORD_HASHERS[0], settings.DEBUG)"
    done = run(["-c", code], deployed(tmp_path))
    assert done.stdout.split() == ["django.contrib.auth.hashers.Argon2PasswordHasher", "False"], done.stderr


def test_logs_are_json_by_default():
    [setting] = [each for each in environment.SETTINGS if each.name == "LOG_FORMAT"]
    assert setting.default == "json"


def server(monkeypatch):
    """What the server is told."""
    told = {}
    monkeypatch.setattr(web, "Server", lambda *_args, **given: told.update(given))
    values = dict.fromkeys(("PORT", "WEB_WORKERS", "WEB_THREADS"), 1)
    web.server({**values, "WEB_HOST": "127.0.0.1", "TLS_CERTIFICATE": "", "TLS_KEY": ""})
    return told


def test_the_server_speaks_tls_1_3_and_http_1_1_alone(monkeypatch):
    told = server(monkeypatch)
    assert (told["http"], told["websockets"]) == (HTTPModes.http1, False)
    assert told["ssl_protocol_min"] is SSLProtocols.tls13


def test_heads_of_requests_are_bounded_in_size_and_time(monkeypatch):
    settings = server(monkeypatch)["http1_settings"]
    assert settings.header_read_timeout <= 15_000
    assert settings.max_buffer_size <= 65_536


@pytest.mark.django_db
class TestStrangers:
    @pytest.mark.parametrize("path", ["/static/", "/static/css/", "/static/js/viewers", "/static/../manage.py"])
    def test_folders_of_static_files_are_not_listed(self, client, path):
        assert client.get(path).status_code == 404

    @pytest.mark.parametrize("path", ["/.git/config", "/.env", "/manage.py", "/var/quayside.sqlite3", "/static/.git"])
    def test_nothing_of_the_checkout_is_served(self, client, path):
        assert client.get(path).status_code == 404

    def test_trace_repeats_nothing(self, client):
        for address in addresses().values():
            response = client.trace(address, headers={"x-canary": "canary-5f1"})
            assert b"canary-5f1" not in b"".join(response if response.streaming else [response.content])

    def test_strangers_see_neither_metrics_nor_documents_of_the_api(self, client):
        shown = {
            at: status
            for name, at in addresses().items()
            if any(word in f"{name} {at}" for word in ("metrics", "openapi", "api-docs", "/api/"))
            and (status := client.get(at, REMOTE_ADDR="192.0.2.7").status_code) == 200
        }
        assert shown == {}


@pytest.mark.django_db
def test_every_text_says_its_charset(client):
    client.force_login(make_person("root", is_staff=True, is_superuser=True))
    kinds = {at: client.get(at).headers.get("Content-Type", "") for at in addresses().values() if "sign-out" not in at}
    assert len([kind for kind in kinds.values() if kind.startswith("text/html")]) > 20
    assert {at: kind for at, kind in kinds.items() if kind.startswith("text/") and "charset=" not in kind} == {}


@pytest.mark.django_db
class TestSigningOut:
    def test_a_session_is_worth_nothing_after_signing_out(self, client):
        client.force_login(make_person("ada"))
        before = {name: cookie.value for name, cookie in client.cookies.items()}
        assert client.get("/runs/").status_code == 200
        client.post(reverse("sign-out"))
        again = Client()
        again.cookies.load(before)
        assert again.get("/runs/").status_code == 302

    def test_the_browser_is_told_to_forget_when_one_signs_out(self, client):
        client.force_login(make_person("ada"))
        response = client.post(reverse("sign-out"))
        assert response["Clear-Site-Data"] == '"storage"'
        assert "no-store" in response["Cache-Control"]
        assert "Clear-Site-Data" not in client.get(reverse("sign-out"))


@pytest.mark.django_db
@pytest.mark.parametrize("password", ["  blanks at both ends  ", "Grösse, größe, GRÖSSE", "x" * 30 + " " + "y" * 90])
def test_a_password_is_checked_as_it_was_typed(client, password):
    User.objects.create_user("ada", password=password)
    for typed in (password, password.strip() + "!", password.swapcase(), password[:-1]):
        request = RequestFactory().post("/sign-in/")
        assert (authenticate(request, username="ada", password=typed) is not None) == (typed == password)
    page = client.post("/sign-in/", {"username": "ada", "login": "ada", "password": password})
    assert page.status_code == 302
