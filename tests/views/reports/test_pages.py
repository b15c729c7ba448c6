"""The page of a report: its way, its files, its document in a frame, and deleting or retrying it."""

import gzip
import json
from datetime import timedelta

import pytest
from django.core import signing
from django.test import Client
from django.utils import timezone

from dashboard.domain.errors import Conflict, Denied, Missing, ServerError, Unreachable
from dashboard.domain.reports import ReportMaker, ReportStatus
from dashboard.models import MirrorClock, Report, ReportDocument, Source
from dashboard.services.sync.reports import store
from dashboard.views.reports import previews as report_previews
from tests import factories
from tests.contract import records
from tests.contract.memory_reports import MemoryTestSource
from tests.fixtures.clocks import clock
from tests.pages import classed, parsed, resolved, text_of
from tests.views.reports.reporting import fields_of, run, source, template, world

__all__ = ["clock", "run", "source", "template", "world"]

pytestmark = pytest.mark.django_db

HTMX = {"hx-request": "true"}
HTML = b"<!doctype html><script>document.title = 1</script>\xff\x00"
FILES = {"html_report": "memory://html", "run_csv_zip": "memory://zip", "empty_notebook": "gs://b/a b/x.ipynb"}


@pytest.fixture
def report(run, world):
    """A report that has succeeded, at its source and in the mirror."""
    world.put_report(records.report(files=FILES, job_id="job-7"))
    world.report_files |= {"memory://html": HTML, "memory://zip": b"PK"}
    record = next(iter(world.reports.values()))
    return store(run.source, record, timezone.now(), MirrorClock.now())


def change(report, **fields):
    Report.objects.filter(pk=report.pk).update(version=MirrorClock.tick(), **fields)
    report.refresh_from_db()


def url_of(report, rest=""):
    return f"/reports/{report.pk}/{rest}"


class TestPage:
    def test_it_says_what_came_of_it(self, client, report):
        text = resolved(client.get(url_of(report)))
        for part in ("Concordance", "Sample 1 run", "ada@example.com", "job-7", "Report (HTML)", "How alike."):
            assert part in text
        assert f'href="/reports/{report.pk}/files/html_report/" download' in text

    def test_where_we_may_not_read_there_is_the_page_in_the_console(self, client, report):
        Source.objects.update(kind="carrot", address="http://carrot.example:8091")
        text = resolved(client.get(url_of(report)))
        assert "https://console.cloud.google.com/storage/browser/_details/b/a%20b%2Fx.ipynb" in text
        assert "Not fetched: its address is not among those allowed." in text
        assert "files/empty_notebook" not in text

    def test_job_links_lead_to_cromwell_where_it_is_told(self, client, report):
        Source.objects.update(told={"job_address": "http://cromwell.example/"})
        assert "http://cromwell.example/api/workflows/v1/job-7/timing" in resolved(client.get(url_of(report)))
        Source.objects.update(told={"job_address": "javascript:alert(1)"})
        assert "javascript:" not in resolved(client.get(url_of(report)))

    @pytest.mark.parametrize(
        ("status", "states"),
        [
            ("submitted", ["running", "pending", "pending", "pending"]),
            ("queued", ["completed", "running", "pending", "pending"]),
            ("running", ["completed", "completed", "running", "pending"]),
            ("succeeded", ["completed"] * 4),
            ("failed", ["completed", None, None, "failed"]),
            ("cancelled", ["completed", None, None, "cancelled"]),
            ("unknown", ["completed", None, None, "pending"]),
        ],
    )
    def test_its_stages(self, client, report, status, states):
        change(report, status=status)
        [steps] = classed(parsed(client.get(url_of(report))), "steps")
        assert [each.get("data-state") for each in steps] == states
        assert ["not known" in text_of(each) for each in steps] == [state is None for state in states]

    def test_of_our_own_it_is_known_whether_it_was_begun(self, client, run):
        own = factories.make_report(
            run, maker=ReportMaker.QUAYSIDE, status=ReportStatus.FAILED, options={"beginnings": 1}
        )
        [steps] = classed(parsed(client.get(url_of(own))), "steps")
        assert [each.get("data-state") for each in steps] == ["completed", "completed", "completed", "failed"]

    def test_a_failed_one_says_why_and_can_be_retried(self, client, report):
        change(report, status="failed")
        text = resolved(client.get(url_of(report)))
        assert "Its source tells no reason; the log of its job does." in text
        assert url_of(report, "retry/") in text
        change(report, status_reason="The notebook has no cells.")
        assert "The notebook has no cells." in resolved(client.get(url_of(report)))

    def test_one_that_is_gone_can_only_be_looked_at(self, client, report):
        change(report, is_gone=True)
        text = resolved(client.get(url_of(report)))
        assert "No longer at its source" in text
        assert "Delete report" not in text

    def test_there_is_no_other(self, client, report):
        assert client.get("/reports/999999/").status_code == 404


