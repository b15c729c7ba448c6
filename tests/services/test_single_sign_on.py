"""Which account is joined by the word of a provider, and whose role it takes."""

import pytest
from django.contrib.auth.models import User

from dashboard.domain.roles import Role
from dashboard.models import AuditEntry
from dashboard.services import people, rights, single_sign_on
from dashboard.services.single_sign_on import Claims
from tests.factories import make_person, make_role

pytestmark = pytest.mark.django_db


def claims(email):
    return Claims.of({"email": email, "email_verified": True})


def test_capitals_make_no_other_address():
    ada = make_person("ada", email="Mike@Harbour.example")
    assert single_sign_on.owner(claims(" mIKE@harbour.EXAMPLE ")) == ada


@pytest.mark.parametrize(
    "alike", ["mi\N{KELVIN SIGN}e@harbour.example", "m\N{LATIN SMALL LETTER DOTLESS I}ke@harbour.example"]
)
def test_an_address_that_only_looks_alike_to_a_database_joins_nothing(alike):
    make_person("ada", email="mike@harbour.example")
    assert single_sign_on.owner(claims(alike)) is None


def test_an_address_beyond_ascii_is_found_as_it_is_spelled():
    zoe = make_person("zoe", email="zoë@harbour.example")
    assert single_sign_on.owner(claims("ZOë@harbour.example")) == zoe


@pytest.fixture
def by_groups(settings):
    """What the provider says of people gives and takes roles: by these claims none."""
    settings.OIDC_ROLES = {"captains": "administrator"}
    return Claims.of({"groups": ["crew"]})


def come_in(person, claims):
    """Each time with an account as it is read from the database at that sign-in."""
    person = User.objects.get(pk=person.pk)
    single_sign_on.give_role(person, claims, is_new=False)
    assert rights.role(person) is people.role_of(User.objects.get(pk=person.pk)), "What is at hand is what is kept."
    return rights.role(person)


def test_who_alone_administers_goes_on_with_it_and_it_is_written_down(by_groups):
    root = make_person("root", role=Role.ADMINISTRATOR)
    make_person("ada")
    assert come_in(root, by_groups) is Role.ADMINISTRATOR
    [entry] = AuditEntry.objects.all()
    assert (entry.action, entry.outcome, entry.actor_id, entry.object_name) == (
        "object.change", "refused", root.pk, "root",
    )  # fmt: skip
    assert entry.detail == {
        "by": "single sign-on",
        "role": "administrator → viewer",
        "reason": "Nobody would be left to administer: the role stays, whatever the provider says.",
    }


def test_who_cannot_come_in_is_nobody_that_is_left(by_groups):
    root = make_person("root", role=Role.ADMINISTRATOR)
    make_person("gone", role=Role.ADMINISTRATOR, is_active=False)
    make_person("robot", role=None, is_active=False, is_superuser=True)
    assert come_in(root, by_groups) is Role.ADMINISTRATOR


@pytest.mark.parametrize("left", [{"role": Role.ADMINISTRATOR}, {"role": None, "is_superuser": True}])
def test_while_somebody_else_administers_the_role_is_taken(by_groups, left):
    root = make_person("root", role=Role.ADMINISTRATOR)
    make_person("other", **left)
    assert come_in(root, by_groups) is Role.VIEWER
    assert AuditEntry.objects.get().outcome == "done"


def test_the_role_is_taken_once_another_administers(by_groups):
    root = make_person("root", role=Role.ADMINISTRATOR)
    assert come_in(root, by_groups) is Role.ADMINISTRATOR
    make_person("other", role=Role.ADMINISTRATOR)
    assert come_in(root, by_groups) is Role.VIEWER


def test_a_role_that_was_given_after_the_account_was_read_is_seen(by_groups):
    ada = make_person("ada", role=Role.VIEWER)
    make_person("root", role=Role.ADMINISTRATOR)
    assert rights.role(ada) is Role.VIEWER
    ada.groups.set([make_role(Role.OPERATOR)])
    single_sign_on.give_role(ada, by_groups, is_new=False)
    assert people.role_of(User.objects.get(pk=ada.pk)) is Role.VIEWER
