"""Asking the API as somebody."""

from types import SimpleNamespace

from django.test import Client
from django.utils import timezone

from dashboard.services import api_tokens


def asker(person, days=90):
    """Asks as the person, by a token of theirs."""
    secret = api_tokens.create(person, "test", days=days, now=timezone.now()).secret
    client = Client(headers={"authorization": f"Bearer {secret}"})

    def get(path, **parameters):
        headers = parameters.pop("headers", {})
        return client.get(path if path.startswith("http") else f"/api/v1{path}", parameters, headers=headers)

    return SimpleNamespace(get=get, client=client, secret=secret, person=person)
