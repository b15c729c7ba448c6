"""The administration as part of the product."""

import pytest
from allauth.mfa.totp.internal.auth import TOTP

from dashboard.services import team
from tests import factories

pytestmark = pytest.mark.django_db

PAGES = ["/admin/", "/admin/dashboard/source/", "/admin/dashboard/source/add/", "/admin/auth/user/"]


@pytest.mark.parametrize("path", PAGES)
def test_its_pages_are_called_quayside_and_lead_back_to_the_runs(admin_client, path):
    page = admin_client.get(path).content.decode()
    assert "· Quayside</title>" in page
    assert page.count('href="/runs/"') == 2
    assert "favicon.svg" in page
    assert "css/admin.css" in page
    assert "Django" not in page


def test_one_signs_out_as_everywhere(admin_client):
    page = admin_client.get("/admin/").content.decode()
    assert 'action="/sign-out/"' in page
    assert "/admin/logout/" not in page


def test_times_carry_their_zone(admin_client):
    source = factories.make_source()
    path = f"/admin/dashboard/source/{source.pk}/change/"
    assert "2026-11-21 12:00:00 UTC" in admin_client.get(path).content.decode()
    assert "2026-11-21 12:00:00 UTC" in admin_client.get("/admin/dashboard/source/").content.decode()


def test_the_icon_is_where_browsers_look_for_it_unasked(client):
    response = client.get("/favicon.ico")
    assert (response.status_code, response["Location"]) == (302, "/static/favicon.svg")


@pytest.mark.parametrize("method", ["get", "post"])
def test_one_changes_ones_password_where_everybody_does(admin_client, method):
    assert getattr(admin_client, method)("/admin/password_change/")["Location"] == "/account/password/"
    assert 'href="/account/password/"' in admin_client.get("/admin/").content.decode()


@pytest.mark.parametrize(
    "noun", ["auth/permission", "contenttypes/contenttype", "mfa/authenticator", "socialaccount/socialapp"]
)
def test_no_panel_of_other_applications_is_there(admin_client, noun):
    assert admin_client.get(f"/admin/{noun}/").status_code == 404


def test_the_index_says_what_each_noun_is_for(admin_client):
    page = admin_client.get("/admin/").content.decode()
    groups = [page.index(f">{name}</h2>") for name in ("Sources", "People", "Shared and kept", "Log")]
    assert groups == sorted(groups)
    assert "Who did what, when, from where, with what outcome." in page


def test_a_list_is_called_by_what_it_lists(admin_client):
    assert '<h1><span class="title">Audit log</span></h1>' in admin_client.get("/admin/dashboard/auditentry/").text


def test_a_page_is_called_by_what_it_shows_and_a_saved_form_says_so_in_a_word(admin_client):
    page = admin_client.get("/admin/dashboard/teamsettings/", follow=True)
    path = page.redirect_chain[-1][0]
    shown = page.content.decode()
    assert '<h1><span class="title">Settings of the team</span></h1>' in shown
    assert "Longest life of a share link (days)" in shown
    assert shown.split('class="trail"')[1].split("</ol>")[0].lower().count("settings of the team") == 1
    given = {"has_sharing": "on", "longest_share": 30, "keep_audit": 365, "keep_deliveries": 30, "keep_links": 90}
    told = admin_client.post(path, given | {"_continue": ""}, follow=True).content.decode()
    assert '<li class="success">Saved.</li>' in told


def test_the_audit_log_is_kept_for_a_month_at_the_least(admin_client):
    path = admin_client.get("/admin/dashboard/teamsettings/", follow=True).redirect_chain[-1][0]
    given = {"has_sharing": "on", "longest_share": 30, "keep_audit": 29, "keep_deliveries": 30, "keep_links": 90}
    refused = admin_client.post(path, given)
    assert refused.context["adminform"].form.errors == {
        "keep_audit": ["Ensure this value is greater than or equal to 30."]
    }
    assert team.current().keep_audit == 365


@pytest.mark.parametrize("days", [-3, 0])
def test_a_link_that_is_shared_lasts_a_day_at_the_least(admin_client, days):
    path = admin_client.get("/admin/dashboard/teamsettings/", follow=True).redirect_chain[-1][0]
    given = {"has_sharing": "on", "longest_share": days, "keep_audit": 365, "keep_deliveries": 30, "keep_links": 90}
    errors = admin_client.post(path, given).context["adminform"].form.errors
    assert errors == {"longest_share": ["Ensure this value is greater than or equal to 1."]}
    assert team.current().longest_share == 30


def test_what_a_channel_is_stands_there_in_words(admin_client):
    owner = factories.make_person("olga")
    factories.make_channel(owner, name="Alerts", is_paused=True, is_team=True)
    page = admin_client.get("/admin/dashboard/channel/").content.decode()
    assert '<td class="field-whose">the team&#x27;s</td><td class="field-state">Paused</td>' in page
    assert "By state" in page
    assert "icon-no" not in page


def test_a_second_factor_is_taken_only_from_who_has_one(admin_client):
    person = factories.make_person("olga")
    path = f"/admin/auth/user/{person.pk}/change/"
    assert "Take the second factor off" not in admin_client.get(path).content.decode()
    TOTP.activate(person, "JBSWY3DPEHPK3PXP")
    assert "Take the second factor off" in admin_client.get(path).content.decode()
