"""What kind of thing a file is: told by its name and, where they are known, by its first bytes."""

import codecs
import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from dashboard.domain.files import FileFormat

HEAD_BYTES = 4096
"""As many of a file's first bytes as are worth showing to :func:`format_of`."""

_BY_SUFFIX = {
    **dict.fromkeys(("patch", "diff"), FileFormat.DIFF),
    **dict.fromkeys(("csv", "tsv"), FileFormat.TABLE),
    **dict.fromkeys(("md", "markdown"), FileFormat.MARKDOWN),
    **dict.fromkeys(("json", "jsonl", "ndjson", "geojson", "sarif", "har"), FileFormat.JSON),
    "ipynb": FileFormat.NOTEBOOK,
    "cast": FileFormat.RECORDING,
}
_MEDIA = {
    **dict.fromkeys(("png", "jpg", "jpeg", "gif", "webp"), FileFormat.IMAGE),
    **dict.fromkeys(("mp3", "wav", "ogg", "oga", "opus", "flac", "m4a", "aac", "weba"), FileFormat.AUDIO),
    **dict.fromkeys(("mp4", "m4v", "webm", "ogv", "mov"), FileFormat.VIDEO),
}
_DRAWINGS = frozenset({"svg", "html", "htm", "xhtml"})
_LINES = frozenset({"txt", "log", "out", "err"})
"""Suffixes of what programs print: a stray byte makes no binary file of it."""
_CLOSED = frozenset(
    (
        *("7z", "apk", "bz2", "deb", "gz", "iso", "jar", "lz4", "rar", "rpm", "tar", "tgz", "whl", "xz", "zip", "zst"),
        *("a", "bin", "class", "dll", "dylib", "exe", "o", "pyc", "so", "wasm"),
        *("db", "parquet", "pdf", "pickle", "pkl", "pt", "safetensors", "sqlite", "sqlite3"),
    )
)
"""Suffixes of what is not text, for when no bytes are told."""
_IMAGE_STARTS = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF8", b"RIFF")
_UTF_16 = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_ODD = re.compile(r"[\0-\x08\x0e-\x1a\x1c-\x1f\ufeff\ufffd\ud800-\udfff]")
"""What texts hardly hold."""
_TOKENS = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]]')
_CTRF_NAME = re.compile(r"(.*[-_.])?ctrf([-_.].*)?\.json")
_REWARDS_NAME = re.compile(r"rewards?([-_.].*)?\.json|reward\.txt")


def format_of(path: str, head: bytes = b"") -> FileFormat:
    """How the file at ``path`` is to be read; without ``head``, its first bytes, as its name promises.

    It never fails and promises nothing: a reader has to bear anything all the same.
    """
    name, head = PurePosixPath(path).name.lower(), head[:HEAD_BYTES]
    suffix = name.rpartition(".")[2] if "." in name else ""
    media = _MEDIA.get(suffix)
    if media and _may_be_media(media, head):
        return media
    if _is_utf_16(head):
        return FileFormat.TEXT
    if _is_binary(suffix, head):
        return FileFormat.OTHER
    return _by_name(name) or _by_content(suffix, head.decode("utf-8", "replace").lstrip("\ufeff \t\r\n"))


def _may_be_media(media: FileFormat, head: bytes) -> bool:
    """Whether it is not something else in spite of its name, as the pointer that Git LFS leaves is."""
    return not head or (head.startswith(_IMAGE_STARTS) if media is FileFormat.IMAGE else _is_binary("", head))


def _is_utf_16(head: bytes) -> bool:
    """Whether it is marked as text in UTF-16 and reads as one: only texts can be shown in another encoding."""
    encoding = _UTF_16.get(head[:2])
    text = head[2:].decode(encoding, "replace") if encoding else ""
    return bool(encoding) and len(_ODD.findall(text)) <= 1 + len(text) // 100


def _is_binary(suffix: str, head: bytes) -> bool:
    if not head:
        return suffix in _CLOSED
    if suffix in _LINES:
        return head.count(0) > len(head) // 100
    if 0 in head:
        return True
    text = head.decode("utf-8", "replace")
    return text.count("\ufffd") > max(1, len(text) // 10)


def _by_name(name: str) -> FileFormat | None:
    if _REWARDS_NAME.fullmatch(name):
        return FileFormat.REWARDS
    if _CTRF_NAME.fullmatch(name):
        return FileFormat.TESTS
    if name.startswith("trajectory") and name.endswith(".json"):
        return FileFormat.TRAJECTORY
    return None if "." in name else FileFormat.TEXT


def _by_content(suffix: str, text: str) -> FileFormat:
    known = _BY_SUFFIX.get(suffix, FileFormat.TEXT)
    if suffix in _DRAWINGS:
        return FileFormat.DRAWING
    if suffix == "xml":
        return FileFormat.TESTS if "<testsuite" in text else FileFormat.TEXT
    if known is FileFormat.RECORDING and text and '"version"' not in text.partition("\n")[0]:
        return FileFormat.TEXT
    return _of_object(text) if suffix == "json" else known


def _of_object(text: str) -> FileFormat:
    begun = dict(_begun_keys(text))
    if begun.get("schema_version", "").startswith('"ATIF-') or begun.get("steps") == "[":
        return FileFormat.TRAJECTORY
    if begun.get("reportFormat") == '"CTRF"' or (begun.get("results") == "{" and '"tool"' in text):
        return FileFormat.TESTS
    return FileFormat.JSON


def _begun_keys(text: str) -> Iterator[tuple[str, str]]:
    """The keys of the outermost object with the first token of their values, as far as ``text`` goes."""
    depth, key = 0, ""
    for found in _TOKENS.findall(text) if text.startswith("{") else ():
        if depth == 1 and key and found not in "}]":
            yield key, found
            key = ""
        elif depth == 1 and found.startswith('"'):
            key = found[1:-1]
        depth += {"{": 1, "[": 1, "}": -1, "]": -1}.get(found, 0)
