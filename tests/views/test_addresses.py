"""Every address there is: who may ask, by which method, and with which headers it answers."""

import pytest
from django.conf import settings
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from dashboard.domain.reports import ReportMaker
from dashboard.models import ReportDocument, Run, Source, Trial
from dashboard.views.addresses import whole_number
from tests import factories
from tests.factories import make_group, make_pipeline_test

pytestmark = pytest.mark.django_db

CSP = {
    "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:", "media-src 'self'",
    "font-src 'self'", "connect-src 'self'", "form-action 'self'", "manifest-src 'self'", "frame-src 'none'",
    "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "require-trusted-types-for 'script'",
    "trusted-types htmx",
}  # fmt: skip
NOTHING = {"default-src 'none'", "sandbox", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"}
"""The policy of pages, and that of files."""

FREE = {
    "healthz": 200, "readyz": 200, "metrics": 404, "favicon": 302, "sign-in": 200, "sign-out": 405,
    "one-time-link": 404, "admin-sign-in": 302,
    "sso": 404, "sso-return": 404, "mfa_authenticate": 302, "password-forgotten": 404, "password-reset": 410,
    "account_login": 200,
    "watch-stop-by-mail": 404, "report-frame": 404, "file-frame": 404, "file-frame-bytes": 404, "share-page": 404,
    "share-below": 404,
}  # fmt: skip
API = {
    "api-run-list": 401, "api-run-detail": 401, "api-trial-list": 401, "api-trial-detail": 401,
    "api-run-artifacts": 401, "api-trial-artifacts": 401, "api-report-list": 401, "api-report-detail": 401,
    "api-task-list": 401, "api-source-list": 401, "api-run-bytes": 401, "api-trial-bytes": 401, "api-report-bytes": 401,
    "api-root": 404, "api-nothing": 404,
}  # fmt: skip
"""For whoever has a token (tests/api): a session is worth nothing there."""
FREE |= API | {"api-openapi": 401}
"""What strangers may ask for, with the answer to a GET; every other address leads them to sign-in."""

SHARED = {"share-page", "share-below"}
"""What links with a secret in them lead to, whose addresses no other site learns."""

SIGNED_IN = {
    "healthz": 200,
    "readyz": 200,
    "metrics": 404,
    "favicon": 302,
    "home": 302,
    "sign-in": 302,
    "one-time-link": 404,
    "sign-out": 405,
    "held-form": 200,
    "admin-sign-in": 403,
    "sso": 404,
    "sso-return": 404,
    "mfa_authenticate": 302,
    "password-forgotten": 404,
    "password-reset": 410,
    "account_login": 302,
    "account": 200,
    "mfa_index": 200,
    "session-end": 405,
    "sso-join": 405,
    "password-change": 200,
    "account_reauthenticate": 200,
    "mfa_reauthenticate": 302,
    "mfa_activate_totp": 302,
    "mfa_deactivate_totp": 404,
    "mfa_view_recovery_codes": 404,
    "mfa_download_recovery_codes": 404,
    "mfa_generate_recovery_codes": 302,
    "search": 302,
    "appearance": 405,
    "list-columns": 405,
    "styleguide": 200,
    "source-look": 405,
    "run-list": 200,
    "run-export": 200,
    "run-details": 302,
    "run-details-json": 302,
    "run-batch": 200,
    "run-batch-result": 404,
    "run-create": 200,
    "run-creation": 404,
    "sandbox-create": 200,
    "run-detail": 200,
    "run-start": 200,
    "run-cancel": 200,
    "run-stop": 200,
    "run-delete": 200,
    "run-outcome": 200,
    "run-trials": 200,
    "trial-export": 200,
    "run-grid": 200,
    "run-failures": 200,
    "run-search": 200,
    "run-log": 200,
    "run-files": 200,
    "run-archive": 200,
    "archive-progress": 200,
    "run-config": 200,
    "run-inputs": 200,
    "run-reports": 200,
    "run-history": 200,
    "run-notes": 200,
    "run-labels": 200,
    "run-label-many": 200,
    "trial-notes": 200,
    "trial-labels": 200,
    "label-names": 200,
    "note-edit": 200,
    "note-delete": 200,
    "stars": 405,
    "preferences": 200,
    "view-list": 200,
    "view-new": 404,
    "view-open": 302,
    "view-edit": 200,
    "view-state": 405,
    "view-delete": 200,
    "run-result": 404,
    "run-file": 200,
    "run-download": 200,
    "trial-detail": 200,
    "trial-trajectory": 200,
    "trial-diff": 200,
    "trial-logs": 200,
    "trial-results": 200,
    "trial-files": 200,
    "trial-config": 200,
    "trial-file": 200,
    "trial-download": 200,
    "run-inline": 415,
    "trial-inline": 415,
    "file-frame": 404,
    "file-frame-bytes": 404,
    "trial-archive": 200,
    "token-list": 200,
    "token-revoke": 404,
    "api-reference": 200,
    "api-openapi": 200,
    **API,
    "task-list": 200,
    "task-export": 200,
    "task-detail": 200,
    "own-report-new": 200,
    "report-list": 200,
    "report-export": 200,
    "report-new": 200,
    "report-creation": 404,
    "report-frame": 404,
    "report-detail": 200,
    "report-preview": 404,
    "report-delete": 200,
    "report-retry": 200,
    "report-file": 200,
    "run-share": 200,
    "report-share": 200,
    "share-list": 200,
    "share-revoke": 404,
    "share-page": 404,
    "share-below": 404,
    "pipelines": 200,
    "pipeline-detail": 200,
    "pipeline-template": 200,
    "pipeline-test": 200,
    "run-group": 200,
    "run-compare": 200,
    "watches": 200,
    "watch-new": 404,
    "watch-stop": 405,
    "watch-stop-by-mail": 404,
    "channel-new": 200,
    "channel-detail": 200,
    "channel-remove": 200,
    "delivery-again": 405,
}
"""Every address by its name, with the answer to a GET of somebody who is signed in."""

POSTED = [
    "token-list",
    "token-revoke",
    "run-notes",
    "run-labels",
    "run-label-many",
    "trial-notes",
    "trial-labels",
    "note-edit",
    "note-delete",
    "stars",
    "preferences",
    "view-new",
    "view-edit",
    "view-state",
    "view-delete",
    "watch-new",
    "watch-stop",
    "watch-stop-by-mail",
    "channel-new",
    "channel-detail",
    "channel-remove",
    "delivery-again",
    "source-look",
    "appearance",
    "list-columns",
    "sign-in",
    "sign-out",
    "held-form",
    "one-time-link",
    "mfa_authenticate",
    "password-forgotten",
    "password-reset",
    "account_login",
    "session-end",
    "sso-join",
    "password-change",
    "account_reauthenticate",
    "mfa_reauthenticate",
    "mfa_activate_totp",
    "mfa_deactivate_totp",
    "mfa_generate_recovery_codes",
    "run-batch",
    "run-start",
    "run-cancel",
    "run-stop",
    "run-delete",
    "run-create",
    "sandbox-create",
    "own-report-new",
    "report-new",
    "report-delete",
    "report-retry",
    "run-share",
    "report-share",
    "share-revoke",
]
"""What takes a form; every other address refuses whatever could change something."""


def policy(response):
    return set(response["Content-Security-Policy"].split("; "))


def own_patterns(patterns=None):
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLPattern):
            yield pattern
        elif isinstance(pattern, URLResolver) and pattern.app_name != "admin":
            yield from own_patterns(pattern.url_patterns)


