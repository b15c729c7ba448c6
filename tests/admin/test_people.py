"""Administering accounts and groups."""

import html
import re

import pytest
import time_machine
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.auth.models import Group, User
from django.db import connection, transaction
from django.db.models.signals import pre_save
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dashboard.domain.roles import Role
from dashboard.models import AuditEntry, MirrorClock, Preferences
from dashboard.services import people, second_factors
from tests import factories

pytestmark = pytest.mark.django_db

ADD = "/admin/auth/user/add/"


def page_of(person):
    return f"/admin/auth/user/{person.pk}/change/"


def form(username="grace", **fields):
    given = {"username": username, "first_name": "", "last_name": "", "email": "", "is_active": "on", "role": "viewer"}
    return {key: value for key, value in (given | fields).items() if value is not None}


def close(actor, person):
    with transaction.atomic():
        person.is_active = False
        person.save()
        people.arrange(actor, person, role=Role.ADMINISTRATOR, groups=(), ends_sessions=False)


def roles_of(person):
    return set(User.objects.get(pk=person.pk).groups.values_list("name", flat=True))


@pytest.fixture
def grace(root):
    return factories.make_person("grace", role=Role.VIEWER)


class TestAdding:
    def test_somebody_new_is_a_viewer_unless_it_is_said_otherwise(self, panel):
        page = panel.get(ADD).content.decode()
        assert re.search(r'value="viewer"[^>]*checked', page)
        assert 'type="password"' not in page

    @time_machine.travel(factories.NOW, tick=False)
    def test_they_get_a_link_by_which_they_set_a_password(self, panel, entry):
        page = panel.post(ADD, form(role="operator", email="g@example.org")).content.decode()
        person = User.objects.get(username="grace")
        assert roles_of(person) == {"operator"}
        assert not person.has_usable_password()
        link = re.search(r'value="(http[^"]+)"', page)[1]
        assert Client().get(link, follow=True).status_code == 200
        assert "It is good for an hour, until 2026-11-21 13:00:00 UTC, and once." in page
        assert re.search(r'data-copies="link" hidden>.*?Copy link</button>', page)
        assert entry().action == "object.add"
        assert link.rsplit("/", 2)[1] not in str(entry().detail)

    def test_who_has_no_role_sees_nothing(self, panel):
        panel.post(ADD, form(role=""))
        assert roles_of(User.objects.get(username="grace")) == set()


class TestRoles:
    def test_there_is_one_role_beside_further_groups(self, panel, grace):
        group = Group.objects.create(name="safety")
        panel.post(page_of(grace), form(role="operator", further_groups=[group.pk]))
        assert roles_of(grace) == {"operator", "safety"}

    @pytest.mark.parametrize("change", [{"role": "operator"}, {"is_active": None}])
    def test_sessions_end_where_the_role_changes_or_the_account_is_closed(self, panel, grace, change):
        client = Client()
        client.force_login(grace)
        assert client.get("/runs/").status_code == 200
        panel.post(page_of(grace), form(**change))
        assert client.get("/runs/").status_code == 302

    def test_sessions_go_on_where_only_the_name_changes(self, panel, grace):
        client = Client()
        client.force_login(grace)
        client.get("/runs/")
        panel.post(page_of(grace), form(first_name="Grace"))
        assert client.get("/runs/").status_code == 200

    @pytest.mark.parametrize("change", [{"role": "viewer"}, {"role": "administrator", "is_active": None}])
    def test_nobody_takes_the_role_from_themselves(self, panel, root, change):
        page = panel.post(page_of(root), form("root", **change)).content.decode()
        assert "from yourself" in page
        assert roles_of(root) == {"administrator"}
        assert User.objects.get(pk=root.pk).is_active

    def test_an_account_that_a_command_made_always_administers(self):
        owner = factories.make_person("owner", role=None, is_superuser=True)
        client = Client()
        client.force_login(owner)
        assert re.search(rb'value="administrator"[^>]* checked', client.get(page_of(owner)).content)
        page = client.post(page_of(owner), form("owner", role="viewer"))
        assert (page.status_code, people.ALWAYS in html.unescape(page.content.decode())) == (200, True)
        assert client.get("/admin/").status_code == 200
        assert roles_of(owner) == set()
        assert client.post(page_of(owner), form("owner", role="administrator", first_name="Olga")).status_code == 302
        owner.refresh_from_db()
        assert (owner.first_name, roles_of(owner)) == ("Olga", {"administrator"})

    def test_another_administrator_may_be_demoted(self, panel):
        other = factories.make_person("other", role=Role.ADMINISTRATOR)
        panel.post(page_of(other), form("other", role="viewer"))
        assert roles_of(other) == {"viewer"}

    def test_the_last_administrator_stays_one(self, root):
        actor = factories.make_person("robot", role=None, is_superuser=True)
        User.objects.filter(pk=actor.pk).update(is_active=False)
        with pytest.raises(people.LeftAlone):
            people.arrange(actor, root, role=Role.VIEWER, groups=(), ends_sessions=False)
        assert roles_of(root) == {"administrator"}

    def test_of_two_who_close_one_another_one_stays(self, root):
        other = factories.make_person("other", role=Role.ADMINISTRATOR)
        for actor, person in ((root, other), (other, root)):
            assert not people.fault(actor, person, role=Role.ADMINISTRATOR, is_active=False)
        close(root, other)
        with pytest.raises(people.LeftAlone, match="Nobody would be left"):
            close(other, root)
        with pytest.raises(people.LeftAlone, match="Nobody would be left"):
            people.check(other, User(pk=root.pk, is_active=False), role=Role.ADMINISTRATOR)

    def test_what_would_leave_nobody_is_not_kept(self, panel, root):
        other = factories.make_person("other", role=Role.ADMINISTRATOR)

        def close_root(**_):
            User.objects.filter(pk=root.pk).update(is_active=False)

        # What the other one does at the same time.
        pre_save.connect(close_root, sender=User)
        try:
            answer = panel.post(page_of(other), form("other", role="administrator", is_active=None))
        finally:
            pre_save.disconnect(close_root, sender=User)
        assert (answer.status_code, "Nobody would be left" in answer.content.decode()) == (403, True)
        assert User.objects.get(pk=other.pk).is_active

    def test_nobody_changes_an_account_before_they_are_alone_with_it(self, panel, grace):
        with CaptureQueriesContext(connection) as queries:
            panel.post(page_of(grace), form(first_name="Grace"))
        changed = [query["sql"].split('"')[1] for query in queries if query["sql"].startswith("UPDATE")]
        assert changed.index(MirrorClock._meta.db_table) < changed.index(User._meta.db_table)

    def test_the_panel_has_no_way_to_make_superusers(self, panel, grace):
        panel.post(page_of(grace), form(is_superuser="on", is_staff="on", user_permissions=["1"]))
        grace.refresh_from_db()
        assert (grace.is_superuser, grace.is_staff) == (False, False)


