"""The audit log in the panel: read, narrowed down, exported, checked; and by administrators alone."""

import csv
import io
import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client

from dashboard.admin import audit_filter
from dashboard.admin.audit_filter import spans
from dashboard.domain.audits import AuditAction, AuditOutcome
from dashboard.domain.roles import Role
from dashboard.models import AuditEntry
from dashboard.services import accounts, audit
from tests import factories
from tests.services.test_audit_chain import tamper

pytestmark = pytest.mark.django_db

LIST = "/admin/dashboard/auditentry/"
NOW = factories.NOW


def record(action=AuditAction.CHANGED, actor=None, subject=None, *, at=NOW, **fields):
    with time_machine.travel(at, tick=False):
        return audit.record(action, actor, subject, **fields)


def shown(panel, query=""):
    """Primary keys of the entries in the list, in its order."""
    page = panel.get(f"{LIST}{query}").content.decode()
    return [int(pk) for pk in re.findall(r"/auditentry/(\d+)/change/", page)]


@pytest.fixture
def entries(root):
    """Four entries that differ in all that can be asked for."""
    source = factories.make_source()
    return [
        record(AuditAction.SOURCE_PAUSED, root, source, source="Jobs"),
        record(AuditAction.RUN_STOPPED, factories.make_person("ada"), at=NOW + timedelta(days=1)),
        record(AuditAction.RUN_STOPPED, None, outcome=AuditOutcome.FAILED, at=NOW + timedelta(days=40)),
        record(AuditAction.SIGN_IN_REFUSED, None, outcome=AuditOutcome.REFUSED, at=NOW + timedelta(days=400)),
    ]


def test_the_newest_come_first(panel, entries):
    assert shown(panel) == [entry.pk for entry in reversed(entries)]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?who=ada", [1]),
        ("?action=run.stop", [2, 1]),
        ("?outcome=refused", [3]),
        ("?object_kind=source", [0]),
        ("?source=Jobs", [0]),
        ("?since=2026-11-22", [3, 2, 1]),
        ("?until=2026-11-22", [1, 0]),
        ("?since=2026-11-22&until=2026-11-22", [1]),
        ("?action=run.stop&outcome=failed", [2]),
        ("?q=Jobs", [0]),
        ("?q=Jobs&outcome=refused", []),
        ("?action=no.such", []),
        ("?since=yesterday", []),
        ("?who=%00", []),
        ("?until=9999-12-31", [3, 2, 1, 0]),
    ],
)
def test_it_is_narrowed_down(panel, entries, query, found):
    assert shown(panel, query) == [entries[number].pk for number in found]


@pytest.mark.parametrize("action", list(AuditAction))
def test_each_action_is_told_in_words(action):
    assert action.words[0].isupper()
    assert "." not in action.words


def test_the_list_and_its_filter_say_what_was_done_in_words(panel, entries):
    page = panel.get(LIST).content.decode()
    assert '<td class="field-did">Sign-in refused</td>' in page
    assert '<option value="session.refuse">Sign-in refused (session.refuse)</option>' in page


def test_who_also_finds_the_sign_ins_that_were_refused_at_their_account(panel):
    olga, gone = factories.make_person("olga"), factories.make_person("gone")
    refused = [record(AuditAction.SIGN_IN_REFUSED, None, one, outcome=AuditOutcome.REFUSED) for one in (olga, gone)]
    gone.delete()
    assert shown(panel, "?who=olga&action=session.refuse") == [refused[0].pk]
    assert shown(panel, "?who=gone") == [refused[1].pk]
    assert '<td class="field-who">not known</td>' in panel.get(f"{LIST}?who=olga").text


def test_kinds_of_objects_are_those_there_are_entries_about_in_words(panel, entries, root):
    record(AuditAction.ADDED, root, factories.make_view(root))
    page = panel.get(LIST).content.decode()
    kinds = re.search(r'<select name="object_kind".*?</select>', page, re.DOTALL)[0]
    assert re.findall(r'value="(\w*)"[^>]*>([\w ]+)<', kinds) == [
        ("", "any"), ("savedview", "saved view"), ("source", "source")
    ]  # fmt: skip
    assert ">saved view " in page


