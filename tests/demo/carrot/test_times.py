from datetime import UTC, datetime, timedelta, timezone

import pytest

from dashboard.demo.carrot import times
from dashboard.demo.carrot.statuses import JOBS, RUNS, with_underscores


@pytest.mark.parametrize(
    ("kept", "spelt"),
    [
        ("2026-11-21T09:30:00.000000000", "2026-11-21T09:30:00"),
        ("2026-11-21T09:30:00.250000000", "2026-11-21T09:30:00.250"),
        ("2026-11-21T09:30:00.250001000", "2026-11-21T09:30:00.250001"),
        ("2026-11-21T09:30:00.000000007", "2026-11-21T09:30:00.000000007"),
    ],
)
def test_groups_of_zeros_at_the_end_are_left_out(kept, spelt):
    assert times.spell(kept) == spelt
    assert times.parse(spelt) == kept
    assert times.spell_with_blank(kept) == spelt.replace("T", " ")


def test_moments_are_kept_in_utc_without_a_zone():
    moment = datetime(2026, 11, 21, 10, 30, 0, 123_456, tzinfo=timezone(timedelta(hours=1)))
    assert times.keep(moment) == "2026-11-21T09:30:00.123456000"
    assert times.keep_milliseconds(moment) == "2026-11-21T09:30:00.123000000"
    assert times.read_kept(times.keep(moment)) == moment.astimezone(UTC)


def test_statuses_have_underscores_in_the_database():
    spelt = {status: with_underscores(status) for status in (*RUNS, *JOBS)}
    assert {status: text.replace("_", "") for status, text in spelt.items()} == {status: status for status in spelt}
    assert spelt["testwaitingforqueuespace"] == "test_waiting_for_queue_space"
    assert (spelt["building"], spelt["buildfailed"], spelt["evalqueuedincromwell"]) == (
        "building", "build_failed", "eval_queued_in_cromwell",
    )  # fmt: skip
    assert sorted(RUNS, key=spelt.get) == list(RUNS)
