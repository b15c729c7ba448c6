"""Above the services nothing reaches for rows of the mirror by itself: that would pass by who may see them."""

import ast
from pathlib import Path

import pytest

import dashboard
from tests.views.rights.canaries import MIRRORED

HERE = Path(dashboard.__file__).parent
LAYERS = ("views", "tables", "filters", "admin", "api", "forms", "reporting")
MANAGERS = {"objects", "_default_manager", "_base_manager"}
NAMES = {model.__name__ for model in MIRRORED} - {"Label", "Note"} | {"StateChange"}
ALLOWED = {
    "views/runs/lists.py": "rows by keys that a visible query gave; their own results",
    "views/trials/lists.py": "rows by keys that a visible query gave",
    "views/reports/lists.py": "rows by keys that a visible query gave",
    "filters/runs.py": "what belongs to the run of the outer query, which is visible; tests, by which visible runs go",
    "filters/reports.py": "what the report of the outer query is of, which is visible with it",
    "filters/facets.py": "names of what visible rows refer to; only those that are counted are told",
    **dict.fromkeys(
        ("admin/source.py", "admin/group.py", "admin/source_tests.py", "admin/recorded.py"),
        "the panel is for administrators, who see everything",
    ),
    "forms/audit_filter.py": "accounts, for the audit log, which is the administrators'",
    "reporting/trials.py": "the trials of a run that its report is of, which was asked for by who sees it",
    "reporting/comparisons.py": "the tasks of such trials",
}
"""By module, why it may."""


def reaches(source: str) -> list[str]:
    """What of the mirror the code takes by itself, as it is written."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and node.attr in MANAGERS:
            # Of anything but a name (a class that was passed on) nobody can tell which rows it means.
            owner = node.value
            if not isinstance(owner, ast.Name) or owner.id in NAMES or not owner.id[0].isupper():
                found.append(ast.unparse(node))
    return found


def modules():
    return [path for layer in LAYERS for path in sorted((HERE / layer).rglob("*.py"))]


def test_only_modules_with_a_reason_reach_for_rows_of_the_mirror():
    found = {str(path.relative_to(HERE)): reached for path in modules() if (reached := reaches(path.read_text()))}
    assert {name: reached for name, reached in found.items() if name not in ALLOWED} == {}
    assert sorted(set(ALLOWED) - set(found)) == [], "no longer needed"


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("Run.objects.filter(pk=1)", ["Run.objects"]),
        ("x = Trial._default_manager", ["Trial._default_manager"]),
        ("model.objects.all()", ["model.objects"]),
        ("referred()._base_manager", ["referred()._base_manager"]),
        ("Report.runs.through.objects", ["Report.runs.through.objects"]),
        ("SavedView.objects.all()", []),
        ("visibility.runs(viewer)", []),
    ],
)
def test_it_is_noticed_however_it_is_written(code, found):
    assert reaches(code) == found
