"""The team's settings."""

import pytest

from dashboard.models import TeamSettings
from dashboard.services import team

pytestmark = pytest.mark.django_db


def test_there_is_one_row_with_the_defaults() -> None:
    assert team.current() == team.current()
    assert TeamSettings.objects.count() == 1
    assert (team.current().has_sharing, team.current().longest_share) == (True, 30)


def test_what_is_changed_stays() -> None:
    settings = team.current()
    settings.longest_share = 3
    settings.save()
    assert team.current().longest_share == 3