def live_part(response):
    [found] = [each for each in parsed(response).iter("div") if each.get("id") == "report-page"]
    return found


class TestPolls:
    def test_nothing_new(self, client, report):
        change(report, status="running", finished_at=None)
        live = live_part(client.get(url_of(report)))
        assert client.get(live.get("hx-get"), headers=HTMX).status_code == 204

    def test_every_answer_says_as_of_when_it_is(self, client, report):
        change(report, status="running", finished_at=None, looked_at=timezone.now() - timedelta(seconds=40))
        page = client.get(url_of(report))
        live = live_part(page)
        [place] = [each for each in live.iter("span") if each.get("data-as-of") is not None]
        assert text_of(place).startswith("as of")
        assert 40 <= int(live.get("data-looked")) < 60
        for address in (url_of(report), live.get("hx-get"), url_of(report, "?v=0.0")):
            answer = client.get(address, headers=HTMX)
            assert 40 <= json.loads(answer["HX-Trigger"])["quayside:looked"]["age"] < 60

    def test_one_of_our_own_is_as_of_now(self, client, run):
        own = factories.make_report(run, maker=ReportMaker.QUAYSIDE, title="Weekly", status=ReportStatus.RUNNING)
        live = live_part(client.get(url_of(own)))
        answer = client.get(live.get("hx-get"), headers=HTMX)
        assert json.loads(answer["HX-Trigger"])["quayside:looked"]["age"] == 0
        assert "as of" not in text_of(live)

    @pytest.mark.parametrize(
        ("fields", "opened", "live"),
        [
            ({"status": "queued", "finished_at": None}, "○ Concordance", "○ Concordance"),
            ({"status": "running", "finished_at": None}, "● Concordance", "● Concordance"),
            ({"status": "running", "finished_at": None, "is_gone": True}, "Concordance", "Concordance"),
            ({"status": "succeeded"}, "Concordance", "✓ done Concordance"),
            ({"status": "failed"}, "Concordance", "✕ failed Concordance"),
        ],
    )
    def test_the_windows_title_follows(self, client, report, fields, opened, live):
        change(report, **fields)
        page = client.get(url_of(report))
        assert next(text_of(each) for each in parsed(page).iter("title")) == f"{opened} · Quayside"
        assert live_part(page).get("data-title") == f"{live} · Quayside"
        assert f'data-title="{live} · Quayside"' in resolved(client.get(url_of(report, "?v=0.0"), headers=HTMX))

    def test_it_follows_until_the_end_and_then_fetches_the_document(self, client, report):
        change(report, status="queued", finished_at=None)
        response = client.get(url_of(report, "?v=0.0"), headers=HTMX)
        assert "Queued" in resolved(response)
        assert "report-ready" not in response.headers.get("HX-Trigger", "")
        change(report, status="succeeded", finished_at=timezone.now())
        response = client.get(url_of(report, "?v=0.0"), headers=HTMX)
        assert "report-ready" in response["HX-Trigger"]
        assert "hx-trigger" not in resolved(response)

    def test_what_all_who_watch_get_holds_nothing_of_a_person(self, client, report):
        change(report, status="queued", finished_at=None)
        assert "csrf" not in resolved(client.get(url_of(report, "?v=0.0"), headers=HTMX))


