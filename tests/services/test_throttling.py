from datetime import UTC, datetime, timedelta

import pytest
from axes.models import AccessAttempt

from dashboard.services import throttling
from dashboard.services.throttling import BOUNDS, FORGOTTEN_AFTER, LONGEST_PAUSE, NO_PAUSE, Kind, Try

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)

pytestmark = pytest.mark.django_db


def attempt(name="ada", network="192.0.2.7", kind=Kind.PASSWORD):
    return Try(kind=kind, name=name, network=network)


def fail(n, asked, now=NOW):
    for _ in range(n):
        throttling.count(asked, now=now)


def heard(tries, now=NOW):
    """How many of these tries are looked at, each of them wrong."""
    n = 0
    for asked in tries:
        if not throttling.pause(asked, now=now):
            throttling.count(asked, now=now)
            n += 1
    return n


def test_a_few_mistakes_are_free():
    fail(4, attempt())
    assert throttling.pause(attempt(), now=NOW) == NO_PAUSE


def test_then_each_mistake_doubles_the_pause_up_to_the_longest():
    pauses = []
    for _ in range(12):
        throttling.count(attempt(), now=NOW)
        pauses.append(throttling.pause(attempt(), now=NOW))
    assert pauses[4:8] == [timedelta(seconds=s) for s in (30, 60, 120, 240)]
    assert pauses[-1] == LONGEST_PAUSE


def test_who_waits_is_heard_again():
    fail(5, attempt())
    assert throttling.pause(attempt(), now=NOW + timedelta(seconds=29)) == timedelta(seconds=1)
    assert throttling.pause(attempt(), now=NOW + timedelta(seconds=30)) == NO_PAUSE


def test_a_thousand_wrong_passwords_from_one_address_cost_five_looks():
    assert heard([attempt()] * 1_000) == BOUNDS[Kind.PASSWORD].pair


def test_a_thousand_accounts_tried_from_one_address_cost_thirty():
    assert heard([attempt(name=f"n{number}") for number in range(1_000)]) == BOUNDS[Kind.PASSWORD].here


def test_a_network_of_ipv6_is_one_address():
    fail(5, attempt(network="2001:db8:1:2::/64"))
    assert throttling.pause(attempt(network="2001:db8:1:2::/64"), now=NOW)
    assert not throttling.pause(attempt(network="2001:db8:1:3::/64"), now=NOW)


def test_from_many_addresses_each_is_heard_twice_once_an_account_has_had_enough():
    fail(20, attempt(network="198.51.100.9"))
    tries = [attempt(network=f"203.0.113.{number}") for number in range(100) for _ in range(10)]
    assert heard(tries) == 100 * BOUNDS[Kind.PASSWORD].heard


def test_the_owner_gets_in_from_elsewhere_while_others_guess():
    for number in range(200):
        fail(5, attempt(network=f"203.0.113.{number}"))
    assert throttling.pause(attempt(network="192.0.2.200"), now=NOW) == NO_PAUSE


def test_who_shares_an_address_with_one_who_guesses_waits_with_them_and_gets_in_from_elsewhere():
    fail_at = [attempt(name=f"n{number}") for number in range(BOUNDS[Kind.PASSWORD].here)]
    assert heard(fail_at) == len(fail_at)
    assert NO_PAUSE < throttling.pause(attempt(), now=NOW) <= LONGEST_PAUSE
    assert throttling.pause(attempt(network="192.0.2.8"), now=NOW) == NO_PAUSE


def test_a_mail_is_had_while_a_stranger_asks_for_one_every_minute_from_changing_networks():
    owner, refused = attempt(network="203.0.113.9", kind=Kind.MAIL), 0
    for minute in range(240):
        now = NOW + timedelta(minutes=minute)
        throttling.take(attempt(network=f"198.51.100.{minute % 200 + 1}", kind=Kind.MAIL), now=now)
        refused += bool(throttling.pause(owner, now=now + timedelta(seconds=30)))
    assert refused == 0


def test_of_an_address_that_had_enough_mails_each_network_gets_one():
    fail(3, attempt(network="198.51.100.9", kind=Kind.MAIL))
    tries = [attempt(network=f"203.0.113.{number}", kind=Kind.MAIL) for number in range(20) for _ in range(5)]
    assert heard(tries) == 20


def test_an_account_that_is_not_there_is_treated_alike():
    for name in ("ada", "nobody"):
        fail(6, attempt(name=name, network=f"192.0.2.{len(name)}"))
    pauses = {throttling.pause(attempt(name=n, network=f"192.0.2.{len(n)}"), now=NOW) for n in ("ada", "nobody")}
    assert pauses == {timedelta(seconds=60)}


def test_spelling_a_name_otherwise_does_not_help():
    fail(3, attempt(name="ada"))
    fail(3, attempt(name=" ADA "))
    assert throttling.pause(attempt(name="Ada"), now=NOW) == timedelta(seconds=60)


def test_who_got_in_begins_anew_there_and_others_do_not():
    fail(6, attempt())
    fail(6, attempt(network="192.0.2.8"))
    throttling.forgive(attempt())
    assert throttling.pause(attempt(), now=NOW) == NO_PAUSE
    assert throttling.pause(attempt(network="192.0.2.8"), now=NOW)


def test_after_a_quiet_hour_all_is_forgotten():
    fail(12, attempt())
    later = NOW + FORGOTTEN_AFTER + timedelta(seconds=1)
    assert throttling.pause(attempt(), now=later) == NO_PAUSE
    fail(1, attempt(), now=later)
    assert AccessAttempt.objects.get().failures_since_start == 1


def test_what_counts_no_longer_can_be_taken_out():
    fail(1, attempt())
    fail(1, attempt(network="192.0.2.8"), now=NOW + FORGOTTEN_AFTER)
    assert throttling.forget_old(now=NOW + FORGOTTEN_AFTER) == 1
    assert AccessAttempt.objects.count() == 1


def test_codes_are_counted_for_the_account_wherever_they_come_from():
    tries = [attempt(name="7", network=f"203.0.113.{number}", kind=Kind.CODE) for number in range(200)]
    assert heard(tries) == BOUNDS[Kind.CODE].account


def test_kinds_do_not_count_for_each_other():
    fail(6, attempt(kind=Kind.CODE))
    assert throttling.pause(attempt(kind=Kind.PASSWORD), now=NOW) == NO_PAUSE


def test_who_has_no_address_is_counted_too():
    assert heard([attempt(network="")] * 10) == BOUNDS[Kind.PASSWORD].pair


def test_names_are_not_kept():
    fail(1, attempt(name="hunter2-typed-into-the-wrong-field"))
    [row] = AccessAttempt.objects.values()
    assert "hunter2" not in str(row)