class TestRemoving:
    def test_what_goes_along_is_told_in_words(self, panel, grace):
        factories.make_view(grace)
        Preferences.objects.create(user=grace)
        page = panel.get(f"/admin/auth/user/{grace.pk}/delete/").content.decode()
        assert "Preferences: 1" in page
        assert "close the account instead" in page
        assert "relationship" not in page
        assert "object (" not in page
        assert "Saved views: 1" in page
        assert 'href="/admin/auth/user/' in page.split(">Delete</button>")[1].split(">Keep</a>")[0]

    def test_of_several_each_is_named_before_and_all_are_removed_after(self, panel, grace):
        other = factories.make_person("other")
        chosen = {"action": "delete_selected", "_selected_action": [grace.pk, other.pk]}
        page = panel.post("/admin/auth/user/", chosen).content.decode()
        assert "Delete 2 users?" in page
        assert "<li>grace</li>" in page
        assert "<li>other</li>" in page
        given = re.findall(r'type="hidden" name="(\w+)" value="(\w+)"', page.split("Delete 2 users?")[1])
        sent = {name: [value for each, value in given if each == name] for name, _ in given}
        panel.post("/admin/auth/user/", sent)
        assert set(User.objects.values_list("username", flat=True)) == {"root"}

    def test_nobody_removes_themselves(self, panel, root):
        panel.post(f"/admin/auth/user/{root.pk}/delete/", {"post": "yes"})
        data = {"action": "delete_selected", "_selected_action": [root.pk], "post": "yes"}
        panel.post("/admin/auth/user/", data)
        assert User.objects.filter(pk=root.pk).exists()

    def test_others_are_removed_with_an_entry(self, panel, grace, entry):
        panel.post(f"/admin/auth/user/{grace.pk}/delete/", {"post": "yes"})
        assert not User.objects.filter(pk=grace.pk).exists()
        assert (entry().action, entry().object_name) == ("object.remove", "grace")

    def test_of_two_who_remove_one_another_one_stays(self, root):
        other = factories.make_person("other", role=Role.ADMINISTRATOR)
        people.remove(root, User.objects.filter(pk=other.pk))
        with pytest.raises(people.LeftAlone):
            people.remove(other, User.objects.filter(pk=root.pk))
        assert User.objects.filter(pk=root.pk).exists()


