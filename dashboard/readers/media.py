"""Pictures, sounds and films that a browser may show as what they are: told by their names and by their first bytes.

Both have to agree, so that nothing else passes for one of them. Whatever can run a script (SVG, HTML, PDF) is none.
"""

from collections.abc import Callable
from io import BytesIO
from pathlib import PurePosixPath

# Reads the size of a picture from its header and decodes nothing.
import imagesize

HEAD_BYTES = 256 * 1024
"""As many of a file's first bytes as are worth showing: the size of a JPEG stands behind its preview and profile."""
MOST_PIXELS = 50_000_000
"""Of a picture that is shown: as many bytes of memory times four it takes in a browser, however small the file."""

_Claim = Callable[[bytes], bool]


def _starts(*signs: bytes) -> _Claim:
    return lambda head: head.startswith(signs)


def _riff(form: bytes) -> _Claim:
    return lambda head: head[:4] == b"RIFF" and head[8:12] == form


def _iso_media(head: bytes) -> bool:
    return head[4:8] == b"ftyp"


_matroska = _starts(b"\x1a\x45\xdf\xa3")
# A tag, or a frame of layer III of one of three versions of MPEG, with a checksum or without.
_mpeg_layer_3 = _starts(b"ID3", *(bytes((0xFF, second)) for second in (0xFA, 0xFB, 0xF2, 0xF3, 0xE2, 0xE3)))
_adts = _starts(*(bytes((0xFF, second)) for second in (0xF0, 0xF1, 0xF8, 0xF9)))
_ogg = _starts(b"OggS")

_KINDS: dict[str, tuple[str, _Claim]] = {
    "png": ("image/png", _starts(b"\x89PNG\r\n\x1a\n")),
    **dict.fromkeys(("jpg", "jpeg"), ("image/jpeg", _starts(b"\xff\xd8\xff"))),
    "gif": ("image/gif", _starts(b"GIF87a", b"GIF89a")),
    "webp": ("image/webp", _riff(b"WEBP")),
    "mp3": ("audio/mpeg", _mpeg_layer_3),
    "wav": ("audio/wav", _riff(b"WAVE")),
    **dict.fromkeys(("ogg", "oga", "opus"), ("audio/ogg", _ogg)),
    "flac": ("audio/flac", _starts(b"fLaC")),
    "aac": ("audio/aac", _adts),
    "m4a": ("audio/mp4", _iso_media),
    "weba": ("audio/webm", _matroska),
    **dict.fromkeys(("mp4", "m4v"), ("video/mp4", _iso_media)),
    "webm": ("video/webm", _matroska),
}
"""By the name's ending: the type, and what the first bytes have to be."""


def media_type(path: str, head: bytes) -> str:
    """The type under which a browser may show the file; empty where it is none of the kinds that are safe."""
    kind, claims = _KINDS.get(PurePosixPath(path).suffix.lower().removeprefix("."), ("", lambda _: False))
    return kind if claims(head) else ""


def pixels(kind: str, head: bytes) -> tuple[int, int] | None:
    """Width and height of a picture as it is stored; None of what is no picture, and where its header does not tell."""
    width, height = imagesize.get(BytesIO(head), exif_rotation=False) if kind.startswith("image/") else (0, 0)
    return (width, height) if width > 0 and height > 0 else None


def why_not_shown(kind: str, head: bytes) -> str:
    """Why a picture of a safe kind is not shown all the same, in a sentence; empty where it is."""
    if not kind.startswith("image/"):
        return ""
    size = pixels(kind, head)
    if size is None:
        return "The size of this picture cannot be read, so it is not shown."
    if size[0] * size[1] > MOST_PIXELS:
        return f"This picture has {size[0]} × {size[1]} pixels, which is too many to be shown."
    return ""
