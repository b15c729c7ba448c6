"""The headers of every address and every page of an error, with TLS and without, for strangers and others."""

import re
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import HttpResponse, HttpResponseNotAllowed
from django.test import Client, override_settings
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, path, reverse
from django.views.decorators.csrf import csrf_exempt

import dashboard
from dashboard import environment
from dashboard.domain.errors import ServerError
from dashboard.middleware import headers
from dashboard.urls import handler400
from dashboard.urls import urlpatterns as own
from tests.factories import make_person

__all__ = ["handler400"]

pytestmark = pytest.mark.django_db

PAGE = {
    "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:", "media-src 'self'",
    "font-src 'self'", "connect-src 'self'", "form-action 'self'", "manifest-src 'self'", "frame-src 'none'",
    "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "require-trusted-types-for 'script'",
    "trusted-types htmx",
}  # fmt: skip
ADMINISTRATION = PAGE - {"require-trusted-types-for 'script'", "trusted-types htmx"}
FILE = {"default-src 'none'", "sandbox", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"}
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": headers.PERMISSIONS_POLICY,
    "X-Permitted-Cross-Domain-Policies": "none",
    "Server": "",
}
REFERRERS = ("same-origin", "no-referrer")
HSTS = "max-age=63072000; includeSubDomains; preload"
SECOND = "http://files.example"
TELLING = re.compile(r"traceback \(most|granian|django[ /][0-9]|python[ /][0-9]|whitenoise", re.IGNORECASE)

ARGUMENTS = {"int": 1, "str": "unknown", "file": "result.json", "path": "result.json", "slug": "x", "uuid": "0" * 32}


