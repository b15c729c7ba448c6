"""Names of an archive's entries: none leads out of the folder it is unpacked in, whatever the system there.

What a source calls its files is hostile, and what one system takes for a plain name is a device or a path on another.
The rules are those that POSIX, Windows (Naming Files, Paths, and Namespaces) and macOS share.
"""

import itertools
import unicodedata
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import PurePosixPath

LONGEST_SEGMENT = 100
"""Bytes of a name between two slashes, in UTF-8."""
LONGEST_PATH = 160
"""Bytes of a path below its trial or run."""

_ENDING = 16
_FORBIDDEN = frozenset('\\/:*?"<>|')
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Unicode's categories of controls, also of writing direction, of lone surrogates and of line ends."""
_DEVICES = frozenset(
    {"CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"}
    | {f"{device}{number}" for device in ("COM", "LPT") for number in "123456789¹²³"}
)
_MANIFESTS = frozenset({"manifest.json", "manifest.txt"})


def safe_segment(text: str) -> str:
    """A name that is one plain name everywhere; never empty."""
    composed = unicodedata.normalize("NFC", text)
    plain = "".join("_" if c in _FORBIDDEN or unicodedata.category(c) in _UNSEEN else c for c in composed)
    name = _shortened(plain, LONGEST_SEGMENT, salt=text).lstrip().rstrip(". ") or "_"
    return f"_{name}" if name.partition(".")[0].rstrip().upper() in _DEVICES else name


def top_segment(text: str) -> str:
    """The name of an archive's one folder, which is not that of a manifest beside it."""
    name = safe_segment(text)
    return f"_{name}" if name.casefold() in _MANIFESTS else name


class Names:
    """The names taken in one folder; no two of them are the same where case, or the way of composing, counts nothing.

    Nor is one a file and a folder at once.
    """

    def __init__(self) -> None:
        self._taken: set[str] = set()
        self._folders: set[str] = set()

    def add(self, path: str, *, salt: str = "") -> str:
        """Take the safe name nearest to a path, and give it. Of equal paths, ``salt`` tells one from the other."""
        segments = [safe_segment(each) for each in path.split("/") if each not in {"", "."}] or ["_"]
        name = "/".join(segments)
        if len(name.encode()) <= LONGEST_PATH and self._take(name):
            return name
        return next(filter(self._take, _others("_".join(segments), path + salt)))

    def _take(self, name: str) -> bool:
        """Whether the name was free; then it is taken."""
        key = _key(name)
        above = {str(folder) for folder in PurePosixPath(key).parents} - {"."}
        if key in self._taken or key in self._folders or above & self._taken:
            return False
        self._taken.add(key)
        self._folders |= above
        return True


def _others(flat: str, salt: str) -> Iterator[str]:
    """Names without folders, each with a digest of its own."""
    return (safe_segment(_marked(flat, f"{salt}\n{number}")) for number in itertools.count())


def _key(name: str) -> str:
    return unicodedata.normalize("NFC", name.casefold())


def _shortened(text: str, limit: int, *, salt: str) -> str:
    return text if len(text.encode()) <= limit else _marked(text, salt)


def _marked(text: str, salt: str) -> str:
    """The text's beginning, a digest, and the text's ending if it has one; no longer than a segment may be."""
    digest = blake2b(salt.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()
    stem, dot, last = text.rpartition(".")
    ending = f".{last}" if stem and dot and len(last.encode()) < _ENDING else ""
    room = LONGEST_SEGMENT - len(digest) - len(ending.encode()) - 1
    head = text.removesuffix(ending).encode()[:room].decode("utf-8", "ignore")
    return f"{head}~{digest}{ending}"
