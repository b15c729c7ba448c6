"""What is said about a file before its lines: its names, modes, and what happened to it."""

import re
from collections.abc import Iterable, Mapping

from dashboard.readers.diffs import paths
from dashboard.readers.diffs.records import Change, Header

MOST_LINES = 40
"""No file has more to be said before its first hunk."""

_FACT = re.compile(
    r"(diff --git|diff --cc|diff --combined|Index:|---|\+\+\+|new file mode|deleted file mode|old mode|new mode|"
    r"rename from|rename to|copy from|copy to|similarity index|index|Binary files|GIT binary patch)(?: (.*))?"
)
_ENDS = {"Binary files", "GIT binary patch"}
_INDEX_MODE = re.compile(r"[0-9a-f]+\.\.[0-9a-f]+ ([0-7]{6})")
_MODE = re.compile(r"[0-7]{1,6}")
_PERCENT = re.compile(r"([0-9]{1,3})%")

Facts = Mapping[str, str]


def read(lines: Iterable[str]) -> Header:
    """The header from a section's first lines; what it does not understand it passes over."""
    facts = _facts(lines)
    old, new = _names(facts)
    change = _change(facts, old, new)
    mode = _INDEX_MODE.match(facts.get("index", ""))
    kept = mode[1] if mode else ""
    return Header(
        old_path="" if change is Change.ADDED else old,
        new_path="" if change is Change.DELETED else new,
        change=change,
        old_mode=_mode(facts, "old mode", "deleted file mode") or kept,
        new_mode=_mode(facts, "new mode", "new file mode") or kept,
        similarity=_percent(facts.get("similarity index", "")),
        is_binary=not _ENDS.isdisjoint(facts),
    )


def is_combined(lines: Iterable[str]) -> bool:
    """Whether this is the diff of a merge, which has several old sides."""
    return not {"diff --cc", "diff --combined"}.isdisjoint(_facts(lines))


def _facts(lines: Iterable[str]) -> dict[str, str]:
    """What the lines say, up to the first hunk; of a thing said twice the first counts."""
    facts: dict[str, str] = {}
    for number, line in enumerate(lines):
        if number >= MOST_LINES or line.startswith("@@ "):
            break
        match = _FACT.fullmatch(line.rstrip("\r\n"))
        if match:
            facts.setdefault(match[1], match[2] or "")
            if match[1] in _ENDS:
                break
    return facts


def _names(facts: Facts) -> tuple[str, str]:
    """Both names, by the least doubtful line that tells them."""
    for act in ("rename", "copy"):
        if f"{act} from" in facts and f"{act} to" in facts:
            return paths.unquoted(facts[f"{act} from"]), paths.unquoted(facts[f"{act} to"])
    if "---" in facts and "+++" in facts:
        return paths.without_prefixes(paths.of_side(facts["---"]), paths.of_side(facts["+++"]))
    if "diff --git" in facts:
        return paths.without_prefixes(*paths.of_git_line(facts["diff --git"]))
    if "Binary files" in facts:
        old, _, new = facts["Binary files"].removesuffix(" differ").partition(" and ")
        return paths.without_prefixes(paths.of_side(old), paths.of_side(new))
    name = facts.get("diff --cc") or facts.get("diff --combined") or facts.get("Index:") or ""
    return (paths.unquoted(name),) * 2


def _change(facts: Facts, old: str, new: str) -> Change:
    if "rename from" in facts:
        return Change.RENAMED
    if "copy from" in facts:
        return Change.COPIED
    if "new file mode" in facts or (new and not old):
        return Change.ADDED
    if "deleted file mode" in facts or (old and not new):
        return Change.DELETED
    # Plain diffs name copies of a file, "x.orig": that is a change, not a new name.
    return Change.RENAMED if old != new and "diff --git" in facts else Change.MODIFIED


def _mode(facts: Facts, *names: str) -> str:
    found = next((facts[name] for name in names if name in facts), "")
    return found if _MODE.fullmatch(found) else ""


def _percent(text: str) -> int | None:
    match = _PERCENT.fullmatch(text)
    return min(int(match[1]), 100) if match else None