def names(patterns=None, before=""):
    """Every name in the table of addresses, and the arguments that one takes."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLResolver):
            within = f"{before}{pattern.namespace}:" if pattern.namespace else before
            yield from names(pattern.url_patterns, within)
        elif isinstance(pattern, URLPattern) and pattern.name:
            yield f"{before}{pattern.name}", pattern.pattern.converters


def argument(converter):
    kind = type(converter).__name__.removesuffix("Converter").lower()
    return ARGUMENTS.get(kind, "unknown")


def addresses():
    """One address for each name; what it leads to need not be there."""
    found = {}
    for name, converters in names():
        try:
            found[name] = reverse(name, kwargs={key: argument(each) for key, each in converters.items()})
        except NoReverseMatch:
            # An expression of Django's administration that takes its argument by place.
            found[name] = ""
    return {name: found[name] for name in found if found[name]}


def test_nearly_every_name_has_an_address_here():
    missing = {name for name, _ in names()} - set(addresses())
    assert {name for name in missing if not name.startswith("admin:")} == set()
    assert len(missing) <= 2


@pytest.fixture(params=["plain", "tls"])
def is_secure(request):
    """Both kinds of installation; clients made in a test are made for it."""
    is_secure = request.param == "tls"
    values = {"PLAIN_HTTP": not is_secure, "TRUSTED_PROXY": False, "PORT": 8000}
    names = {f"{word.upper()}_COOKIE_NAME": environment.cookie_name(word, values) for word in ("session", "csrf")}
    secure = dict.fromkeys(("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_SSL_REDIRECT"), is_secure)
    hsts = dict.fromkeys(("SECURE_HSTS_INCLUDE_SUBDOMAINS", "SECURE_HSTS_PRELOAD"), is_secure)
    with override_settings(
        **names, **secure, **hsts, SECURE_HSTS_SECONDS=63_072_000 if is_secure else 0, ARTIFACT_ORIGIN=SECOND
    ):
        yield is_secure


@pytest.fixture
def clients(is_secure):
    """A stranger and an administrator, by what one calls them."""
    person = Client(raise_request_exception=False)
    person.force_login(make_person("root", is_staff=True, is_superuser=True))
    return {"stranger": Client(raise_request_exception=False), "administrator": person}


def policy(response):
    return set(response.headers.get("Content-Security-Policy", "").split("; "))


def wrong_headers(response):
    """What differs from what every answer has."""
    said = response.headers
    is_static = response.wsgi_request.path.startswith("/static/")
    always = ALWAYS | ({"Permissions-Policy": headers.POLICY_OF_FILES} if is_static else {})
    yield from (f"{name}: {said.get(name)!r}" for name, value in always.items() if said.get(name) != value)
    if said.get("Referrer-Policy") not in REFERRERS:
        yield f"Referrer-Policy: {said.get('Referrer-Policy')!r}"
    path = response.wsgi_request.path
    is_admin = path.startswith("/admin/") and path != "/admin/login/"
    if policy(response) not in (ADMINISTRATION if is_admin else PAGE, FILE):
        yield f"Content-Security-Policy: {said.get('Content-Security-Policy')!r}"
    if found := {"X-Powered-By", "Via", "X-AspNet-Version", "Access-Control-Allow-Origin"} & set(said):
        yield f"has {found}"


def wrong_transport(response, is_secure):
    if response.headers.get("Strict-Transport-Security") != (HSTS if is_secure else None):
        yield f"Strict-Transport-Security: {response.headers.get('Strict-Transport-Security')!r}"
    for name, cookie in response.cookies.items():
        if cookie["max-age"] == 0:
            continue  # It is taken away.
        if (name.startswith("__Host-"), bool(cookie["secure"])) != (is_secure, is_secure):
            yield f"cookie {name} is not for this transport"
        if not (cookie["httponly"] and cookie["samesite"] in ("Lax", "Strict") and cookie["path"] == "/"):
            yield f"cookie {name} is {cookie.OutputString()}"
        if cookie["domain"]:
            yield f"cookie {name} goes to a domain"


def wrong(response, *, is_secure):
    yield from wrong_headers(response)
    yield from wrong_transport(response, is_secure)
    text = "" if response.streaming else response.content.decode(errors="replace")
    if TELLING.search(text):
        yield f"tells {TELLING.search(text)[0]}"
    is_page = response.headers.get("Content-Type", "").startswith("text/html")
    if is_page and not response.headers.get("Location") and "no-store" not in response.headers.get("Cache-Control", ""):
        yield f"Cache-Control: {response.headers.get('Cache-Control')!r}"
    response.close()


def faults(clients, address, *, is_secure, method="get", **given):
    for who, client in clients.items():
        response = getattr(client, method)(address, secure=is_secure, **given)
        for fault in wrong(response, is_secure=is_secure):
            yield f"{method} {address} ({response.status_code}, {who}): {fault}"


@pytest.mark.parametrize("method", ["get", "post", "options", "trace"])
def test_headers_of_every_address(clients, is_secure, method):
    # Without what ends a session in the middle.
    asked = {name: at for name, at in addresses().items() if "sign-out" not in at and "logout" not in at}
    assert len(asked) > 60
    found = [fault for at in asked.values() for fault in faults(clients, at, is_secure=is_secure, method=method)]
    assert found == []


# Pages of errors -------------------------------------------------------------------------------------------------


def _raising(error):
    def view(_request):
        raise error

    return csrf_exempt(view)


def _answering(status):
    return csrf_exempt(lambda _request: HttpResponse("no", status=status, content_type="text/plain"))


urlpatterns = [
    *own,
    path("fails/400/", _raising(SuspiciousOperation("canary"))),
    path("fails/403/", _raising(PermissionDenied())),
    path("fails/405/", lambda _request: HttpResponseNotAllowed(["POST"])),
    path("fails/410/", _answering(410)),
    path("fails/429/", _answering(429)),
    path("fails/500/", _raising(RuntimeError("canary"))),
    path("fails/503/", _raising(ServerError("The source is silent.", source="Docks"))),
]

ERRORS = {
    "/fails/400/": 400, "/fails/405/": 405, "/fails/410/": 410, "/fails/429/": 429, "/fails/500/": 500,
    "/fails/503/": 503, "/nothing/": 404, "/runs/?" + "q=1&" * 600: 414,
}  # fmt: skip


@pytest.mark.urls(__name__)
class TestErrors:
    @pytest.mark.parametrize(("address", "status"), ERRORS.items(), ids=[str(status) for status in ERRORS.values()])
    def test_a_page_of_an_error_has_them_and_tells_nothing_of_the_inside(self, clients, is_secure, address, status):
        administrator = clients["administrator"]
        response = administrator.get(address, secure=is_secure)
        assert response.status_code == status
        assert "canary" not in response.content.decode()
        assert list(faults(clients, address, is_secure=is_secure)) == []

    def test_refusals_of_rights_and_of_forged_forms_have_them(self, clients, is_secure):
        refusing = Client(enforce_csrf_checks=True)
        refusing.force_login(make_person("ada"))
        answers = [
            clients["administrator"].get("/fails/403/", secure=is_secure),
            refusing.post("/appearance/", secure=is_secure),
        ]
        assert [answer.status_code for answer in answers] == [403, 403]
        found = [fault for each in answers for fault in wrong(each, is_secure=is_secure)]
        assert found == []

    @pytest.mark.parametrize(
        ("given", "status"),
        [({"CONTENT_LENGTH": str(10**8)}, 413), ({"HTTP_TRANSFER_ENCODING": "chunked"}, 411)],
        ids=["413", "411"],
    )
    def test_what_is_refused_unread_has_them(self, clients, is_secure, given, status):
        assert clients["stranger"].post("/sign-in/", secure=is_secure, **given).status_code == status
        assert list(faults(clients, "/sign-in/", is_secure=is_secure, method="post", **given)) == []


# What answers before any page -------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["/static/css/foundation.css", "/static/nothing.css", "/favicon.ico", "/runs"])
def test_static_files_and_redirects_have_them(clients, is_secure, address):
    assert list(faults(clients, address, is_secure=is_secure)) == []


@pytest.mark.parametrize("address", ["/", "/runs/", "/static/css/foundation.css"])
def test_a_host_that_is_not_ours_gets_them(clients, is_secure, address):
    given = {"headers": {"host": "evil.example"}}
    if not address.startswith("/static/"):
        assert clients["stranger"].get(address, secure=is_secure, **given).status_code == 400
    assert list(faults(clients, address, is_secure=is_secure, **given)) == []


@pytest.mark.parametrize("is_secure", ["tls"], indirect=True)
class TestPlainRequestsWhereThereIsTls:
    def test_they_are_led_to_tls_and_get_the_other_headers(self, clients):
        response = clients["stranger"].get("/runs/?q=a")
        assert (response.status_code, response["Location"]) == (301, "https://testserver/runs/?q=a")
        assert list(wrong_headers(response)) == []
        assert response.cookies == {}

    def test_a_forged_host_is_not_where_they_are_led(self, clients):
        response = clients["stranger"].get("/runs/", headers={"host": "evil.example"})
        assert response.status_code == 400
        assert "Location" not in response
        assert list(wrong_headers(response)) == []


@pytest.mark.parametrize("address", ["/", "/runs/", "/sign-in/", "/admin/", "/static/js/page.js", "/frames/x/"])
def test_the_second_origin_shows_nothing_and_says_so_with_them(clients, is_secure, address):
    given = {"headers": {"host": "files.example"}}
    with override_settings(ALLOWED_HOSTS=["testserver", "files.example"]):
        assert clients["administrator"].get(address, secure=is_secure, **given).status_code == 404
        assert list(faults(clients, address, is_secure=is_secure, **given)) == []


def test_no_page_of_the_application_allows_anything_unsafe():
    folder = Path(dashboard.__file__).parent
    sources = [*folder.rglob("*.py")]
    allowing = {each.relative_to(folder).as_posix() for each in sources if "'unsafe-" in each.read_text()}
    # Both are policies of documents of others, in a sandbox of the second origin.
    assert allowing == {"views/artifacts/boxes.py", "views/artifacts/frames.py"}