class TestFiles:
    def test_are_sent_as_they_are_and_never_as_a_page(self, client, report):
        response = client.get(url_of(report, "files/html_report/"))
        assert b"".join(response.streaming_content) == HTML
        assert response["Content-Type"] == "application/octet-stream"
        assert response["Content-Disposition"].startswith("attachment; filename*=UTF-8''Concordance-")
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Content-Security-Policy"].startswith("default-src 'none'; sandbox; ")

    def test_have_types_of_our_own(self, client, report):
        assert client.get(url_of(report, "files/run_csv_zip/"))["Content-Type"] == "application/zip"
        report.files["populated_notebook"] = "memory://zip"
        report.save()
        response = client.get(url_of(report, "files/populated_notebook/"))
        assert response["Content-Type"] == "application/x-ipynb+json"

    def test_that_are_not_there(self, client, report):
        assert client.get(url_of(report, "files/notes/")).status_code == 404
        assert client.get(url_of(report, "files/populated_notebook/")).status_code == 404

    def test_of_our_own_report_are_its_document(self, client, run):
        own = factories.make_report(run, maker=ReportMaker.QUAYSIDE, title="Wee/kly <b>")
        assert client.get(url_of(own, "files/html_report/")).status_code == 404
        ReportDocument.objects.create(report=own, html="<p>é</p>")
        response = client.get(url_of(own, "files/html_report/"))
        assert b"".join(response.streaming_content) == "<p>é</p>".encode()
        assert client.get(url_of(own, "files/run_csv_zip/")).status_code == 404


