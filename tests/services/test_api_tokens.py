from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from dashboard.domain.roles import Role
from dashboard.models import ApiToken, AuditEntry
from dashboard.services import api_tokens
from tests.factories import NOW, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada(db):
    return make_person("ada", role=Role.VIEWER)


def make(person, name="laptop", days=90):
    return api_tokens.create(person, name, days=days, now=NOW)


def test_a_new_token_is_found_by_its_text_with_its_owner(ada):
    made = make(ada)

    found = api_tokens.find(made.secret, now=NOW)

    assert found == made.token
    assert found.user.get_username() == "ada"


def test_what_is_kept_is_a_hash_and_the_last_four_characters(ada):
    made = make(ada)

    kept = ApiToken.objects.values().get()

    assert made.secret not in str(kept)
    assert kept["ending"] == made.secret[-4:]
    assert kept["expires_at"] == NOW + timedelta(days=90)


def test_the_text_of_a_token_does_not_show_where_it_is_printed(ada):
    made = make(ada)

    assert made.secret not in repr(made)
    assert made.secret not in str(made.token)


def test_two_tokens_are_different(ada):
    assert make(ada).secret != make(ada).secret


@pytest.mark.parametrize("text", ["", "qs_", "qs_" + "a" * 42, "qs_" + "a" * 44, "gh_" + "a" * 43, "qs_" + "ä" * 43])
def test_what_does_not_look_like_a_token_is_not_asked_of_the_database(text, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert api_tokens.find(text, now=NOW) is None


def test_a_token_that_nobody_made_is_not_found(ada):
    make(ada)

    assert api_tokens.find("qs_" + "a" * 43, now=NOW) is None


def test_a_token_ends_when_it_expires(ada):
    made = make(ada, days=1)

    assert api_tokens.find(made.secret, now=NOW + timedelta(hours=23)) is not None
    assert api_tokens.find(made.secret, now=NOW + timedelta(days=1)) is None


def test_a_token_ends_when_it_is_revoked(ada):
    made = make(ada)
    api_tokens.revoke(ada, made.token.pk, now=NOW)

    assert api_tokens.find(made.secret, now=NOW) is None


def test_a_token_is_worth_what_its_owner_is_at_that_moment(ada):
    made = make(ada)
    ada.groups.clear()

    assert api_tokens.find(made.secret, now=NOW) is None


def test_a_token_of_somebody_who_was_disabled_is_worth_nothing(ada):
    made = make(ada)
    ada.is_active = False
    ada.save()

    assert api_tokens.find(made.secret, now=NOW) is None


def test_who_has_no_role_makes_no_token():
    with pytest.raises(PermissionDenied):
        make(make_person("nobody", role=None))

    assert not ApiToken.objects.exists()


@pytest.mark.parametrize("days", [0, -1, 366])
def test_a_token_lasts_one_day_to_a_year(ada, days):
    with pytest.raises(ValueError, match="365"):
        make(ada, days=days)


def test_nobody_has_more_tokens_than_can_be_looked_through(ada):
    made = [make(ada) for _ in range(api_tokens.MOST_LIVE)]
    with pytest.raises(api_tokens.TooManyTokens):
        make(ada)
    assert AuditEntry.objects.order_by("-pk").values_list("action", "outcome").first() == ("token.create", "refused")

    api_tokens.revoke(ada, made[0].token.pk, now=NOW)
    assert make(ada).token.pk


def test_a_token_of_others_is_not_there_to_be_revoked(ada):
    made = make(ada)
    with pytest.raises(ApiToken.DoesNotExist):
        api_tokens.revoke(make_person("eve", role=Role.OPERATOR), made.token.pk, now=NOW)

    assert api_tokens.find(made.secret, now=NOW) is not None


def test_an_administrator_revokes_anybodys(ada):
    made = make(ada)
    api_tokens.revoke(make_person("root", role=Role.ADMINISTRATOR), made.token.pk, now=NOW)

    assert api_tokens.find(made.secret, now=NOW) is None


def test_making_and_revoking_leave_an_entry_each_without_the_token(ada):
    made = make(ada)
    api_tokens.revoke(ada, made.token.pk, now=NOW)

    entries = list(AuditEntry.objects.order_by("pk"))
    assert [(entry.action, entry.outcome) for entry in entries] == [("token.create", "done"), ("token.revoke", "done")]
    assert all(made.secret not in str(vars(entry)) for entry in entries)


def test_to_revoke_again_changes_nothing_and_is_told_as_refused(ada):
    made = make(ada)
    api_tokens.revoke(ada, made.token.pk, now=NOW)
    again = api_tokens.revoke(ada, made.token.pk, now=NOW + timedelta(hours=1))

    assert again.revoked_at == NOW
    assert AuditEntry.objects.order_by("-pk").values_list("outcome", flat=True).first() == "refused"


def test_the_last_use_is_written_at_most_once_a_minute(ada, django_assert_num_queries):
    made = make(ada)
    api_tokens.note_use(made.token, now=NOW)
    used = ApiToken.objects.get()
    with django_assert_num_queries(0):
        api_tokens.note_use(used, now=NOW + timedelta(seconds=59))
    assert used.last_used_at == NOW

    api_tokens.note_use(used, now=NOW + timedelta(seconds=60))
    assert ApiToken.objects.get().last_used_at == NOW + timedelta(seconds=60)


def test_ones_own_tokens_are_listed_newest_first(ada):
    first, second = make(ada, "first"), make(ada, "second")
    make(make_person("bob", role=Role.VIEWER), "theirs")

    assert api_tokens.of(ada, now=NOW) == [second.token, first.token]


def test_of_very_many_tokens_the_good_ones_are_listed_first_of_all(ada, monkeypatch):
    monkeypatch.setattr(api_tokens, "MOST_LISTED", 3)
    old = make(ada, "old")
    for name in "abc":
        api_tokens.revoke(ada, make(ada, name).token.pk, now=NOW)

    assert [token.name for token in api_tokens.of(ada, now=NOW)] == ["c", "b", "old"]
    assert [token.name for token in api_tokens.of(ada, now=NOW + timedelta(days=91))] == ["c", "b", "a"]
    assert api_tokens.get(ada, old.token.pk) == old.token
