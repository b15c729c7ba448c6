"""Share links: who makes them, until when, what is kept of them, and who finds and revokes them."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.utils import timezone

from dashboard.domain.audits import AuditOutcome
from dashboard.domain.roles import Role
from dashboard.domain.sharing import ShareScope
from dashboard.models import AuditEntry, Report, Run, ShareLink, Source
from dashboard.services import sharing, team
from dashboard.services.rights import Guest
from dashboard.services.sharing import links
from tests.factories import make_person, make_report, make_role, make_run

pytestmark = pytest.mark.django_db

NOW = timezone.now()
WEEK = timedelta(days=7)


def share(actor, subject, **changes):
    asked = {"scope": ShareScope.SUMMARY, "expires_at": NOW + WEEK, "note": "for Grace", "now": NOW} | changes
    return sharing.create(actor, subject, **asked)


def test_an_operator_shares_a_run_they_see():
    ada = make_person()
    made = share(ada, make_run(name="nightly"), scope=ShareScope.TRIALS)
    assert (made.link.creator, made.link.run.name, made.link.scope) == (ada, "nightly", "trials")
    assert (made.link.note, made.link.expires_at, made.link.created_at) == ("for Grace", NOW + WEEK, NOW)


def test_a_report_is_shared_as_well():
    made = share(make_person(), make_report(make_run()))
    assert isinstance(made.link.report, Report)
    assert made.link.run is None


def test_of_the_token_only_a_hash_is_kept():
    made = share(make_person(), make_run())
    assert sharing.is_token(made.token)
    assert len(made.link.token_hash) == 64
    assert made.token not in str(ShareLink.objects.values_list().get())
    assert made.token not in str(AuditEntry.objects.values_list())
    assert made.token not in repr(made)


def test_no_two_tokens_are_alike():
    ada, run = make_person(), make_run()
    assert len({share(ada, run).token for _ in range(20)}) == 20


def test_making_a_link_leaves_one_entry_that_says_what_is_shown_until_when():
    run = make_run(name="nightly")
    made = share(make_person(), run, scope=ShareScope.ARTIFACTS)
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.outcome, entry.actor_name, entry.object_name) == (
        "share.create", "done", "ada", "nightly",
    )  # fmt: skip
    assert (entry.detail["scope"], entry.detail["note"], entry.detail["link"]) == (
        "artifacts", "for Grace", made.link.pk,
    )  # fmt: skip


@pytest.mark.parametrize("role", [None, Role.VIEWER])
def test_nobody_shares_without_the_role_operator(role):
    run = make_run()
    viewer = make_person("vera", role=role)
    with pytest.raises((PermissionDenied, Run.DoesNotExist)):
        share(viewer, run)
    assert not ShareLink.objects.exists()


def test_a_viewer_who_tries_leaves_an_entry():
    run, viewer = make_run(), make_person("vera", role=Role.VIEWER)
    with pytest.raises(PermissionDenied):
        share(viewer, run)
    assert AuditEntry.objects.values_list("action", "outcome").get() == ("share.create", "refused")


def test_nobody_shares_what_they_may_not_see():
    run, ada = make_run(), make_person()
    Source.objects.get().groups.add(make_role("others"))
    with pytest.raises(Run.DoesNotExist):
        share(ada, run)
    report = make_report(run)
    with pytest.raises(Report.DoesNotExist):
        share(ada, report)


@pytest.mark.parametrize(
    ("lasts", "words"),
    [(timedelta(0), "has passed"), (-WEEK, "has passed"), (timedelta(days=30, seconds=1), "at most 30 days")],
)
def test_a_link_ends_in_the_future_and_not_after_the_longest_time(lasts, words):
    with pytest.raises(sharing.NotShared, match=words):
        share(make_person(), make_run(), expires_at=NOW + lasts)
    assert AuditEntry.objects.get().outcome == "refused"


def test_the_longest_time_is_the_administrators():
    settings = team.current()
    settings.longest_share = 2
    settings.save()
    until = sharing.latest(NOW)
    assert (until.days, until.longest, until.usual) == (2, NOW + timedelta(days=2), NOW + timedelta(days=2))
    with pytest.raises(sharing.NotShared, match="at most 2 days"):
        share(make_person(), make_run())


def test_a_link_lasts_a_week_unless_one_says_otherwise():
    assert sharing.latest(NOW).usual == NOW + WEEK


def test_nothing_is_shared_while_that_is_switched_off():
    settings = team.current()
    settings.has_sharing = False
    settings.save()
    with pytest.raises(sharing.NotShared, match="switched sharing off"):
        share(make_person(), make_run())


def test_one_has_so_many_links_and_not_more(monkeypatch):
    ada, run = make_person(), make_run()
    monkeypatch.setattr(links, "MOST_LIVE", 2)
    first, _ = share(ada, run), share(ada, run)
    with pytest.raises(sharing.NotShared, match="links already"):
        share(ada, run)
    assert AuditEntry.objects.latest("pk").outcome == AuditOutcome.REFUSED
    share(make_person("grace"), run)

    sharing.revoke(ada, first.link, now=NOW)
    share(ada, run)
    assert ShareLink.objects.filter(creator=ada).count() == 3


def test_one_lists_ones_own_links_and_administrators_all():
    ada, bob, eve = make_person(), make_person("bob"), make_person("eve", role=Role.ADMINISTRATOR)
    run = make_run()
    own, other = share(ada, run).link, share(bob, run).link
    assert list(sharing.listed(ada)) == [own]
    assert set(sharing.listed(eve)) == {own, other}
    with pytest.raises(ShareLink.DoesNotExist):
        sharing.get(ada, other.pk)


def test_a_guest_lists_nothing():
    link = share(make_person(), make_run()).link
    assert not sharing.listed(Guest(link)).exists()


def test_revoking_says_who_and_when_and_leaves_one_entry():
    ada, eve = make_person(), make_person("eve", role=Role.ADMINISTRATOR)
    link = share(ada, make_run()).link
    sharing.revoke(eve, link, now=NOW)
    link.refresh_from_db()
    assert (link.revoked_at, link.revoked_by) == (NOW, eve)
    assert AuditEntry.objects.filter(action="share.revoke").values_list("outcome", "actor_name").get() == (
        "done", "eve",
    )  # fmt: skip


def test_what_is_revoked_stays_as_it_was():
    ada = make_person()
    link = share(ada, make_run()).link
    sharing.revoke(ada, link, now=NOW)
    sharing.revoke(ada, link, now=NOW + WEEK)
    link.refresh_from_db()
    assert link.revoked_at == NOW
    assert list(AuditEntry.objects.filter(action="share.revoke").order_by("pk").values_list("outcome", flat=True)) == [
        "done", "refused",
    ]  # fmt: skip


def test_whoever_lost_their_role_still_revokes_their_own():
    ada = make_person()
    link = share(ada, make_run()).link
    ada.groups.clear()
    vars(ada).pop("_held_groups", None)
    sharing.revoke(ada, sharing.get(ada, link.pk), now=NOW)
    assert ShareLink.objects.get().revoked_at == NOW


def test_openings_are_counted_once_in_a_few_seconds(django_assert_num_queries):
    link = share(make_person(), make_run()).link
    sharing.opened(link, now=NOW)
    stale = ShareLink.objects.get()
    with django_assert_num_queries(0):
        sharing.opened(stale, now=NOW + timedelta(seconds=2))
    sharing.opened(stale, now=NOW + timedelta(seconds=6))
    link.refresh_from_db()
    assert (link.n_opened, link.last_opened_at) == (2, NOW + timedelta(seconds=6))


def test_two_who_open_at_once_are_counted_once():
    link = share(make_person(), make_run()).link
    first, second = ShareLink.objects.get(), ShareLink.objects.get()
    sharing.opened(first, now=NOW)
    sharing.opened(second, now=NOW)
    link.refresh_from_db()
    assert link.n_opened == 1


def test_a_link_that_cannot_be_written_down_is_not_made_and_goes_on_if_its_end_cannot(monkeypatch):
    ada = make_person()
    link = share(ada, make_run()).link

    def fail(*_args, **_words):
        raise OperationalError("the database is busy")

    monkeypatch.setattr("dashboard.services.audit.lock", fail)
    with pytest.raises(OperationalError):
        sharing.revoke(ada, link, now=NOW)
    with pytest.raises(OperationalError):
        share(ada, make_run())
    assert ShareLink.objects.get(revoked_at=None) == link