@pytest.mark.parametrize(
    ("query", "field", "said"),
    [
        ("?since=2026-11-22&until=2026-11-21", "until", "This day is before the first one."),
        ("?object=abc", "object", "A number, as at the end of a page&#x27;s address."),
        ("?object_kind=no-such", "object_kind", "There are no entries about that."),
        ("?since=yesterday", "since", "Enter a valid date."),
    ],
)
def test_what_cannot_be_looked_for_is_said_at_its_field_and_above_the_list(panel, entries, query, field, said):
    page = panel.get(f"{LIST}{query}").content.decode()
    at_field = re.search(rf'<strong class="wrong" id="id_{field}_error">(.*?)</strong>', page)
    assert at_field[1].strip() == said
    assert f'<a href="#id_{field}">' in page
    assert re.search(rf'id="id_{field}"[^>]*aria-invalid="true"|aria-invalid="true"[^>]*id="id_{field}"', page)


def test_making_a_link_for_somebody_is_not_called_setting_their_password(panel, root):
    person = factories.make_person("olga")
    accounts.reset_link(root, person)
    accounts.note_password(person, way="link")
    page = panel.get(LIST).content.decode()
    assert re.findall(r'class="field-did"[^>]*>([^<]+)<', page) == ["Set password", "Make a link to set a password"]


def test_the_page_of_an_entry_is_called_by_what_was_done(panel, entries):
    page = panel.get(f"{LIST}{entries[0].pk}/change/").content.decode()
    assert '<span class="title">Pause source by root at 2026-11-21 12:00:00</span>' in page


def test_an_entry_does_not_lead_to_entries_about_itself(panel, entries):
    assert f"/auditentry/{entries[0].pk}/history/" not in panel.get(f"{LIST}{entries[0].pk}/change/").content.decode()


def test_the_page_of_a_source_leads_to_its_entries(panel, entries):
    response = panel.get(f"/admin/dashboard/source/{entries[0].object_id}/history/")
    assert shown(panel, "?" + response["Location"].partition("?")[2]) == [entries[0].pk]


def test_an_entry_shows_its_detail_as_text(panel):
    entry = record(detail={"name": "<script>alert(1)</script>"})
    page = panel.get(f"{LIST}{entry.pk}/change/").content.decode()
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page
    assert entry.hash in page


def test_nothing_can_be_added_changed_or_deleted(panel, entries):
    assert panel.get(f"{LIST}add/").status_code == 403
    assert panel.post(f"{LIST}{entries[0].pk}/change/", {"actor_name": "x"}).status_code == 403
    assert panel.post(f"{LIST}{entries[0].pk}/delete/", {"post": "yes"}).status_code == 403
    data = {"action": "delete_selected", "_selected_action": [entries[0].pk], "post": "yes"}
    panel.post(LIST, data)
    assert AuditEntry.objects.filter(pk=entries[0].pk, actor_name="root").exists()


@pytest.mark.parametrize("path", [LIST, f"{LIST}export/", f"{LIST}check/", f"{LIST}1/change/"])
@pytest.mark.parametrize("role", [None, Role.VIEWER, Role.OPERATOR])
def test_nobody_else_reads_it(path, role):
    client = Client()
    client.force_login(factories.make_person("eve", role=role))
    response = client.post(path) if "export" in path else client.get(path)
    assert response.status_code in {302, 403}