class TestFrame:
    """At http://localhost the document comes from http://127.0.0.1, and the other way round."""

    @pytest.fixture
    def frame(self, client, report):
        [found] = parsed(client.get(url_of(report), headers={"host": "localhost:8000"})).iter("iframe")
        return found

    def ask(self, frame, host="127.0.0.1:8000"):
        return Client().get(frame.get("src").removeprefix("http://127.0.0.1:8000"), headers={"host": host})

    def test_is_of_another_origin_and_may_run_scripts_and_no_more(self, client, report, frame):
        assert frame.get("src").startswith("http://127.0.0.1:8000/reports/frame/")
        assert frame.get("sandbox") == "allow-scripts"
        page = client.get(url_of(report), headers={"host": "localhost:8000"})
        assert "frame-src http://127.0.0.1:8000;" in page["Content-Security-Policy"] + ";"

    def test_holds_the_bytes_as_they_are_for_who_has_no_cookie(self, frame):
        response = self.ask(frame)
        assert b"".join(response.streaming_content) == HTML
        assert response["Content-Type"] == "text/html; charset=utf-8"
        assert "Set-Cookie" not in response.headers
        assert not response.cookies

    def test_has_a_policy_that_lets_it_reach_nothing(self, frame):
        response = self.ask(frame)
        assert response["Content-Security-Policy"] == (
            "sandbox allow-scripts; default-src 'none'; img-src data: blob:; style-src 'unsafe-inline'; "
            "script-src 'unsafe-inline'; connect-src 'none'; form-action 'none'; base-uri 'none'; "
            "frame-ancestors http://localhost:8000"
        )
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Cross-Origin-Resource-Policy"] == "same-origin"
        assert response["Referrer-Policy"] == "no-referrer"
        assert response["Cache-Control"] == "no-store"
        assert "X-Frame-Options" not in response.headers

    def test_works_from_the_other_name_too(self, client, report):
        [found] = parsed(client.get(url_of(report), headers={"host": "127.0.0.1:8000"})).iter("iframe")
        assert found.get("src").startswith("http://localhost:8000/reports/frame/")

    def test_is_not_shown_at_the_origin_of_the_pages(self, frame):
        assert self.ask(frame, host="localhost:8000").status_code == 404

    def test_is_valid_for_a_minute(self, frame, monkeypatch):
        monkeypatch.setattr("dashboard.views.artifacts.signatures.LASTS", -1)
        assert self.ask(frame).status_code == 404

    def test_of_somebody_who_may_no_longer_see_it(self, frame, person):
        person.is_active = False
        person.save()
        assert self.ask(frame).status_code == 404

    def test_of_a_forged_address(self, report):
        response = Client().get("/reports/frame/abc:def/", headers={"host": "127.0.0.1:8000"})
        assert response.status_code == 404

    def test_too_large_a_document_is_downloaded(self, client, report, frame, monkeypatch):
        monkeypatch.setattr("dashboard.services.reports.MOST_SHOWN", 10)
        response = self.ask(frame)
        assert response.status_code == 413
        assert "too large to be shown" in response.content.decode()
        assert "sandbox allow-scripts" in response["Content-Security-Policy"]
        page = client.get(url_of(report), headers={"host": "localhost:8000"})
        assert "<iframe" not in resolved(page)
        assert "too large to be shown in the page" in resolved(page)
        assert "Documents of more than 10 B are downloaded." in resolved(page)

    def test_a_source_that_fails_is_a_sentence_in_the_frame(self, world, frame):
        world.report_failures["memory://html"] = ServerError("It fell over.", source="Tests")
        response = self.ask(frame)
        assert (response.status_code, "It fell over." in response.content.decode()) == (503, True)

    def test_a_head_has_no_body(self, frame):
        address = frame.get("src").removeprefix("http://127.0.0.1:8000")
        assert Client().head(address, headers={"host": "127.0.0.1:8000"}).content == b""

    def test_the_open_page_fetches_it_when_it_is_ready(self, client, report):
        response = client.get(url_of(report, "preview/"), headers=HTMX | {"host": "localhost:8000"})
        assert "<iframe" in resolved(response)
        response = client.get(url_of(report, "preview/"), headers={"host": "localhost:8000"})
        assert response["Location"].startswith("http://127.0.0.1:8000/reports/frame/")

    def test_an_unfinished_report_has_none(self, client, report):
        change(report, status="running", files={})
        assert "<iframe" not in resolved(client.get(url_of(report), headers={"host": "localhost:8000"}))
        assert client.get(url_of(report, "preview/"), headers={"host": "localhost:8000"}).status_code == 404

    def test_without_a_second_origin_there_is_the_download_only(self, client, report):
        text = resolved(client.get(url_of(report)))
        assert "<iframe" not in text
        assert "none is set up here" in text

    def test_a_configured_origin_shows_that_and_nothing_else(self, client, report, settings):
        settings.ARTIFACT_ORIGIN = "https://files.example"
        settings.ALLOWED_HOSTS = ["testserver", "files.example"]
        [found] = parsed(client.get(url_of(report))).iter("iframe")
        assert found.get("src").startswith("https://files.example/reports/frame/")
        path = found.get("src").removeprefix("https://files.example")
        assert Client().get(path, headers={"host": "files.example"}, secure=True).status_code == 200
        for path in ("/runs/", "/sign-in/", "/static/css/foundation.css", url_of(report), "/healthz"):
            response = client.get(path, headers={"host": "files.example"}, secure=True)
            assert (response.status_code, response.content) == (404, b"Nothing is shown here.")

    @pytest.mark.parametrize(
        "host", ["files.example.", "FILES.Example", "files.example:443", "files.example:8000", "files.example.:8000"]
    )
    def test_a_configured_origin_shows_no_page_however_its_host_is_spelled(self, client, settings, host):
        settings.ARTIFACT_ORIGIN = "https://files.example"
        settings.ALLOWED_HOSTS = ["testserver", "files.example"]
        for path in ("/runs/", "/sign-in/", "/static/css/foundation.css", "/healthz"):
            response = client.get(path, headers={"host": host}, secure=True)
            assert (response.status_code, response.content) == (404, b"Nothing is shown here.")

    @pytest.mark.parametrize("path", ["abc:def/", "abc:def", ""])
    def test_what_fails_at_a_configured_origin_is_no_page_of_ours_either(self, client, settings, path):
        settings.ARTIFACT_ORIGIN = "https://files.example"
        settings.ALLOWED_HOSTS = ["testserver", "files.example"]
        response = client.get(f"/reports/frame/{path}", headers={"host": "files.example"}, secure=True)
        assert (response.status_code, response.content) == (404, b"Nothing is shown here.")
        assert response["Content-Type"] == "text/plain; charset=utf-8"
        response = client.post("/reports/frame/abc:def/", headers={"host": "files.example"}, secure=True)
        assert (response.status_code, response.content) == (403, b"Nothing is shown here.")

    def test_a_configured_origin_says_why_there_is_no_document(self, client, report, world, settings):
        settings.ARTIFACT_ORIGIN = "https://files.example"
        settings.ALLOWED_HOSTS = ["testserver", "files.example"]
        [found] = parsed(client.get(url_of(report))).iter("iframe")
        world.report_failures["memory://html"] = ServerError("It fell over.", source="Tests")
        path = found.get("src").removeprefix("https://files.example")
        response = Client().get(path, headers={"host": "files.example"}, secure=True)
        assert (response.status_code, "It fell over." in response.content.decode()) == (503, True)

    def test_is_packed_for_who_takes_that(self, frame, world):
        world.report_files["memory://html"] = HTML * 100
        path = frame.get("src").removeprefix("http://127.0.0.1:8000")
        response = Client().get(path, headers={"host": "127.0.0.1:8000", "accept-encoding": "gzip"})
        assert gzip.decompress(b"".join(response.streaming_content)) == HTML * 100

    def test_signatures_of_other_pages_open_nothing(self, frame):
        token = frame.get("src").removeprefix("http://127.0.0.1:8000/reports/frame/").removesuffix("/")
        said = signing.loads(token, salt=report_previews.SALT)
        statuses = {
            salt: Client()
            .get(f"/reports/frame/{signing.dumps(said, salt=salt)}/", headers={"host": "127.0.0.1:8000"})
            .status_code
            for salt in (report_previews.SALT, "other")
        }
        assert statuses == {report_previews.SALT: 200, "other": 404}


