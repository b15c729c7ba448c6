"""Texts are called safe where markup is made, and nowhere else."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.lint.findings import Finding

PACKAGE = Path("dashboard")
MAKERS = {"SafeString", "SafeText", "mark_safe", "SafeData"}
ALLOWED = {
    "dashboard/charts.py": "joins pieces that format_html made",
    "dashboard/markup": "what it is for: escapes first",
    "dashboard/reporting/documents.py": "a document that templates rendered",
    "dashboard/tables": "joins cells that templates or format_html made",
    "dashboard/templatetags": "joins pieces that format_html made",
    "dashboard/views/lists.py": "escapes in the same expression",
    "dashboard/views/trials/tiles.py": "a rendered template",
}
"""Files and folders that may, and why."""


def check(root: Path) -> Iterator[Finding]:
    """No other module calls a text safe."""
    for path in sorted((root / PACKAGE).rglob("*.py")):
        here = path.relative_to(root)
        if any(here.is_relative_to(allowed) for allowed in ALLOWED):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args and _name(node.func) in MAKERS:
                yield Finding(here, node.lineno, f"{_name(node.func)}: markup is made in templates")


def _name(function: ast.expr) -> str:
    match function:
        case ast.Name(id=name):
            return name
        case ast.Attribute(attr=name):
            return name
    return ""
