"""Pictures, sounds and films as what they are; everything else is refused there and can be downloaded."""

import struct

import pytest
from django.test import Client

PNG = b"\x89PNG\r\n\x1a\n" + struct.pack(">L4sLLBB", 13, b"IHDR", 4, 3, 8, 2) + bytes(range(200))
GIF = b"GIF89a" + struct.pack("<HH", 4, 3) + b"\0" * 20
SCRIPT = b"<html><script>alert(1)</script></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.fixture
def shown(client, address, folder):
    """Writes a file and gives the answer for it."""

    def ask(name, data, **headers):
        (folder / name).write_bytes(data)
        return client.get(address("inline", name), headers=headers)

    return ask


def body(response):
    return b"".join(response.streaming_content)


def test_a_picture_is_shown_as_what_it_is_and_can_do_nothing(shown):
    response = shown("shot.png", PNG)
    assert (response.status_code, response["Content-Type"], body(response)) == (200, "image/png", PNG)
    assert response["Content-Disposition"] == "inline; filename*=UTF-8''shot.png"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"].startswith("default-src 'none'; sandbox; ")
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"


def test_a_film_can_be_wound(shown):
    film = b"\x1a\x45\xdf\xa3" + bytes(range(250)) * 100
    response = shown("demo.webm", film, range="bytes=1000-1099")
    assert (response.status_code, response["Content-Type"], body(response)) == (206, "video/webm", film[1000:1100])
    assert response["Content-Range"] == f"bytes 1000-1099/{len(film)}"


def test_who_has_the_picture_is_not_sent_it_again(shown):
    etag = shown("shot.png", PNG)["ETag"]
    assert shown("shot.png", PNG, **{"if-none-match": "*"}).status_code == 304
    assert etag.startswith('"')


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("drawing.svg", SVG),
        ("page.html", SCRIPT),
        ("page.html", GIF),
        ("page.txt", SCRIPT),
        ("shot.png", SCRIPT),
        ("shot.png", SVG),
        ("shot.gif", b"<!--GIF89a-->" + SCRIPT),
        ("shot.png", GIF),
        ("paper.pdf", b"%PDF-1.7"),
        ("shot.png.html", PNG),
        ("empty.png", b""),
    ],
)
def test_what_is_not_of_a_safe_kind_by_name_and_bytes_is_refused(shown, name, data):
    response = shown(name, data)
    assert (response.status_code, response["Content-Type"]) == (415, "text/plain; charset=utf-8")
    assert f"/download/{name}" in response.content.decode()
    assert b"<script" not in response.content


def test_bytes_that_are_a_picture_and_a_page_at_once_are_shown_as_the_picture_alone(shown):
    response = shown("both.gif", GIF + SCRIPT)
    assert (response.status_code, response["Content-Type"]) == (200, "image/gif")
    assert (response["X-Content-Type-Options"], "sandbox" in response["Content-Security-Policy"]) == ("nosniff", True)


def test_a_picture_that_would_fill_the_memory_of_a_browser_is_refused(shown):
    bomb = PNG[:16] + struct.pack(">LL", 60_000, 60_000) + PNG[24:]
    response = shown("bomb.png", bomb)
    assert response.status_code == 415
    assert "60000 × 60000 pixels" in response.content.decode()


def test_a_file_of_the_run_itself_is_no_picture(client, kept_trial):
    assert client.get(f"/runs/{kept_trial.run_id}/inline/job.log").status_code == 415


def test_strangers_are_led_to_sign_in(address):
    assert Client().get(address("inline", "config.json"))["Location"].startswith("/sign-in/")
