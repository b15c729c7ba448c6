"""What MDN's HTTP Observatory and Google's CSP Evaluator say of the product with TLS, run on this machine."""

import pytest

pytestmark = pytest.mark.enable_socket

LEAST = 130
"""Points; Observatory begins with 100 and gives 145 at most."""
MEDIUM = 30
"""CSP Evaluator's severities: 10 high, 20 syntax, 30 medium; above are hints."""


def good(found, status):
    assert found["status"] == status
    assert [name for name, each in found["tests"].items() if not each["pass"]] == []
    assert found["score"] >= LEAST, found["tests"]
    assert found["grade"] == "A+"
    return True


def test_a_stranger_at_the_sign_in_page(scan):
    assert good(scan("/sign-in/"), 200)


def test_a_stranger_who_is_led_to_it(scan):
    assert good(scan("/"), 200)


@pytest.mark.parametrize("path", ["/runs/", "/reports/", "/admin/"])
def test_somebody_signed_in(scan, secure, path):
    assert good(scan(path, secure.cookie), 200)


@pytest.mark.parametrize("path", ["/sign-in/", "/static/css/foundation.css"])
def test_the_policy_has_no_hole_that_is_known(scan, path):
    assert [each for each in scan(path)["findings"] if each["severity"] <= MEDIUM] == []


def test_the_server_answers_over_tls_with_cookies_bound_to_its_host(secure):
    _, headers, _ = secure.ask("GET", "/sign-in/")
    assert [cookie.split("=")[0] for cookie in headers.get_all("Set-Cookie")] == ["__Host-csrf"]
    assert headers["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains; preload"
    assert headers["Server"] == ""