class TestDeletion:
    @pytest.fixture
    def client(self, person):
        person.email = "ada@example.com"
        person.save()
        client = Client()
        client.force_login(person)
        return client

    def ticket(self, client, report):
        return fields_of(parsed(client.get(url_of(report, "delete/"))))["ticket"]

    def post(self, client, report, **data):
        data = {"ticket": self.ticket(client, report)} | data
        return client.post(url_of(report, "delete/"), data)

    def test_says_what_goes_and_what_stays(self, client, report):
        text = text_of(parsed(client.get(url_of(report, "delete/"))))
        assert "The record of it at Tests." in text
        assert "Its files, where they are stored." in text
        assert "The job job-7" in text
        assert "all the same" not in text

    def test_it_is_gone_at_the_source_and_marked_here(self, client, report, world):
        response = self.post(client, report)
        assert (response.status_code, response["Location"]) == (302, "/reports/")
        assert world.reports == {}
        report.refresh_from_db()
        assert report.is_gone
        text = resolved(client.get("/reports/"))
        assert "“Concordance” was deleted at Tests." in text
        assert 'title="No longer at its source"' in text

    def test_one_is_back_in_the_list_as_it_was_filtered(self, client, report):
        def address(page, begins, filtered):
            found = [each.get("action") or each.get("href") for each in (*page.iter("a"), *page.iter("form"))]
            return next(each for each in found if each and each.startswith(begins) and each.endswith(filtered))

        way = "?q=owner%3Aada%40example.com&sort=finished"
        page = parsed(client.get(address(parsed(client.get(f"/reports/{way}")), url_of(report), way)))
        assert address(page, "/reports/?", way) == f"/reports/{way}"
        question = parsed(client.get(address(page, url_of(report, "delete/"), way)))
        assert address(question, url_of(report), way) == url_of(report, way)
        response = client.post(address(question, url_of(report, "delete/"), way), fields_of(question))
        assert response["Location"] == f"/reports/{way}"

    def test_an_unfinished_one_may_be_deleted(self, client, report, world):
        change(report, status="running")
        assert "nobody will hear how it ends" in resolved(client.get(url_of(report, "delete/")))
        self.post(client, report)
        assert world.reports == {}

    def test_anothers_is_asked_about_once_more(self, client, report, world):
        change(report, created_by="grace@example.com")
        assert "grace@example.com created it. Delete it all the same." in resolved(
            client.get(url_of(report, "delete/"))
        )
        response = self.post(client, report)
        assert response.status_code == 422
        assert "It is grace@example.com’s." in resolved(response)
        assert world.reports
        assert self.post(client, report, sure="on").status_code == 302
        assert world.reports == {}

    def test_a_form_acts_once(self, client, report, world):
        ticket = self.ticket(client, report)
        self.post(client, report, ticket=ticket)
        world.put_report(records.report())
        change(report, is_gone=False)
        assert self.post(client, report, ticket=ticket)["Location"] == "/reports/"
        assert world.reports

    def test_a_form_without_its_ticket_does_nothing(self, client, report, world):
        response = self.post(client, report, ticket="")
        assert (response.status_code, bool(world.reports)) == (422, True)

    def test_one_that_was_deleted_there_before_is_marked(self, client, report, world):
        world.reports.clear()
        self.post(client, report)
        report.refresh_from_db()
        assert report.is_gone
        assert "had no such report any more" in resolved(client.get("/reports/"))

    def test_one_that_somebody_had_made_anew_meanwhile_is_not_marked(self, client, report, world, monkeypatch):
        ticket = self.ticket(client, report)

        def missing(source, key):
            Report.objects.filter(pk=report.pk).update(version=MirrorClock.tick(), status="running")
            raise Missing("It is not there.", source="Tests")

        monkeypatch.setattr(MemoryTestSource, "delete_report", missing)
        client.post(url_of(report, "delete/"), {"ticket": ticket})
        report.refresh_from_db()
        assert (report.is_gone, report.status) == (False, "running")

    def test_a_refusal_is_quoted(self, client, report, world):
        world.refusals["delete_report"] = Conflict("Not now.", source="Tests", detail="It is Sunday.")
        response = self.post(client, report)
        assert response.status_code == 422
        assert "It is Sunday." in resolved(response)
        report.refresh_from_db()
        assert not report.is_gone

    def test_an_answer_that_is_lost_is_read_back(self, client, report, world):
        world.lost_answers["delete_report"] = ServerError("Cut off.", source="Tests")
        self.post(client, report)
        report.refresh_from_db()
        assert report.is_gone

    def test_an_outcome_that_is_not_known_is_said_to_be(self, client, report, world):
        world.lost_answers["delete_report"] = Unreachable("No answer.", source="Tests", code="timeout")
        response = self.post(client, report)
        assert response["Location"] == url_of(report)
        assert "is not known yet" in resolved(client.get(url_of(report)))

    def test_our_own_goes_with_its_document(self, client, run, person):
        own = factories.make_report(run, maker=ReportMaker.QUAYSIDE, title="Weekly", created_by=person.username)
        ReportDocument.objects.create(report=own, html="<p>")
        assert "Links to it lead nowhere then." in resolved(client.get(url_of(own, "delete/")))
        self.post(client, own)
        assert not Report.objects.filter(pk=own.pk).exists()
        assert not ReportDocument.objects.exists()
        assert "“Weekly” was deleted." in resolved(client.get("/reports/"))

    def test_nothing_is_asked_of_a_source_that_is_away(self, client, report, source):
        factories.make_failing(source)
        text = resolved(client.get(url_of(report, "delete/")))
        assert "That cannot be done." in text
        Source.objects.update(is_paused=True)
        assert "is paused" in resolved(client.get(url_of(report, "delete/")))

    def test_what_is_gone_is_not_deleted_again(self, client, report):
        change(report, is_gone=True)
        assert "It is no longer at its source." in resolved(client.get(url_of(report, "delete/")))


