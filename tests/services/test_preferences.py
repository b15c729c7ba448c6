"""What a person chose for all pages, and for a list."""

import pytest
from django.contrib.auth.models import AnonymousUser, User

from dashboard.models import ListPreference, Preferences
from dashboard.services import preferences
from dashboard.services.preferences import Choice
from tests import factories

pytestmark = pytest.mark.django_db

CHOSEN = Choice(theme="dark", density="compact", time_format="local", time_zone="Europe/Berlin", has_keys=False)


def test_who_has_not_chosen_has_the_usual():
    assert preferences.of(factories.make_person()) == Choice()
    assert preferences.of(AnonymousUser()) == Choice()


def test_a_choice_is_kept_with_the_account_and_nobody_elses():
    ada, grace = factories.make_person("ada"), factories.make_person("grace")
    preferences.save(ada, CHOSEN)
    assert preferences.of(ada) == CHOSEN
    assert preferences.of(grace) == Choice()
    preferences.save(ada, Choice())
    assert preferences.of(ada) == Choice()


@pytest.mark.parametrize(
    "wrong",
    [{"theme": "neon"}, {"density": "x"}, {"time_format": ""}, {"time_zone": "Mars/Base"}, {"time_zone": "../x"}],
)
def test_what_none_can_choose_is_refused(wrong):
    ada = factories.make_person()
    with pytest.raises(ValueError, match="no such choice"):
        preferences.save(ada, Choice(**wrong))
    assert not Preferences.objects.exists()


def test_all_that_is_chosen_for_a_list_costs_one_query(django_assert_num_queries):
    ada = factories.make_person()
    preferences.save(ada, CHOSEN)
    preferences.remember_columns(ada, "runs", ["name", "cost"])
    with django_assert_num_queries(1):
        assert preferences.of_list(ada, "runs") == (CHOSEN, ["name", "cost"])
    assert preferences.of_list(ada, "tasks") == (CHOSEN, [])


def test_columns_are_kept_without_other_choices():
    ada = factories.make_person()
    preferences.remember_columns(ada, "runs", ["cost"])
    assert preferences.of_list(ada, "runs") == (Choice(), ["cost"])


def test_zones_are_those_of_places_and_utc():
    zones = preferences.zones()
    assert zones[0] == "UTC"
    assert "Europe/Berlin" in zones
    assert not [zone for zone in zones if zone.startswith("Etc/")]


def test_a_choice_is_remembered_in_its_order_per_list_and_person(viewer):
    preferences.remember_columns(viewer, "runs", ["cost", "name"])
    preferences.remember_columns(viewer, "trials", ["outcome"])
    assert preferences.columns(viewer, "runs") == ["cost", "name"]
    assert preferences.columns(viewer, "trials") == ["outcome"]
    assert preferences.columns(User.objects.create_user("bob"), "runs") == []


def test_a_later_choice_takes_the_place_of_the_earlier(viewer):
    preferences.remember_columns(viewer, "runs", ["cost"])
    preferences.remember_columns(viewer, "runs", ["name"])
    assert preferences.columns(viewer, "runs") == ["name"]
    preferences.remember_columns(viewer, "runs", [])
    assert preferences.columns(viewer, "runs") == []
    assert ListPreference.objects.count() == 1


def test_nothing_is_kept_of_strangers(stranger, viewer):
    preferences.remember_columns(stranger, "runs", ["cost"])
    assert preferences.columns(stranger, "runs") == []
    assert not ListPreference.objects.exists()
