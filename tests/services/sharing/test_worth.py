"""What a share link is worth: nothing once it ended, or its creator may no longer share or see what it shows."""

from datetime import timedelta

import pytest
from django.utils import timezone

from dashboard.domain.roles import Role
from dashboard.domain.sharing import ShareScope, ShareState
from dashboard.models import Run, ShareLink, Source
from dashboard.services import rights, sharing, team, visibility
from dashboard.services.rights import Guest
from tests.factories import make_person, make_report, make_role, make_run, make_trial

pytestmark = pytest.mark.django_db

NOW = timezone.now()
DAY = timedelta(days=1)


@pytest.fixture
def ada():
    return make_person()


@pytest.fixture
def made(ada):
    return share(ada, make_run())


def share(actor, subject, scope=ShareScope.SUMMARY):
    return sharing.create(actor, subject, scope=scope, expires_at=NOW + DAY, now=NOW)


def state(made, now=NOW):
    return sharing.find(made.token, now=now).state


def test_a_live_link_is_found_by_its_token(made):
    found = sharing.find(made.token, now=NOW)
    assert (found.state, found.link) == (ShareState.LIVE, made.link)


@pytest.mark.parametrize(
    "change", [lambda t: "", lambda t: t[:-1], lambda t: t + "A", lambda t: t.swapcase(), str.upper]
)
def test_a_token_that_was_tampered_with_is_unknown(made, change):
    assert sharing.find(change(made.token), now=NOW).state is ShareState.UNKNOWN


@pytest.mark.parametrize("text", ["\0" * 43, "é" * 43, "a" * 42, "a" * 44, "a" * 42 + "\n", "../" * 14 + "a"])
def test_what_can_be_no_token_asks_no_database(text, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert sharing.find(text, now=NOW).state is ShareState.UNKNOWN


def test_the_hash_that_is_kept_opens_nothing(made):
    assert sharing.find(made.link.token_hash, now=NOW).state is ShareState.UNKNOWN


def test_it_ends_at_its_moment(made):
    assert state(made, NOW + DAY - timedelta(seconds=1)) is ShareState.LIVE
    assert state(made, NOW + DAY) is ShareState.EXPIRED


def test_it_ends_when_it_is_revoked(ada, made):
    sharing.revoke(ada, made.link, now=NOW)
    assert state(made) is ShareState.REVOKED
    assert state(made, NOW + 2 * DAY) is ShareState.REVOKED


def test_it_is_worth_nothing_while_its_creator_is_disabled(ada, made):
    ada.is_active = False
    ada.save()
    assert state(made) is ShareState.SUSPENDED
    ada.is_active = True
    ada.save()
    assert state(made) is ShareState.LIVE


@pytest.mark.parametrize("role", [None, Role.VIEWER])
def test_it_is_worth_nothing_once_its_creator_is_no_operator(ada, made, role):
    ada.groups.set([make_role(role)] if role else [])
    assert state(made) is ShareState.SUSPENDED


def test_it_is_worth_nothing_once_its_creator_may_not_see_the_run(made):
    Source.objects.get().groups.add(make_role("others"))
    assert state(made) is ShareState.SUSPENDED


def test_it_is_worth_nothing_while_sharing_is_switched_off(made):
    settings = team.current()
    settings.has_sharing = False
    settings.save()
    assert state(made) is ShareState.SUSPENDED


def test_it_goes_with_its_creator_and_with_its_run(ada, made):
    other = share(make_person("bob"), made.link.run)
    ada.delete()
    assert state(made) is ShareState.UNKNOWN
    Run.objects.all().delete()
    assert state(other) is ShareState.UNKNOWN


def test_a_run_that_its_source_forgot_is_shown_still(made):
    Run.objects.update(is_gone=True)
    assert state(made) is ShareState.LIVE


def test_a_report_of_limited_runs_is_shared_as_long_as_its_creator_sees_them(ada):
    made = share(ada, make_report(make_run()))
    assert state(made) is ShareState.LIVE
    Source.objects.get().groups.add(make_role("others"))
    assert state(made) is ShareState.SUSPENDED


def test_a_guest_sees_the_run_of_the_link_and_no_other(made):
    other = make_run()
    guest = Guest(made.link)
    assert list(visibility.runs(guest)) == [made.link.run]
    assert other not in visibility.runs(guest)
    assert not visibility.reports(guest).exists()
    assert not visibility.pipelines(guest).exists()


def test_a_guest_sees_trials_by_the_scope_alone(ada):
    run = make_run()
    trial = make_trial(run)
    make_trial(make_run())
    seen = {scope: list(visibility.trials(Guest(share(ada, run, scope).link))) for scope in ShareScope}
    assert seen == {ShareScope.SUMMARY: [], ShareScope.TRIALS: [trial], ShareScope.ARTIFACTS: [trial]}


def test_a_guest_acts_in_nothing(ada, made):
    guest = Guest(made.link)
    assert rights.role(guest) is None
    assert not any(may(guest) for may in (rights.may_read, rights.may_act, rights.may_administer))
    assert rights.extent(guest) is ShareScope.SUMMARY
    assert rights.extent(ada) is ShareScope.ARTIFACTS


def test_of_many_links_the_worth_costs_a_few_queries_for_each_creator(ada, django_assert_max_num_queries):
    run = make_run()
    for _ in range(20):
        share(ada, run)
    links = list(ShareLink.objects.select_related("creator"))
    with django_assert_max_num_queries(4):
        worth = sharing.states(links, now=NOW)
    assert set(worth.values()) == {ShareState.LIVE}


@pytest.mark.parametrize(("word", "expected"), [("live", 1), ("expired", 1), ("revoked", 1), ("", 3), ("nonsense", 3)])
def test_links_are_filtered_by_state(ada, word, expected):
    run = make_run()
    share(ada, run)
    old = sharing.create(ada, run, scope=ShareScope.SUMMARY, expires_at=NOW - DAY, now=NOW - 2 * DAY)
    sharing.revoke(ada, share(ada, run).link, now=NOW)
    rows = sharing.in_state(sharing.listed(ada), word, now=NOW)
    assert rows.count() == expected
    if word == "expired":
        assert rows.get() == old.link
