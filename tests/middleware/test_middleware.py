import logging

import pytest
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.template import TemplateDoesNotExist
from django.test import RequestFactory, override_settings
from django.urls import path

from dashboard.domain.errors import (
    BadAnswer,
    Conflict,
    Denied,
    Missing,
    ServerError,
    SourceError,
    Throttled,
    Unreachable,
)
from dashboard.logs import masked
from dashboard.middleware.request_log import RequestLogMiddleware
from dashboard.services import audit
from dashboard.urls import urlpatterns as own
from tests.factories import make_person

CANARY = "Xk3canary9"


def page(_request):
    return HttpResponse("<p>page</p>")


def origin(_request):
    asked = audit.origin.get()
    return HttpResponse(f"{asked.address} {asked.request_id}", content_type="text/plain")


def cached(_request):
    return HttpResponse("x", content_type="text/plain", headers={"Cache-Control": "max-age=60"})


def fail(_request, kind):
    kinds = {cls.__name__: cls for cls in [*SourceError.__subclasses__(), SourceError]}
    raise kinds[kind]("The tower is silent.", source="Docks", detail="<b>no</b>", hint="Ring again.", retry_after=2.6)


def break_down(_request):
    raise TemplateDoesNotExist("ours.html")


urlpatterns = [
    *own,
    path("page/", page),
    path("cached/", cached),
    path("origin/", origin),
    path("fail/<str:kind>/", fail),
    path("broken/", break_down),
    path("runs/7/files/<str:kind>/", fail),
    path("runs/7/trials/8/files/<str:kind>/", fail),
]

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


@pytest.fixture
def signed_in(client):
    client.force_login(make_person("ada"))
    return client


@pytest.fixture
def lines(caplog):
    caplog.set_level(logging.INFO, "quayside.requests")
    return lambda: [record for record in caplog.records if record.name == "quayside.requests"]


class TestRequestLog:
    def test_one_line_says_who_asked_what_and_how_it_went(self, signed_in, lines):
        signed_in.get("/page/?q=secret")
        [line] = lines()
        assert (line.method, line.path, line.status) == ("GET", "/page/", 200)
        assert line.user == str(User.objects.get().pk)
        assert line.milliseconds >= 0
        assert line.getMessage().startswith("GET /page/ 200 in ")
        assert "secret" not in line.getMessage()

    def test_who_is_not_signed_in_has_no_number(self, client, lines):
        client.get("/healthz")
        assert lines()[0].user is None

    def test_the_log_asks_the_database_nothing(self, client, lines, django_assert_num_queries):
        with django_assert_num_queries(0):
            client.get("/healthz")
        assert lines()

    @pytest.mark.parametrize("address", [f"/sign-in/once/{CANARY}/", f"/sign-in/once/{CANARY}"])
    def test_a_one_time_token_never_reaches_the_log(self, client, caplog, address):
        caplog.set_level(logging.DEBUG)
        client.get(address)
        assert CANARY not in caplog.text
        assert CANARY not in repr([vars(record) for record in caplog.records if record.name == "quayside.requests"])
        assert "/sign-in/once/***" in caplog.text

    @pytest.mark.parametrize("begin", ["/frames/", "/reports/frame/"])
    @pytest.mark.parametrize("end", ["", "/", "/bytes"])
    def test_a_signed_address_is_masked(self, begin, end):
        assert masked(f"{begin}{CANARY}:1x:y{end}") == f"{begin}***{end}"

    def test_a_path_cannot_forge_a_second_line(self):
        assert masked("/a\nGET /b 200") == "/a%0AGET%20/b%20200"

    def test_a_failure_of_ours_is_a_warning(self, signed_in, lines):
        signed_in.raise_request_exception = False
        signed_in.get("/broken/")
        assert [(line.levelname, line.status) for line in lines()] == [("WARNING", 500)]

    def test_a_request_keeps_the_number_it_came_with(self, client, lines):
        response = client.get("/healthz", headers={"x-request-id": "abc-1.2_3"})
        assert response["X-Request-Id"] == lines()[0].request_id == "abc-1.2_3"

    @pytest.mark.parametrize("given", ["", "x" * 65, "a b", "a\nb", "é"])
    def test_a_number_that_is_none_is_replaced(self, given):
        request = RequestFactory().get("/", headers={"x-request-id": given})
        response = RequestLogMiddleware(page)(request)
        assert len(response["X-Request-Id"]) == 32


class TestHeaders:
    def test_every_answer_says_what_a_browser_may_do_with_it(self, client):
        for address in ("/healthz", "/sign-in/", "/page/"):
            response = client.get(address)
            assert "camera=()" in response["Permissions-Policy"]
            assert response["Cross-Origin-Resource-Policy"] == "same-origin"

    def test_a_page_of_who_is_signed_in_is_kept_by_no_cache(self, signed_in):
        assert signed_in.get("/page/")["Cache-Control"] == "no-store"

    def test_a_view_may_say_otherwise(self, signed_in):
        assert signed_in.get("/cached/")["Cache-Control"] == "max-age=60"

    def test_pages_vary_by_who_asks_and_other_answers_do_not(self, signed_in):
        assert "HX-Request" in signed_in.get("/page/")["Vary"]
        assert "HX-Request" not in signed_in.get("/cached/")["Vary"]


