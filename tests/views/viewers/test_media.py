import struct
import zlib

import pytest

from dashboard.views.viewers import media
from tests.views.viewers.made_pages import folder, kept_trial, shown

__all__ = ["folder", "kept_trial", "shown"]


def png(width, height):
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + header + struct.pack(">I", zlib.crc32(header))


def test_a_picture_is_shown_with_its_size_and_can_be_seen_as_large_as_it_is(shown):
    html, tree = shown(media, "a b.png", png(640, 480))
    [image] = tree.iter("img")
    assert image.get("src").endswith("/inline/a%20b.png")
    assert image.get("alt") == "a b.png"
    assert "640 × 480 pixels" in html
    assert 'href="/page/?q=x&amp;view=actual"' in html


def test_the_actual_size_leads_back(shown):
    html, _ = shown(media, "a.png", png(640, 480), view="actual")
    assert "picture-actual" in html
    assert 'href="/page/?q=x"' in html


@pytest.mark.parametrize(
    ("name", "data", "tag"),
    [
        ("a.mp3", b"ID3\x04", "audio"),
        ("a.mp4", b"\0\0\0\x18ftypisom", "video"),
        ("a.wav", b"RIFF\0\0\0\0WAVE", "audio"),
    ],
)
def test_sounds_and_films_have_controls_and_start_by_themselves_never(shown, name, data, tag):
    _, tree = shown(media, name, data)
    [found] = tree.iter(tag)
    assert "controls" in found.attrib
    assert "autoplay" not in found.attrib
    assert found.get("src").endswith(f"/inline/{name}")


@pytest.mark.parametrize("data", [b"<svg onload=alert(1)>", b"GIF89a<script>", b"\0\0\0"])
def test_what_is_not_what_its_name_says_is_not_embedded(shown, data):
    html, tree = shown(media, "a.png", data)
    assert not list(tree.iter("img"))
    assert "Not shown here" in html


def test_a_picture_of_too_many_pixels_is_not_embedded(shown):
    html, tree = shown(media, "a.png", png(60_000, 60_000))
    assert not list(tree.iter("img"))
    assert "too many to be shown" in html


def test_an_empty_file_is_said_to_be_empty(shown):
    html, _ = shown(media, "a.png", b"")
    assert "The file is empty" in html


def test_a_hostile_name_stays_a_name(shown):
    html, tree = shown(media, '"><script>x<.png', png(1, 1))
    assert "<script" not in html
    [image] = tree.iter("img")
    assert image.get("alt") == '"><script>x<.png'
