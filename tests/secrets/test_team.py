"""The secrets of people: made, used, and afterwards to be read nowhere but where they are shown once."""

import logging
from datetime import timedelta

import pytest
from django.contrib import admin
from django.core import mail
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from dashboard.domain.roles import Role
from dashboard.domain.sharing import ShareScope
from dashboard.models import AuditEntry
from dashboard.services import api_tokens, sharing
from tests.factories import make_person, make_report, make_run, make_trial
from tests.secrets.test_token import stored
from tests.services.notices.conftest import make_channel, watch
from tests.test_headers import addresses

pytestmark = pytest.mark.django_db

HOOK = "https://hooks.example/T0/canary-a1d9e0f4/B0"
SIGNING = "whsec_canary-77b3c2"
PROVIDER = "canary-oidc-5d0a9e"
PASSWORD = "canary pass phrase 41"


@pytest.fixture
def ada():
    return make_person("ada", role=Role.ADMINISTRATOR, is_staff=True, email="ada@example.com")


@pytest.fixture
def browser(ada, client):
    """Somebody who signed in with their password."""
    ada.set_password(PASSWORD)
    ada.save()
    client.post("/sign-in/", {"username": "ada", "login": "ada", "password": PASSWORD})
    assert client.get("/runs/").status_code == 200
    return client


@pytest.fixture
def secrets(ada, browser):
    """Every kind of secret by what it is, each in use."""
    now, run = timezone.now(), make_run()
    make_trial(run)
    make_report(run)
    shared = sharing.create(
        ada, run, scope=ShareScope.ARTIFACTS, expires_at=now + timedelta(days=1), note="for Grace", now=now
    )
    token = api_tokens.create(ada, "laptop", days=30, now=now)
    watch(ada, make_channel(ada, address=HOOK, secret=SIGNING), now=now, run=run)
    assert Client().get(f"/s/{shared.token}/").status_code == 200
    assert Client().get("/api/v1/runs", headers={"authorization": f"Bearer {token.secret}"}).status_code == 200
    return {
        "share token": shared.token, "API token": token.secret, "address of the webhook": HOOK,
        "secret of the webhook": SIGNING, "password": PASSWORD, "secret of the provider": PROVIDER,
        "key of the session": browser.session.session_key,
    }  # fmt: skip


def pages():
    """All there is to be read: every address, and every object in the administration."""
    yield from (at for at in addresses().values() if "sign-out" not in at)
    for model in list(admin.site._registry):
        place = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        yield reverse(f"{place}_changelist")
        for pk in model._default_manager.values_list("pk", flat=True)[:5]:
            yield reverse(f"{place}_change", args=[pk])
            yield reverse(f"{place}_history", args=[pk])


def read(browser):
    for at in pages():
        for client in (browser, Client(raise_request_exception=False)):
            response = client.get(at)
            body = b"".join(response.streaming_content) if response.streaming else response.content
            # A cookie that is set holds the key by its nature.
            yield at, f"{response.headers}{body.decode(errors='replace')}"


def found(secrets, texts):
    return sorted({(what, where) for where, text in texts for what, secret in secrets.items() if secret in text})


def test_they_are_in_no_page_no_mail_and_no_log(browser, secrets, caplog):
    caplog.set_level(logging.DEBUG)
    with override_settings(SOCIALACCOUNT_PROVIDERS={"openid_connect": {"APPS": [{"secret": PROVIDER}]}}):
        assert found(secrets, read(browser)) == []
    Client().get(f"/s/{secrets['share token']}/trials/")
    Client().get("/api/v1/runs", headers={"authorization": f"Bearer {secrets['API token']}"})
    lines = [
        str(record.__dict__) for record in caplog.records if record.name.startswith(("quayside", "django.request"))
    ]
    assert len(lines) > 50
    assert found(secrets, [("log", line) for line in lines]) == []
    assert found(secrets, [("mail", str(each.message())) for each in mail.outbox]) == []


def test_the_database_has_hashes_or_ciphers_of_them(browser, secrets):
    # A session is found by its key: whoever reads the database's sessions could use them (see docs/reference/asvs.md).
    kept = {what: secret for what, secret in secrets.items() if what != "key of the session"}
    assert found(kept, stored()) == []
    assert AuditEntry.objects.exists()
    in_sessions = [where for _, where in found({"key": secrets["key of the session"]}, stored())]
    assert not [where for where in in_sessions if "session" not in where]
