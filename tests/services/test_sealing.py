"""Encrypting stored secrets anew."""

import pytest
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command

from dashboard.models import Channel, Source
from dashboard.models.sealed import Sealed
from dashboard.services import sealing
from tests import factories

pytestmark = pytest.mark.django_db

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()


@pytest.fixture
def sealed(settings):
    """Secrets of every kind, sealed with the old key."""
    settings.TOKEN_KEYS = [OLD]
    factories.make_source("With", kind="docks", token=Sealed.of("docks_token-0123456789"))
    factories.make_source("Without", address="/b")
    Channel.objects.create(
        owner=factories.make_person(), kind="webhook", name="w", created_at=factories.NOW,
        address=Sealed.of("https://hooks.example/T0"), secret=Sealed.of("signing-0123456789"),
    )  # fmt: skip
    return settings


def revealed():
    channel = Channel.objects.get()
    found = [Source.objects.get(name="With").token, channel.address, channel.secret]
    return [one.reveal() for one in found]


SECRETS = ["docks_token-0123456789", "https://hooks.example/T0", "signing-0123456789"]


def test_every_secret_is_sealed_with_the_first_key(sealed, capsys):
    sealed.TOKEN_KEYS = [NEW, OLD]
    call_command("rotate_tokens")
    sealed.TOKEN_KEYS = [NEW]
    assert revealed() == SECRETS
    said = capsys.readouterr().out
    assert "dashboard.Source.token: 1 encrypted anew" in said
    assert not any(secret in said for secret in SECRETS)


def test_where_a_key_is_missing_nothing_is_lost(sealed):
    sealed.TOKEN_KEYS = [NEW]
    with pytest.raises(CommandError, match="left as they are"):
        call_command("rotate_tokens")
    sealed.TOKEN_KEYS = [OLD]
    assert revealed() == SECRETS


def test_without_any_key_nothing_is_changed(sealed):
    sealed.TOKEN_KEYS = []
    with pytest.raises(CommandError, match="names no key"):
        call_command("rotate_tokens")
    sealed.TOKEN_KEYS = [OLD]
    assert revealed() == SECRETS


def test_second_factors_are_sealed_anew_too(settings):
    settings.TOKEN_KEYS = [OLD]
    person = factories.make_person()
    kept = {"secret": Sealed.of("JBSWY3DPEHPK3PXP").cipher, "last_step": 7}
    Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data=kept)
    settings.TOKEN_KEYS = [NEW, OLD]
    call_command("rotate_tokens")
    settings.TOKEN_KEYS = [NEW]
    found = Authenticator.objects.get().data
    assert (Sealed(found["secret"]).reveal(), found["last_step"]) == ("JBSWY3DPEHPK3PXP", 7)


def test_sources_without_a_token_stay_without(sealed):
    counted = {each.column: each.n_sealed for each in sealing.rotate()}
    assert counted["dashboard.Source.token"] == 1
    assert not Source.objects.get(name="Without").token