class TestRetry:
    def post(self, client, report, **data):
        page = fields_of(parsed(client.get(url_of(report, "retry/"))))
        return client.post(url_of(report, "retry/"), {"ticket": "", "sure": "on", **page, **data})

    @pytest.fixture
    def failed(self, report, world):
        record = records.report(status=ReportStatus.FAILED)
        world.put_report(record)
        return store(report.source, record, timezone.now() + timedelta(hours=1), MirrorClock.now())

    def test_replaces_the_failed_one(self, client, failed, world):
        response = self.post(client, failed)
        assert response["Location"] == url_of(failed)
        failed.refresh_from_db()
        assert failed.status == "submitted"
        [(_, asked)] = world.actions
        assert asked.replaces_failed
        assert "Submitted" in resolved(client.get(url_of(failed)))

    def test_of_another_person_it_is_asked_once_more(self, client, failed, world):
        text = resolved(client.get(url_of(failed, "retry/")))
        assert "ada@example.com created the failed one. Have it replaced all the same." in text
        assert "The new one will say that ada@example.com created it." in text
        page = fields_of(parsed(client.get(url_of(failed, "retry/"))))
        response = client.post(url_of(failed, "retry/"), page)
        assert (response.status_code, world.actions) == (422, [])
        assert "It is ada@example.com’s. Tick this if you mean it." in resolved(response)

    def test_the_new_one_is_that_of_whoever_asks(self, client, failed, world, person):
        person.email = "grace@example.com"
        person.save()
        text = resolved(client.get(url_of(failed, "retry/")))
        assert "The new one will say that grace@example.com created it." in text
        self.post(client, failed)
        assert [asked.created_by for _, asked in world.actions] == ["grace@example.com"]

    def test_ones_own_is_not_asked_about(self, client, failed, person):
        person.email = "Ada@example.com"
        person.save()
        assert 'name="sure"' not in resolved(client.get(url_of(failed, "retry/")))

    def test_is_for_failed_ones(self, client, report):
        assert "Only a report that has failed is made once more." in resolved(client.get(url_of(report, "retry/")))
        assert self.post(client, report).status_code == 422

    @pytest.mark.parametrize(
        "refusal", [Conflict("Not now.", source="Tests"), Denied("Not you.", source="Tests", detail="Go away.")]
    )
    def test_a_refusal_is_said(self, client, failed, world, refusal):
        world.refusals["create_report"] = refusal
        response = self.post(client, failed)
        text = resolved(response)
        assert (response.status_code, refusal.sentence in text, refusal.detail in text) == (422, True, True)

    def test_what_fails_without_a_clear_answer_is_looked_for(self, client, failed, world):
        world.refusals["create_report"] = ServerError("It fell over.", source="Tests")
        response = self.post(client, failed)
        assert response["Location"].startswith("/reports/new/")
        assert "It fell over." in resolved(client.get(response["Location"]))

    def test_wants_its_ticket(self, client, failed, world):
        assert self.post(client, failed, ticket="").status_code == 422
        assert world.actions == []

    def test_our_own_is_made_again(self, client, run):
        own = factories.make_report(run, maker=ReportMaker.QUAYSIDE, title="Weekly", status=ReportStatus.FAILED)
        assert "No reason was given." in resolved(client.get(url_of(own)))
        self.post(client, own)
        own.refresh_from_db()
        assert (own.status, own.created_by) == ("submitted", "ada@example.com")

    def test_gone_is_gone(self, client, failed):
        change(failed, is_gone=True)
        assert "It is no longer at its source." in resolved(client.get(url_of(failed, "retry/")))