class TestHtmxSignIn:
    def ask(self, client, current=None):
        headers = {"hx-request": "true"} | ({"hx-current-url": current} if current else {})
        return client.get("/page/", headers=headers)

    def test_a_person_who_is_not_htmx_is_redirected_as_ever(self, client):
        assert client.get("/page/").status_code == 302

    def test_htmx_takes_the_whole_page_to_sign_in_and_back_to_what_was_open(self, client):
        response = self.ask(client, "http://testserver/runs/?status=failed")
        assert response.status_code == 200
        assert response["HX-Redirect"] == "/sign-in/?next=/runs/%3Fstatus%3Dfailed"
        assert "Location" not in response
        assert not response.content

    @pytest.mark.parametrize(
        "current",
        [
            None,
            "http://evil.example/runs/",
            "http://testserver//evil.example/",
            "https:evil.example",
            "javascript:alert(1)",
            "http://testserver@evil.example/",
        ],
    )
    def test_an_address_that_is_not_ours_is_not_kept(self, client, current):
        assert self.ask(client, current)["HX-Redirect"] == "/sign-in/?next=/"

    def test_other_redirects_are_left_alone(self, signed_in):
        assert signed_in.get("/", headers={"hx-request": "true"}).status_code == 302


class TestSourceErrors:
    @pytest.mark.parametrize(
        ("kind", "status"),
        [
            (Missing, 404),
            (Conflict, 409),
            (Denied, 403),
            (Unreachable, 503),
            (Throttled, 503),
            (BadAnswer, 503),
            (ServerError, 503),
        ],
    )
    def test_each_kind_becomes_a_page_with_its_status(self, signed_in, kind, status):
        response = signed_in.get(f"/fail/{kind.__name__}/")
        text = response.content.decode()
        assert response.status_code == status
        assert "UNRESOLVED" not in text
        assert "The tower is silent." in text
        assert "Ring again." in text
        assert "Docks" in text
        assert ("Try again" in text) is kind.can_retry
        assert response["Retry-After"] == "3"

    def test_the_page_leads_to_the_same_address_where_that_can_help(self, signed_in):
        assert 'href="/fail/Unreachable/?path=a%26b&amp;x=1">Try again' in self.text(
            signed_in.get("/fail/Unreachable/?path=a%26b&x=1")
        )
        assert "Try again" not in self.text(signed_in.get("/fail/Missing/"))
        assert 'href="/fail/' not in self.text(signed_in.post("/fail/Unreachable/"))

    def test_the_page_leads_back_to_the_run_and_the_trial_it_is_of(self, signed_in):
        assert 'class="crumbs"' not in self.text(signed_in.get("/fail/Unreachable/"))
        of_run = self.text(signed_in.get("/runs/7/files/Unreachable/"))
        assert 'href="/runs/7/">The run<' in of_run
        assert "The trial" not in of_run
        assert 'href="/runs/7/trials/8/">The trial<' in self.text(signed_in.get("/runs/7/trials/8/files/Missing/"))

    def text(self, response):
        return response.content.decode()

    def test_the_sources_own_words_are_quoted_as_text(self, signed_in):
        text = signed_in.get("/fail/Missing/").content.decode()
        assert "&lt;b&gt;no&lt;/b&gt;" in text
        assert "<b>no</b>" not in text

    def test_other_errors_are_not_explained_away(self, signed_in):
        with pytest.raises(TemplateDoesNotExist):
            signed_in.get("/broken/")


@override_settings(ROOT_URLCONF="dashboard.urls")
def test_the_middleware_stands_in_the_settings(settings):
    assert [name for name in settings.MIDDLEWARE if name.startswith("dashboard.middleware.")] == [
        "dashboard.middleware.metering.MeteringMiddleware",
        "dashboard.middleware.request_log.RequestLogMiddleware",
        "dashboard.middleware.headers.HeadersMiddleware",
        "dashboard.middleware.headers.PolicyMiddleware",
        "dashboard.middleware.limits.RequestLimitsMiddleware",
        "dashboard.middleware.second_origin.ArtifactOriginMiddleware",
        "dashboard.middleware.compression.CompressionMiddleware",
        "dashboard.middleware.sign_in.HtmxSignInMiddleware",
        "dashboard.middleware.sessions.SessionMiddleware",
        "dashboard.middleware.methods.MethodMiddleware",
        "dashboard.middleware.source_errors.SourceErrorMiddleware",
        "dashboard.middleware.write_conflicts.WriteConflictMiddleware",
    ]


def test_what_gives_headers_stands_before_whatever_may_answer_by_itself(settings):
    first = settings.MIDDLEWARE.index("dashboard.middleware.headers.HeadersMiddleware")
    assert settings.MIDDLEWARE[first : first + 5] == [
        "dashboard.middleware.headers.HeadersMiddleware",
        "dashboard.middleware.headers.PolicyMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
        "django.middleware.security.SecurityMiddleware",
        "dashboard.middleware.limits.RequestLimitsMiddleware",
    ]


def test_the_audit_log_knows_a_request_while_it_is_answered_and_no_longer(signed_in):
    answer = signed_in.get("/origin/", headers={"X-Request-Id": "abc-1"}, REMOTE_ADDR="192.0.2.7")
    assert answer.content.decode() == "192.0.2.7 abc-1"
    assert audit.origin.get(None) is None


def test_the_audit_log_forgets_a_request_that_broke_down(signed_in):
    signed_in.raise_request_exception = False
    signed_in.get("/broken/")
    assert audit.origin.get(None) is None
