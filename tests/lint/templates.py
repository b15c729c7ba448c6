"""Templates: nothing a strict policy forbids, nothing unescaped, a comment at the head, every component documented."""

import re
from collections.abc import Iterator
from pathlib import Path

from tests.lint.findings import Finding, line_of

FORBIDDEN = (
    (re.compile(r"""<[^>{]*\sstyle\s*="""), "an inline style: the policy forbids it"),
    (re.compile(r"""\son[a-z]+\s*=\s*["'{]"""), "an inline event handler: the policy forbids it"),
    (re.compile(r"javascript:", re.IGNORECASE), "a javascript: address"),
    (re.compile(r"\bhx-on\b"), "hx-on: it needs eval"),
    (re.compile(r"""\b(?:hx-vals|hx-headers)(?::inherited)?\s*=\s*["']\s*js:"""), "js: values: they need eval"),
    (re.compile(r"""hx-trigger\s*=\s*["'][^"']*\["""), "a trigger filter: it needs eval"),
    (re.compile(r"\{%\s*autoescape\s+off\s*%\}"), "autoescape off"),
    (re.compile(r"\|\s*safe(?:seq)?\b"), "|safe: mark it safe where it is made"),
    (re.compile(r"""href\s*=\s*["']#["']"""), "a link that goes nowhere"),
    (re.compile(r"<(?:script|style)\b(?![^>]*\bsrc=)[^>]*>"), "an inline script or style: the policy forbids it"),
    (re.compile(r"""\b(?:src|href)\s*=\s*["'](?:https?:)?//"""), "something from another site"),
)

OWN_POLICY = Path("templates/reports/document")
"""Documents that stand alone: they bring their style along, and a policy that allows it."""

_HEAD = re.compile(
    r"\s*(?:\{%\s*extends\b[^%]*%\}\s*)?(?:\{#(?P<short>.*?)#\}|\{%\s*comment\s*%\}(?P<long>.*?)\{%\s*endcomment\s*%\})",
    re.DOTALL,
)
_DOCUMENTED = re.compile(r"^\| `([a-z_]+)` \|", re.MULTILINE)


def check(root: Path) -> Iterator[Finding]:
    """All templates of a checkout."""
    folder = root / "templates"
    for path in sorted(folder.rglob("*.html")):
        text = path.read_text(encoding="utf-8")
        yield from _forbidden(path.relative_to(root), text)
        yield from _head(path.relative_to(root), text)
    yield from _components(root)


def _forbidden(path: Path, text: str) -> Iterator[Finding]:
    for pattern, what in FORBIDDEN:
        for match in pattern.finditer(text):
            if match[0] == "<style>" and OWN_POLICY in path.parents:
                continue
            yield Finding(path, line_of(text, match.start()), what)


def _head(path: Path, text: str) -> Iterator[Finding]:
    match = _HEAD.match(text)
    comment = (match["short"] or match["long"] or "") if match else ""
    if not comment.strip():
        yield Finding(path, 1, "no comment at its head that says what it is")
    elif "context" not in comment.lower():
        yield Finding(path, 1, "the comment at its head does not name its context")


def _components(root: Path) -> Iterator[Finding]:
    """The table of components in the design document and the folder hold the same names."""
    document = Path("docs/reference/design.md")
    text = (root / document).read_text(encoding="utf-8")
    section = text.partition("\n## Components\n")[2].partition("\n### ")[0]
    documented = set(_DOCUMENTED.findall(section))
    there = {path.stem for path in (root / "templates" / "components").glob("*.html")}
    for name in sorted(documented - there):
        yield Finding(document, 0, f"component {name} is described and not there")
    for name in sorted(there - documented):
        yield Finding(Path("templates/components") / f"{name}.html", 0, "not described in docs/reference/design.md")