class TestPaging:
    @pytest.fixture(autouse=True)
    def few(self, monkeypatch):
        monkeypatch.setattr(audit_filter, "MOST_COUNTED", 3)
        monkeypatch.setattr("dashboard.admin.audit.MOST_COUNTED", 3)

    def test_pages_lead_no_further_than_is_counted(self, panel, entries):
        page = panel.get(LIST).content.decode()
        assert "pages lead to the newest 3" in page

    def test_a_narrower_list_is_counted_to_its_end(self, panel, entries):
        assert "There are more" not in panel.get(f"{LIST}?who=ada").content.decode()

    def test_no_query_counts_the_log(self, panel, entries, django_assert_max_num_queries):
        with django_assert_max_num_queries(12) as asked:
            panel.get(LIST)
        counts = [query["sql"] for query in asked.captured_queries if "COUNT(" in query["sql"]]
        assert counts
        assert all("LIMIT 3" in sql for sql in counts if "auditentry" in sql)


class TestExport:
    def rows(self, panel, query=""):
        response = panel.post(f"{LIST}export/{query}")
        assert response["Content-Disposition"] == 'attachment; filename="audit-log.csv"'
        return list(csv.DictReader(io.StringIO(b"".join(response.streaming_content).decode())))

    def test_it_has_what_the_filter_shows_and_is_an_entry_itself(self, panel, entries):
        rows = self.rows(panel, "?action=run.stop")
        assert [int(row["id"]) for row in rows] == [entries[2].pk, entries[1].pk]
        assert rows[1]["at"] == "2026-11-22T12:00:00Z"
        assert rows[1]["hash"] == entries[1].hash
        said = AuditEntry.objects.first()
        assert (said.action, said.detail) == ("log.export", {"filter": {"action": "run.stop"}})

    def test_cells_that_a_spreadsheet_would_run_are_defused(self, panel):
        record(AuditAction.CHANGED, factories.make_person("=1+1"), source="@SUM(A1)")
        [row] = self.rows(panel)
        assert (row["actor_name"], row["source_name"]) == ("'=1+1", "'@SUM(A1)")

    def test_a_filter_that_there_is_not_exports_nothing(self, panel):
        assert panel.post(f"{LIST}export/?id=x").status_code == 400

    def test_one_that_is_not_understood_leads_back_to_where_that_is_said(self, panel, entries):
        response = panel.post(f"{LIST}export/?object=abc&who=ada")
        assert response["Location"] == f"{LIST}?object=abc&who=ada"

    def test_a_get_exports_nothing(self, panel):
        assert panel.get(f"{LIST}export/").status_code == 405
        assert not AuditEntry.objects.exists()


class TestCheck:
    def test_a_whole_log_is_told(self, panel, entries):
        page = panel.get(f"{LIST}check/").content.decode()
        assert "Whole" in page
        assert entries[-1].hash in page

    def test_the_first_broken_entry_is_told(self, panel, entries):
        tamper("UPDATE dashboard_auditentry SET actor_name = 'x' WHERE id = %s", entries[1].pk)
        page = panel.get(f"{LIST}check/").content.decode()
        assert "Broken" in page
        assert f"number {entries[1].pk}" in page


class TestDrill:
    FIRST, LAST = date(2025, 3, 5), date(2026, 11, 22)

    def labels(self, since=None, until=None):
        return [span.label for span in spans(self.FIRST, self.LAST, since, until)]

    def test_years_come_first(self):
        assert self.labels() == ["All days", "2025", "2026"]

    def test_then_months_that_there_are_entries_of(self):
        found = self.labels(date(2026, 1, 1), date(2026, 12, 31))
        assert found[:3] == ["All days", "2026", "January 2026"]
        assert found[-1] == "November 2026"

    def test_then_days(self):
        found = self.labels(date(2025, 3, 1), date(2025, 3, 31))
        assert found[:4] == ["All days", "2025", "March 2025", "5"]
        assert found[-1] == "31"

    def test_of_an_empty_log_there_are_none(self):
        assert spans(None, None, None, None) == []

    def test_days_are_those_of_utc(self, panel):
        late = record(at=datetime(2026, 11, 22, 0, 30, tzinfo=ZoneInfo("Europe/Berlin")))
        assert shown(panel, "?since=2026-11-21&until=2026-11-21") == [late.pk]
