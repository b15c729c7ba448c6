"""The address and the secret of a webhook: typed, shown once, used against its server, and to be read nowhere else."""

import json
import logging
import re

import pytest
from django.test import Client
from django.utils import timezone

from dashboard.models import Channel
from dashboard.services.notices import sending
from tests.factories import make_person
from tests.http.faulty_server import Server, reply
from tests.secrets.test_token import stored

pytestmark = [pytest.mark.django_db, pytest.mark.enable_socket]

CANARY = "canary-51f0c3a7e9d24b68"


@pytest.fixture
def server(settings):
    settings.NOTICE_NETWORKS = ["127.0.0.0/8"]
    running = Server()
    # A server that repeats what it was asked.
    running.answer(reply(CANARY.encode(), status=500))
    yield running
    running.stop()


@pytest.fixture
def admin(db):
    admin = Client()
    admin.force_login(make_person("root", is_staff=True, is_superuser=True))
    return admin


def test_they_are_used_and_to_be_read_nowhere(admin, server, caplog):
    caplog.set_level(logging.DEBUG)
    form = {"kind": "webhook", "name": "Hook", "address": f"{server.url}/{CANARY}/end?key={CANARY}x"}
    [secret] = set(re.findall(r"whsec_[\w-]+", admin.post("/watches/channels/new/", form).content.decode()))
    channel = Channel.objects.get()
    page = f"/watches/channels/{channel.pk}/"
    admin.post(page, {"do": "test"})
    for delivery in sending.claim(timezone.now(), limit=5):
        sending.send(delivery, timezone.now)
    assert server.requests[0].target == f"/{CANARY}/end?key={CANARY}x"
    assert channel.secret.reveal() == secret
    seen = {url: admin.get(url).content.decode() for url in ("/watches/", page, f"{page}remove/")}
    assert "Answered 500." in seen[page]
    seen |= dict(stored())
    seen["log"] = caplog.text + json.dumps([str(record.__dict__) for record in caplog.records])
    seen["objects"] = repr([channel, vars(channel), *map(vars, channel.deliveries.all())])
    assert [where for where, text in seen.items() if CANARY in text or secret in text] == []