def an_own_report(run):
    report = factories.make_report(run, maker=ReportMaker.QUAYSIDE, title="Weekly")
    ReportDocument.objects.create(report=report, html="<p>All is well.</p>")
    return report


@pytest.fixture
def address(mirrored, person):
    # Nobody looks at it again: it is not late, however long ago these tests began.
    Source.objects.update(next_sync_at=None)
    run = mirrored["oracle-local"]
    trial = run.trials.order_by("pk").first()
    test = make_pipeline_test()
    known = {
        "test_id": test.pk, "template_id": test.template_id, "pipeline_id": test.template.pipeline_id,
        "group_id": make_group().pk,
        "watch_id": 0, "delivery_id": 0, "channel_id": factories.make_channel(person).pk,
        "run_id": run.pk, "trial_id": trial.pk, "task_id": trial.task_id, "source_id": run.source_id, "kind": "csv",
        "note_id": factories.make_note(run, person).pk, "view_id": factories.make_view(person).pk,
        "result_id": 0, "token_id": 0, "link_id": 0, "rest": "runs/",
        "list_name": "runs",
        "uidb64": "MQ", "token": "unknown", "ticket": "unknown", "verb": "cancel", "path": "result.json",
        "report_id": an_own_report(run).pk, "name": "html_report",
    }  # fmt: skip

    def of(name):
        [pattern] = [pattern for pattern in own_patterns() if pattern.name == name]
        return reverse(name, kwargs={key: known[key] for key in pattern.pattern.converters})

    return of


def test_every_address_is_in_the_table_of_this_test():
    assert {pattern.name for pattern in own_patterns()} == set(SIGNED_IN)


@pytest.mark.parametrize(("name", "status"), SIGNED_IN.items())
def test_somebody_signed_in_gets(client, address, name, status):
    response = client.get(address(name))
    assert response.status_code == status
    assert client.head(address(name)).status_code == status