class TestOneAccount:
    def test_a_link_is_made_for_whoever_forgot(self, panel, grace):
        page = panel.post(f"/admin/auth/user/{grace.pk}/link/").content.decode()
        assert "good for an hour" in page
        assert AuditEntry.objects.get().action == "password.link"

    def test_a_closed_account_gets_none(self, panel, grace):
        User.objects.update(is_active=False)
        User.objects.filter(username="root").update(is_active=True)
        page = panel.post(f"/admin/auth/user/{grace.pk}/link/").content.decode()
        assert "No link was made" in page
        assert AuditEntry.objects.get().outcome == "refused"

    def test_a_lost_second_factor_is_taken_off_once_it_was_asked(self, panel, grace):
        TOTP.activate(grace, "JBSWY3DPEHPK3PXP")
        path = f"/admin/auth/user/{grace.pk}/second-factor/"
        assert f'href="{path}"' in panel.get(page_of(grace)).content.decode()
        question = panel.get(path).content.decode()
        assert "Take the second factor off?" in question
        assert "grace is signed out everywhere" in question
        assert second_factors.has_factor(grace)
        assert not AuditEntry.objects.exists()
        assert panel.post(path)["Location"] == page_of(grace)
        assert not second_factors.has_factor(grace)
        assert AuditEntry.objects.get().action == "factor.change"

    def test_nobody_but_an_administrator_is_asked(self, grace):
        theirs = Client()
        theirs.force_login(grace)
        path = f"/admin/auth/user/{grace.pk}/second-factor/"
        answers = [getattr(theirs, method)(path) for method in ("get", "post")]
        assert not [answer for answer in answers if answer.status_code == 200 or page_of(grace) in str(answer.headers)]
        assert not AuditEntry.objects.filter(action="factor.change").exists()

    def test_a_get_makes_no_link(self, panel, grace):
        assert panel.get(f"/admin/auth/user/{grace.pk}/link/").status_code == 405
        assert not AuditEntry.objects.exists()


class TestGroups:
    @pytest.mark.parametrize("role", list(Role))
    def test_a_role_keeps_its_name_and_stays(self, panel, role):
        group = factories.make_role(role)
        panel.post(f"/admin/auth/group/{group.pk}/change/", {"name": "superheroes"})
        panel.post(f"/admin/auth/group/{group.pk}/delete/", {"post": "yes"})
        data = {"action": "delete_selected", "_selected_action": [group.pk], "post": "yes"}
        panel.post("/admin/auth/group/", data)
        assert Group.objects.get(pk=group.pk).name == role.value

    def test_a_group_that_limits_a_source_stays(self, panel):
        group = factories.make_role("safety")
        factories.make_source().groups.add(group)
        there = f"/admin/auth/group/{group.pk}/delete/"
        data = {"action": "delete_selected", "_selected_action": [group.pk], "post": "yes"}
        pages = [panel.get(there), panel.post(there, {"post": "yes"}), panel.post("/admin/auth/group/", data)]
        for page in pages:
            assert page.status_code == 200
            assert "limits Jobs" in page.content.decode()
        assert Group.objects.filter(pk=group.pk).exists()
        assert set(AuditEntry.objects.values_list("outcome", flat=True)) == {"refused"}
        assert AuditEntry.objects.count() == 2

    @pytest.mark.parametrize("way", ["page", "list"])
    def test_a_group_that_limits_a_source_just_now_stays(self, panel, way):
        group, source = factories.make_role("safety"), factories.make_source()
        there, data = f"/admin/auth/group/{group.pk}/delete/", {"post": "yes"}
        if way == "list":
            there = "/admin/auth/group/"
            data |= {"action": "delete_selected", "_selected_action": [group.pk]}

        def limit(execute, sql, *given):
            # What another administrator does once it was asked whether the group may go.
            if f'UPDATE "{MirrorClock._meta.db_table}"' in sql:
                source.groups.add(group)
            return execute(sql, *given)

        with connection.execute_wrapper(limit):
            answer = panel.post(there, data)
        assert (answer.status_code, "safety (limits Jobs: choose" in answer.content.decode()) == (403, True)
        assert Group.objects.filter(pk=group.pk).exists()
        assert set(AuditEntry.objects.values_list("outcome", flat=True)) == {"refused"}

    def test_any_other_goes(self, panel):
        group = factories.make_role("safety")
        panel.post(f"/admin/auth/group/{group.pk}/delete/", {"post": "yes"})
        assert not Group.objects.filter(pk=group.pk).exists()


def test_superusers_are_told_beside_the_group_of_administrators(panel, root):
    for name in ("local", "robot"):
        factories.make_person(name, role=None, is_superuser=True)
    factories.make_person("owner", role=Role.ADMINISTRATOR, is_superuser=True)
    group = factories.make_role(Role.ADMINISTRATOR)
    page = panel.get("/admin/auth/group/").content.decode()
    assert re.findall(r'class="field-n_members">([^<]*)<', page) == ["2 and 2 superusers", "0", "0"]
    named = panel.get(f"/admin/auth/group/{group.pk}/change/").content.decode()
    assert "owner, root, local (superuser), robot (superuser)" in named


@pytest.mark.parametrize("place", ["/admin/auth/user/", "/admin/auth/group/"])
def test_a_longer_list_costs_no_more_queries(panel, place, django_assert_num_queries):
    with CaptureQueriesContext(connection) as short:
        panel.get(place)
    for number in range(5):
        group = Group.objects.create(name=f"group {number}")
        factories.make_person(f"person {number}").groups.add(group)
        factories.make_source(name=f"source {number}").groups.add(group)
    with django_assert_num_queries(len(short)):
        page = panel.get(place).content.decode()
    assert "person 4" in page or "source 4" in page


def test_a_new_group_is_made_in_the_panel(panel):
    assert panel.get("/admin/auth/group/add/").status_code == 200
    panel.post("/admin/auth/group/add/", {"name": "safety"})
    assert Group.objects.filter(name="safety").exists()
