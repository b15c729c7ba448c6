"""What a browser may show as what it is: only what is of a safe kind by its name and by its bytes."""

import struct

import pytest

from dashboard.readers.media import MOST_PIXELS, media_type, why_not_shown

STARTS = {
    "a.png": (b"\x89PNG\r\n\x1a\n", "image/png"),
    "a.jpg": (b"\xff\xd8\xff\xe0", "image/jpeg"),
    "A.JPEG": (b"\xff\xd8\xff\xdb", "image/jpeg"),
    "a.gif": (b"GIF89a", "image/gif"),
    "a.webp": (b"RIFF\0\0\0\0WEBP", "image/webp"),
    "a.mp3": (b"ID3\x03", "audio/mpeg"),
    "b.mp3": (b"\xff\xfb\x90", "audio/mpeg"),
    "a.wav": (b"RIFF\0\0\0\0WAVE", "audio/wav"),
    "a.ogg": (b"OggS\0", "audio/ogg"),
    "a.opus": (b"OggS\0", "audio/ogg"),
    "a.flac": (b"fLaC\0", "audio/flac"),
    "a.aac": (b"\xff\xf1P", "audio/aac"),
    "a.m4a": (b"\0\0\0\x20ftypM4A ", "audio/mp4"),
    "a.weba": (b"\x1a\x45\xdf\xa3", "audio/webm"),
    "deep/er/a.mp4": (b"\0\0\0\x20ftypisom", "video/mp4"),
    "a.webm": (b"\x1a\x45\xdf\xa3", "video/webm"),
}


def png(width, height):
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">L4sLLBB", 13, b"IHDR", width, height, 8, 2) + b"\0" * 9


@pytest.mark.parametrize(("path", "start", "kind"), [(path, *told) for path, told in STARTS.items()])
def test_a_file_of_a_safe_kind_is_told_by_name_and_bytes(path, start, kind):
    assert media_type(path, start) == kind


@pytest.mark.parametrize("path", STARTS)
def test_a_name_alone_is_not_enough(path):
    for start in (b"", b"\xff", b"<html><script>", b"<svg xmlns=", b"%PDF-1.7"):
        assert media_type(path, start) == ""


@pytest.mark.parametrize("path", ["a.html", "a.svg", "a.txt", "a", ".png", "a.png.html", "a.png/b", "a.pdf", "a.PNG "])
def test_bytes_alone_are_not_enough(path):
    for start, _ in STARTS.values():
        assert media_type(path, start) == ""


def test_a_picture_of_the_largest_size_is_shown_and_one_row_more_is_not():
    assert why_not_shown("image/png", png(10_000, MOST_PIXELS // 10_000)) == ""
    assert "10000 × 5001 pixels" in why_not_shown("image/png", png(10_000, MOST_PIXELS // 10_000 + 1))


@pytest.mark.parametrize(
    ("kind", "head"),
    [
        ("image/png", b"\x89PNG\r\n\x1a\n"),
        ("image/png", png(0, 5)),
        ("image/jpeg", b"\xff\xd8\xff\xe0\xff\xff" + b"\xff" * 200_000),
        ("image/gif", b"GIF89a" + struct.pack("<HH", 65_535, 65_535)),
        ("image/webp", b"RIFF\0\0\0\0WEBPVP9 "),
    ],
)
def test_a_picture_whose_size_cannot_be_read_is_not_shown(kind, head):
    assert "cannot be read" in why_not_shown(kind, head)


def test_sounds_have_no_size():
    assert why_not_shown("audio/mpeg", b"ID3") == ""
