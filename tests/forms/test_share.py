"""The form that shares: days, times and zones as moments."""

from datetime import UTC, datetime, timedelta

import pytest

from dashboard.domain.sharing import ShareScope
from dashboard.forms.share import OF_REPORT, ShareForm, scopes_of_run, zones
from dashboard.services.sharing import Latest

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
UNTIL = Latest(usual=NOW + timedelta(days=7), longest=NOW + timedelta(days=30), usual_days=7, days=30)


def form(own="", **sent):
    return ShareForm(sent or None, scopes=scopes_of_run(), until=UNTIL, now=NOW, zone=own)


@pytest.mark.parametrize(
    ("day", "time", "zone", "moment"),
    [
        ("2026-11-28", "12:00", "UTC", datetime(2026, 11, 28, 12, tzinfo=UTC)),
        ("2026-11-28", "23:30", "America/New_York", datetime(2026, 11, 29, 4, 30, tzinfo=UTC)),
        ("2026-11-28", "01:00", "Pacific/Kiritimati", datetime(2026, 11, 27, 11, tzinfo=UTC)),
        ("2026-12-21", "12:00", "UTC", UNTIL.longest),
    ],
)
def test_day_time_and_zone_name_one_moment(day, time, zone, moment):
    filled = form(scope="summary", day=day, time=time, zone=zone)
    assert filled.is_valid()
    assert filled.cleaned_data["expires_at"] == moment


@pytest.mark.parametrize("time", ["12:01", "23:59"])
def test_nothing_lasts_longer_than_the_longest(time):
    assert "at most 30 days" in str(form(scope="summary", day="2026-12-21", time=time, zone="UTC").errors["day"])


def test_now_is_over_already():
    assert "has passed" in str(form(scope="summary", day="2026-11-21", time="12:00", zone="UTC").errors["day"])


def test_it_begins_with_a_week_in_ones_own_zone():
    shown = form("Asia/Tokyo")
    assert (str(shown["day"].value()), str(shown["time"].value()), shown["zone"].value()) == (
        "2026-11-28", "21:00:00", "Asia/Tokyo",
    )  # fmt: skip
    assert form("Nowhere/Else")["zone"].value() == "UTC"


def test_zones_are_utc_and_places():
    assert zones()[0] == "UTC"
    assert "Europe/Berlin" in zones()
    assert not [name for name in zones() if name.startswith("Etc/")]


def test_reports_have_no_trials_to_show():
    assert ShareScope.TRIALS not in OF_REPORT


def test_the_limit_is_told_in_the_zone_that_is_chosen():
    assert "until 2026-12-21 21:00:00 Asia/Tokyo." in str(form("Asia/Tokyo").fields["day"].help_text)
    assert "until 2026-12-21 12:00:00 UTC." in str(form().fields["day"].help_text)


def test_a_form_that_is_sent_again_tells_its_limit_in_its_own_zone():
    sent = form("Asia/Tokyo", scope="summary", day="2026-11-21", time="10:00", zone="America/New_York")
    assert "until 2026-12-21 07:00:00 America/New York." in str(sent.fields["day"].help_text)
    unknown = form("Asia/Tokyo", scope="summary", day="2026-11-21", time="10:00", zone="Mars/Olympus")
    assert "until 2026-12-21 21:00:00 Asia/Tokyo." in str(unknown.fields["day"].help_text)


def test_errors_tell_moments_in_the_zone_that_was_sent():
    over = form(scope="summary", day="2026-11-21", time="10:00", zone="Asia/Kolkata").errors["day"]
    assert "That moment has passed: it is 2026-11-21 17:30:00 Asia/Kolkata." in str(over)
    late = form(scope="summary", day="2026-12-22", time="10:00", zone="Asia/Kolkata").errors["day"]
    assert "A link lasts at most 30 days: until 2026-12-21 17:30:00 Asia/Kolkata." in str(late)


def test_a_script_may_begin_in_the_devices_zone_where_none_is_ones_own():
    def told(shown):
        return shown.fields["zone"].widget.attrs.get("data-usual")

    assert told(form()) == "2026-11-28T12:00:00+00:00"
    assert told(form("Asia/Tokyo")) is None
    assert told(form(scope="summary", day="2026-11-28", time="12:00", zone="UTC")) is None