@pytest.mark.parametrize("name", SIGNED_IN)
def test_a_stranger_is_led_to_sign_in(stranger, address, name):
    response = stranger.get(address(name))
    if name in FREE:
        assert response.status_code == FREE[name]
    else:
        assert (response.status_code, response["Location"].split("?")[0]) == (302, "/sign-in/")


@pytest.mark.parametrize("name", [name for name in SIGNED_IN if name not in FREE])
def test_a_stranger_changes_nothing(stranger, address, name):
    response = stranger.post(address(name))
    assert (response.status_code, response["Location"].split("?")[0]) == (302, "/sign-in/")


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
@pytest.mark.parametrize("name", [name for name in SIGNED_IN if name not in {*POSTED, "home"}])
def test_pages_refuse_what_could_change_something(person, address, name, method):
    client = Client()
    client.force_login(person)
    assert getattr(client, method)(address(name)).status_code == 405


@pytest.mark.parametrize("name", POSTED)
def test_every_form_needs_its_token(client, address, name):
    response = client.post(address(name))
    assert response.status_code == 403
    assert "This form was not accepted" in response.content.decode()


def test_a_form_of_another_site_is_refused(client, address):
    client.get(address("run-list"))
    data = {"csrfmiddlewaretoken": client.cookies[settings.CSRF_COOKIE_NAME].value, "theme": "dark"}
    response = client.post(address("appearance"), data, headers={"origin": "https://evil.example"})
    assert response.status_code == 403


@pytest.mark.parametrize("name", SIGNED_IN)
def test_headers_of_every_answer(client, stranger, address, name):
    for response in (client.get(address(name)), stranger.get(address(name))):
        headers = response.headers
        is_file = "Accept-Ranges" in headers
        assert policy(response) == (NOTHING if is_file else CSP)
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Referrer-Policy"] == ("no-referrer" if name in SHARED else "same-origin")
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "camera=()" in headers["Permissions-Policy"]


@pytest.mark.parametrize(
    "path", ["/nothing/", "/runs/999999/", "/runs/0/trials/1/", f"/runs/{10**30}/", f"/tasks/{10**30}/", "/runs/-1/"]
)
def test_what_is_not_there_is_a_404_page_with_the_same_headers(client, mirrored, path):
    response = client.get(path)
    assert response.status_code == 404
    assert policy(response) == CSP
    assert response["X-Frame-Options"] == "DENY"
    assert "There is nothing at this address" in response.content.decode()


@pytest.mark.parametrize(
    ("path", "words", "way"),
    [
        ("/runs/999999/", "Runs that a source has forgotten stay", '"/">Go to the runs'),
        ("/tasks/999999/", "the task it led to", '"/tasks/">Go to the tasks'),
        ("/reports/999999/", "the report it led to", '"/reports/">Go to the reports'),
        ("/pipelines/999999/", "Pipelines, tests and groups", '"/pipelines/">Go to the pipelines'),
        ("/templates/999999/", "Pipelines, tests and groups", '"/pipelines/">Go to the pipelines'),
        ("/tests/999999/", "Pipelines, tests and groups", '"/pipelines/">Go to the pipelines'),
        ("/groups/999999/", "Pipelines, tests and groups", '"/pipelines/">Go to the pipelines'),
    ],
)
def test_the_page_of_what_is_not_there_leads_to_the_list_of_such_things(client, path, words, way):
    shown = client.get(path).content.decode()
    assert words in shown
    assert shown.count('class="button"') == 1
    assert way in shown


def test_who_has_no_role_is_told_so_whether_there_is_something_or_not(mirrored):
    nobody = Client()
    nobody.force_login(factories.make_person("nora", role=None))
    there, nowhere = nobody.get(f"/runs/{mirrored['oracle-local'].pk}/"), nobody.get("/runs/999999/")
    shown = there.content.decode()
    assert (there.status_code, nowhere.status_code, nowhere.content.decode()) == (404, 404, shown)
    assert "Your account has no role yet. Ask an administrator" in shown
    assert '"/account/">Go to your account' in shown
    assert "mistyped" not in shown


def test_a_trial_is_found_below_its_own_run_only(client, mirrored):
    trial = Trial.objects.filter(run=mirrored["oracle-local"]).first()
    other = Run.objects.exclude(pk=trial.run_id).first()
    assert client.get(f"/runs/{other.pk}/trials/{trial.pk}/").status_code == 404


def test_static_files_have_the_headers_that_concern_files(client):
    response = client.get("/static/css/foundation.css")
    assert b"@layer" in b"".join(response.streaming_content)
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize(
    ("text", "number"),
    [("0", 0), ("12", 12), ("9" * 18, 10**18 - 1), ("9" * 19, 7), ("", 7), (None, 7), ("-1", 7), ("１", 7), ("1.5", 7)],
)
def test_a_number_in_an_address_is_plain_digits_that_the_database_takes(text, number):
    assert whole_number(text, 7) == number
