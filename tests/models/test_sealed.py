"""Secrets at rest: what opens them, what does not, and that nothing shows them by accident."""

import copy
import pickle

import pytest
from django.core import serializers
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from dashboard.domain.errors import Denied
from dashboard.models import Source
from dashboard.models.sealed import Sealed
from tests import factories

OLD = "b2xkLWtleS1mb3ItdGVzdHMtb25seS0tLS0tLS0tLSE="
NEW = "bmV3LWtleS1mb3ItdGVzdHMtb25seS0tLS0tLS0tLSE="
TOKEN = "docks_canary-0123456789-wxyz"


@pytest.fixture
def keys(settings):
    def use(*given):
        settings.TOKEN_KEYS = list(given)

    use(OLD)
    return use


@pytest.fixture
def stored(db, keys):
    return factories.make_source(kind="docks", address="https://docks.example", tenant="t", token=TOKEN)


def column(source):
    with connection.cursor() as cursor:
        cursor.execute("SELECT token FROM dashboard_source WHERE id = %s", [source.pk])
        return cursor.fetchone()[0]


def test_what_was_sealed_is_revealed_and_encrypted_anew_each_time(keys):
    one, other = Sealed.of(TOKEN), Sealed.of(TOKEN)
    assert one.reveal() == other.reveal() == TOKEN
    assert one != other
    assert one == Sealed(one.cipher)
    assert hash(one) == hash(Sealed(one.cipher))
    assert one != one.cipher


def test_nothing_is_sealed_to_nothing_and_needs_no_key(keys):
    keys()
    assert Sealed.of("") == Sealed()
    assert (Sealed().reveal(), bool(Sealed()), Sealed().ending) == ("", False, "")


def test_after_a_rotation_old_tokens_are_read_and_new_ones_are_for_the_new_key(keys):
    before = Sealed.of(TOKEN)
    keys(NEW, OLD)
    after = Sealed.of(TOKEN)
    assert (before.reveal(), after.reveal()) == (TOKEN, TOKEN)
    keys(NEW)
    assert (before.reveal(), after.reveal()) == (None, TOKEN)


@pytest.mark.parametrize("ring", [(), (NEW,)])
def test_without_its_key_it_stays_shut_and_is_still_there(keys, ring):
    sealed = Sealed.of(TOKEN)
    keys(*ring)
    assert (sealed.reveal(), bool(sealed), sealed.ending) == (None, True, "")


def test_what_was_tampered_with_stays_shut(keys):
    cipher = Sealed.of(TOKEN).cipher
    assert Sealed(cipher[:-8] + "AAAAAAA=").reveal() is None
    assert Sealed("no cipher at all").reveal() is None


def test_nothing_is_sealed_without_a_key(keys):
    keys()
    with pytest.raises(ImproperlyConfigured, match="TOKEN_KEYS"):
        Sealed.of(TOKEN)


@pytest.mark.parametrize(("text", "ending"), [(TOKEN, "wxyz"), ("a" * 8 + "1234", "1234"), ("short-token", "")])
def test_only_of_a_long_one_the_ending_is_shown(keys, text, ending):
    assert Sealed.of(text).ending == ending


def test_printing_copying_and_pickling_show_no_secret(keys):
    sealed = Sealed.of(TOKEN)
    assert (repr(sealed), f"{sealed}", repr(Sealed())) == ("Sealed(•••)", "Sealed(•••)", "Sealed()")
    assert TOKEN.encode() not in pickle.dumps(sealed)
    assert copy.deepcopy(sealed).reveal() == TOKEN


def test_a_plain_text_that_is_assigned_is_stored_encrypted(stored):
    assert TOKEN not in column(stored)
    assert Source.objects.get().token.reveal() == TOKEN


def test_a_plain_text_that_is_validated_before_it_is_saved_is_stored_encrypted(stored):
    stored.token = TOKEN
    stored.full_clean()
    stored.save()
    assert TOKEN not in column(stored)
    before = column(stored)
    stored.full_clean()
    stored.save()
    assert column(stored) == before
    assert Source.objects.get().token.reveal() == TOKEN


def test_saving_what_was_read_encrypts_nothing_anew(stored):
    before = column(stored)
    Source.objects.get().save()
    assert column(stored) == before


def test_a_dump_of_the_database_holds_the_cipher_and_is_read_back(stored):
    dump = serializers.serialize("json", [stored, Source.objects.get()])
    assert TOKEN not in dump
    [*_, read] = serializers.deserialize("json", dump)
    assert read.object.token.reveal() == TOKEN


def test_a_source_is_constructed_with_its_token_in_the_clear_and_shows_it_nowhere(stored):
    config = Source.objects.get().config()
    assert config.token == TOKEN
    assert TOKEN not in repr(config)
    assert TOKEN not in f"{stored!r} {stored}"


def test_a_source_whose_token_cannot_be_decrypted_says_so_instead_of_asking_without(stored, keys):
    keys(NEW)
    with pytest.raises(Denied, match="The token cannot be decrypted") as raised:
        Source.objects.get().config()
    assert (raised.value.code, raised.value.source) == ("auth", "Jobs")


def test_a_source_without_a_token_needs_no_key(db, keys):
    keys()
    assert factories.make_source().config().token == ""
