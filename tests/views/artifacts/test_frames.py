"""Drawings and players of files, in frames of the second origin."""

import json
from contextlib import closing

import pytest
from django.contrib.auth.models import User
from django.core import signing
from django.test import Client, RequestFactory

from dashboard.views.artifacts import frames
from dashboard.views.reports import previews

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
CAST = json.dumps({"version": 2, "width": 80, "height": 24}).encode() + b'\n[0.1, "o", "hello"]\n'
HERE, THERE = "localhost:8000", "127.0.0.1:8000"


@pytest.fixture
def url(person, kept_trial, folder):
    """Writes a file and gives the address of its frame, at the second origin, for the one who is signed in."""

    def made(name, data, **how):
        (folder / name).write_bytes(data)
        request = RequestFactory().get("/", headers={"host": HERE})
        request.user = person
        return frames.file_frame_url(request, kept_trial.run, kept_trial, name, **how)

    return made


def ask(url, host=THERE, below="", **headers):
    """Asked by a browser that has no cookies there."""
    return Client().get(url.removeprefix(f"http://{THERE}") + below, headers={"host": host, **headers})


def body(response):
    return b"".join(response.streaming_content)


@pytest.mark.parametrize(
    ("name", "kind"),
    [("a.svg", "image/svg+xml"), ("a.html", "text/html"), ("A.HTM", "text/html"), ("a.xhtml", "application/xhtml+xml")],
)
def test_a_drawing_may_run_its_scripts_and_reach_nothing(url, name, kind):
    response = ask(url(name, SVG))
    assert (response.status_code, body(response)) == (200, SVG)
    assert response["Content-Type"] == f"{kind}; charset=utf-8"
    assert response["Content-Security-Policy"] == (
        "sandbox allow-scripts; default-src 'none'; img-src data: blob:; style-src 'unsafe-inline'; "
        "script-src 'unsafe-inline'; connect-src 'none'; form-action 'none'; base-uri 'none'; "
        f"frame-ancestors http://{HERE}"
    )
    assert (response["X-Content-Type-Options"], response["Referrer-Policy"]) == ("nosniff", "no-referrer")
    assert response["Cache-Control"] == "no-store"
    assert not response.cookies
    assert "X-Frame-Options" not in response


def test_other_kinds_are_not_shown_in_a_frame(url):
    for name in ("a.txt", "a.png", "a.svg.txt", "a.pdf"):
        assert ask(url(name, SVG)).status_code == 404


def test_too_large_a_drawing_is_a_sentence(url, monkeypatch):
    monkeypatch.setattr(frames, "MOST_SHOWN", 10)
    response = ask(url("a.svg", SVG))
    assert (response.status_code, response["Content-Type"]) == (413, "text/html; charset=utf-8")
    assert "Download it" in response.content.decode()
    assert response["Content-Security-Policy"].startswith("sandbox ")


def test_a_drawing_that_is_gone_is_a_sentence(url, folder):
    address = url("a.svg", SVG)
    (folder / "a.svg").unlink()
    assert ask(address).status_code == 404


def test_a_player_is_a_page_of_ours_that_may_run_our_files_only(url):
    response = ask(url("a.cast", CAST, player="recording"))
    assert response.status_code == 200
    policy = dict(part.split(" ", 1) for part in response["Content-Security-Policy"].split("; "))
    assert policy["sandbox"] == "allow-scripts"
    assert policy["script-src"] == "'self' 'wasm-unsafe-eval'"
    assert policy["connect-src"] == "'self' data:"
    assert policy["frame-ancestors"] == f"http://{HERE}"
    assert "/bytes" in response.content.decode()


def test_a_player_has_the_bytes_of_its_file_as_nothing_in_particular(url):
    address = url("a.cast", CAST, player="recording")
    response = ask(address, below="bytes")
    assert (response.status_code, body(response)) == (200, CAST)
    assert response["Content-Type"] == "application/octet-stream"
    assert response["Access-Control-Allow-Origin"] == "*"
    assert response["Content-Security-Policy"].startswith("sandbox;")
    assert body(ask(address, below="bytes", range="bytes=0-9")) == CAST[:10]


def test_a_drawing_has_no_bytes_beside_it(url):
    assert ask(url("a.svg", SVG), below="bytes").status_code == 404


def test_nothing_is_shown_at_the_origin_of_the_pages(url):
    assert ask(url("a.svg", SVG), host=HERE).status_code == 404
    assert ask(url("a.cast", CAST, player="recording"), host=HERE, below="bytes").status_code == 404


def test_an_address_is_good_for_a_minute(url, monkeypatch):
    address = url("a.svg", SVG)
    monkeypatch.setattr("dashboard.views.artifacts.signatures.LASTS", -1)
    assert ask(address).status_code == 404


def test_it_is_good_only_for_who_may_still_see_something(url, person):
    address = url("a.svg", SVG)
    User.objects.filter(pk=person.pk).update(is_active=False)
    assert ask(address).status_code == 404


def test_a_signature_for_a_report_shows_no_file(url):
    token = url("a.svg", SVG).removesuffix("/").rpartition("/")[2]
    said = signing.loads(token, salt="file-frame")
    assert ask(f"/frames/{signing.dumps(said, salt=previews.SALT)}/").status_code == 404
    assert ask(f"/reports/frame/{token}/").status_code == 404


def test_without_a_second_origin_there_is_no_address(person, kept_trial):
    request = RequestFactory().get("/", headers={"host": "testserver"})
    request.user = person
    assert frames.file_frame_url(request, kept_trial.run, kept_trial, "a.svg") == ""


@pytest.mark.django_db
def test_a_configured_origin_has_the_files_of_players_and_no_others(settings):
    settings.ARTIFACT_ORIGIN = "https://files.example"
    settings.ALLOWED_HOSTS = ["testserver", "files.example"]
    there = {"headers": {"host": "files.example"}, "secure": True}
    with closing(Client().get("/static/js/viewers/recording.js", **there)) as response:
        assert (response.status_code, response["Cross-Origin-Resource-Policy"]) == (200, "cross-origin")
    for path in ("/static/js/page.js", "/static/js/viewers/recording.no", "/static/js/viewers/../page.js"):
        assert Client().get(path, **there).content == b"Nothing is shown here."


def test_files_of_pages_are_for_pages_alone(client):
    with closing(client.get("/static/js/page.js")) as response:
        assert (response.status_code, response["Cross-Origin-Resource-Policy"]) == (200, "same-origin")
