"""The list of share links, and revoking one of them."""

import pytest
from django.test import Client
from django.utils import timezone

from dashboard.domain.roles import Role
from dashboard.models import AuditEntry, ShareLink
from dashboard.services import sharing
from tests.factories import make_person, make_report, make_role, make_run

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(person):
    browser = Client()
    browser.force_login(person)
    return browser


def test_nothing_shared_says_how_one_shares(browser):
    shown = browser.get("/shares/").content.decode()
    assert "Nothing is shared" in shown
    assert "choose Share" in shown


def test_who_cannot_share_is_not_told_how(browser, person):
    person.groups.set([make_role(Role.VIEWER)])
    shown = browser.get("/shares/").content.decode()
    assert "needs the role operator" in shown
    assert "You cannot share now" not in shown
    assert "choose Share" not in shown


def test_a_page_with_nothing_above_it_has_no_trail(browser, run):
    assert "Breadcrumb" not in browser.get("/shares/").content.decode()
    assert "Breadcrumb" in browser.get(f"/runs/{run.pk}/share/").content.decode()


def test_a_link_is_told_with_its_state_scope_note_and_openings(browser, share, run):
    link = share(run)
    ShareLink.objects.update(note="for Grace")
    link.get()
    shown = browser.get("/shares/").content.decode()
    for word in (
        "oracle-local",
        "Live",
        "run, with trials and artifacts",
        "for Grace",
        f"/shares/{link.link.pk}/revoke/",
    ):
        assert word in shown
    assert link.token not in shown
    assert link.link.token_hash not in shown


def test_one_sees_ones_own_and_administrators_see_all(browser, share, run):
    bob = make_person("bob")
    share(run), share(make_report(make_run(name="of-bob")), actor=bob)
    assert "1 link of yours" in browser.get("/shares/").content.decode()
    root = Client()
    root.force_login(make_person("root", role=Role.ADMINISTRATOR))
    shown = root.get("/shares/").content.decode()
    assert "2 links of everybody" in shown
    assert "bob" in shown


def test_states_are_words_and_filters(browser, share, run, person):
    share(run)
    expired, revoked = share(run), share(run)
    ShareLink.objects.filter(pk=expired.link.pk).update(expires_at=timezone.now())
    sharing.revoke(person, revoked.link, now=timezone.now())
    meanings = {"live": "Whoever has the address sees it.", "expired": "Its time is over.", "revoked": "ended by hand."}
    everything = browser.get("/shares/").content.decode()
    assert all(meaning in everything for meaning in meanings.values())
    for state in meanings:
        one = browser.get(f"/shares/?state={state}").content.decode()
        assert [other for other, meaning in meanings.items() if meaning in one] == [state]


def test_a_link_that_shows_nothing_for_want_of_rights_says_so(browser, share, run, person):
    share(run)
    person.groups.set([make_role(Role.VIEWER)])
    shown = browser.get("/shares/").content.decode()
    assert "<span>Suspended</span>" in shown
    assert "You cannot share now" in shown


def test_no_match_leads_back_to_all(browser, share, run):
    share(run)
    assert "No link matches" in browser.get("/shares/?state=revoked").content.decode()
    assert browser.get("/shares/?state=nonsense&page=9&run=abc").status_code == 200


def test_links_of_one_run_alone(browser, share, run):
    share(run), share(make_run(name="other-run"))
    assert "other-run" not in browser.get(f"/shares/?run={run.pk}").content.decode()


def test_many_links_cost_as_many_queries_as_one(browser, share, run, django_assert_max_num_queries):
    for _ in range(30):
        share(run)
    browser.get("/shares/")
    with django_assert_max_num_queries(16):
        browser.get("/shares/")


def test_revoking_asks_first_and_then_the_link_is_dead(browser, share, run):
    link = share(run)
    assert "Revoke link" in browser.get(f"/shares/{link.link.pk}/revoke/").content.decode()
    assert link.get().status_code == 200
    response = browser.post(f"/shares/{link.link.pk}/revoke/", follow=True)
    assert "is revoked. Nobody can open it any more." in response.content.decode()
    assert link.get().status_code == 410
    assert AuditEntry.objects.filter(action="share.revoke").count() == 1


def test_what_has_ended_cannot_be_revoked_again(browser, share, run, person):
    link = share(run)
    sharing.revoke(person, link.link, now=timezone.now())
    shown = browser.get(f"/shares/{link.link.pk}/revoke/").content.decode()
    assert "It has ended already" in shown
    assert "Revoke link" not in shown


def test_nobody_revokes_what_is_anothers_but_administrators(browser, share, run):
    link = share(run, actor=make_person("bob"))
    assert browser.post(f"/shares/{link.link.pk}/revoke/").status_code == 404
    assert link.get().status_code == 200
    root = Client()
    root.force_login(make_person("root", role=Role.ADMINISTRATOR))
    assert root.post(f"/shares/{link.link.pk}/revoke/").status_code == 302
    assert link.get().status_code == 410
