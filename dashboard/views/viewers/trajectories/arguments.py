"""What a tool was called with, as people read it: long texts by themselves and in their language, the rest as JSON."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice

from dashboard.markup import code
from dashboard.views.viewers.trajectories.texts import Block, Typesetter, written

MAX_TEXTS = 8
"""Arguments of one call that stand by themselves."""
SHORT = 60
"""Characters of a text that is as readable within JSON."""
BRIEF = 100
"""Characters of the one line that stands for a closed call."""

TELLING = ("command", "cmd", "keystrokes", "file_path", "path", "filename", "pattern", "query", "url", "description")
"""Arguments that tell most of what a call did, the most telling first."""

_LANGUAGES = {"command": "bash", "cmd": "bash", "keystrokes": "bash", "script": "bash", "code": "python"}
_PATHS = ("file_path", "path", "filename", "notebook_path")
_PARTS_OF_FILES = frozenset({"content", "file_text", "new_string", "old_string", "new_str", "old_str", "insert_text"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Argument:
    """One argument, or all that have no place of their own: then it has no name."""

    name: str
    block: Block


def arguments(value: object, url: str, typesetter: Typesetter) -> list[Argument]:
    """The arguments of one call; ``url`` leads to all of them in full."""
    if value is None or value == {}:
        return []
    if isinstance(value, str):
        return [Argument(name="", block=typesetter.plain(value, url))]
    if typesetter.is_raw or not isinstance(value, Mapping):
        return [_rest(value, url, typesetter)]
    texts = dict(islice(((name, text) for name, text in value.items() if _stands_alone(name, text)), MAX_TEXTS))
    rest = {name: other for name, other in value.items() if name not in texts}
    found = [
        Argument(name=str(name)[:BRIEF], block=typesetter.code(text, url, _language(value, name)))
        for name, text in texts.items()
    ]
    if not rest:
        return found
    # What was said first stands first: the file before what is written into it.
    said = [_rest(rest, url, typesetter)]
    return found + said if next(iter(value)) in texts else said + found


def brief(value: object) -> str:
    """One line that says which call of its tool this is; empty where nothing does."""
    if isinstance(value, str):
        return _line(value)
    if not isinstance(value, Mapping):
        return ""
    named = (value.get(name) for name in TELLING)
    texts = (text for text in (*named, *islice(value.values(), len(TELLING))) if isinstance(text, str) and text.strip())
    return _line(next(texts, ""))


def _line(text: str) -> str:
    first = text[: 4 * BRIEF].strip().split("\n", 1)[0]
    return first if len(first) <= BRIEF else f"{first[:BRIEF]}…"


def _rest(value: object, url: str, typesetter: Typesetter) -> Argument:
    return Argument(name="", block=typesetter.code(written(value), url, "json"))


def _stands_alone(name: str, value: object) -> bool:
    if not isinstance(value, str):
        return False
    return name in _LANGUAGES or len(value) > SHORT or "\n" in value.strip()


def _language(call: Mapping[str, object], name: str) -> str:
    if name in _PARTS_OF_FILES:
        path = next((path for key in _PATHS if isinstance(path := call.get(key), str)), "")
        return code.language_of_file(path) or ""
    return _LANGUAGES.get(name, "")
