"""A real provider of OpenID Connect on this machine, and how a browser goes through it."""

from contextlib import contextmanager
from urllib.parse import urlsplit

import requests
from oidc_provider_mock import run_server_in_thread

from dashboard.environment import sign_in as settings_of_sign_in

CLIENT_ID = "quayside"


class Provider:
    """One that knows whoever it was told of, and lets everybody in whose subject is given."""

    def __init__(self, port):
        self.issuer = f"http://localhost:{port}"

    def knows(self, subject, **claims):
        requests.put(f"{self.issuer}/users/{subject}", json=claims, timeout=5).raise_for_status()

    def lets_in(self, address, subject):
        """The address, with a code, that somebody is sent back to who was sent here."""
        answer = requests.post(address, data={"sub": subject}, allow_redirects=False, timeout=5)
        assert answer.status_code == 302, answer.text
        return answer.headers["Location"]

    def turns_away(self, address):
        answer = requests.post(address, data={"action": "deny"}, allow_redirects=False, timeout=5)
        return answer.headers["Location"]


@contextmanager
def provider():
    with run_server_in_thread() as server:
        yield Provider(server.server_port)


def configure(settings, issuer, **more):
    """Single sign-on as the environment would set it."""
    values = {
        "OIDC_ISSUER": issuer, "OIDC_NAME": "Harbour ID", "OIDC_CLIENT_ID": CLIENT_ID, "OIDC_CLIENT_SECRET": "hush",
    }  # fmt: skip
    settings.OIDC_ISSUER, settings.OIDC_NAME = issuer, values["OIDC_NAME"]
    settings.OIDC_PROVIDER_ID = settings_of_sign_in.provider_id(values)
    settings.SOCIALACCOUNT_PROVIDERS = settings_of_sign_in.providers(values)
    for name, value in more.items():
        setattr(settings, name, value)


def go_through(browser, provider, subject, *, wanted=""):
    """From the button to the answer of the address that the provider sends back to."""
    there = browser.get("/sign-in/sso/", {"next": wanted} if wanted else {})
    return browser.get(below(provider.lets_in(there["Location"], subject)))


def below(address):
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}"
