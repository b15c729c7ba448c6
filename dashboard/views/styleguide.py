"""Every component in every state on one page: what one looks at before and after changing a style."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from dashboard.domain.statuses import Outcome, RunStatus, SourceHealth

_NOW = datetime(2026, 11, 21, 14, 2, tzinfo=UTC)

_COUNTS = {"passed": 61, "partial": 4, "failed": 14, "errored": 6, "cancelled": 2, "running": 3, "pending": 10}

_ICONS = (
    "search", "filter", "columns", "density", "sort", "sort-up", "sort-down", "close", "check", "copy", "link",
    "external", "download", "refresh", "retry", "play", "pause", "stop", "delete", "edit", "plus", "more", "star",
    "bell", "bookmark", "share", "lock", "eye", "compare", "flip", "history", "clock", "info", "warn", "error",
    "inbox", "no-match", "unplugged", "source", "run", "task", "agent", "tag", "file", "folder", "log",
    "trajectory", "diff", "result", "config", "report", "image", "terminal", "tool", "thought", "message",
    "expand", "keyboard", "user", "settings", "sign-out", "sun", "moon", "monitor", "up", "down", "left", "right",
    "first", "last",
)  # fmt: skip

_TREE = [
    {"key": "agents", "type": "array", "text": "2 items", "children": [
        {"key": 0, "type": "object", "text": "2 keys", "children": [
            {"key": "name", "type": "string", "text": '"codex"', "children": []},
            {"key": "model_name", "type": "string", "text": '"openai/gpt-5.2"', "children": []},
        ]},
        {"key": 1, "type": "object", "text": "0 keys", "children": []},
    ]},
    {"key": "n_concurrent_trials", "type": "number", "text": "8", "children": []},
    {"key": "debug", "type": "boolean", "text": "false", "children": []},
    {"key": "timeout", "type": "null", "text": "null", "children": []},
]  # fmt: skip


class SampleForm(forms.Form):
    """One field of each kind."""

    name = forms.CharField(help_text="Shown in the list of sources.")
    address = forms.URLField(assume_scheme="https")
    kind = forms.ChoiceField(
        choices=[("harbor", "Harbor jobs"), ("docks", "Docks"), ("carrot", "CARROT")], required=False
    )
    note = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), required=False)
    enabled = forms.BooleanField(required=False, label="Look at it every 30 seconds")


@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    """The page; the same for everybody, from made-up values."""
    return render(request, "styleguide.html", _context())


def _context() -> dict[str, object]:
    form = SampleForm({"name": "Nightly", "address": "https://docks"})
    form.full_clean()
    return {
        "statuses": list(RunStatus),
        "outcomes": list(Outcome),
        "healths": list(SourceHealth),
        "segments": _segments(),
        "segments_label": ", ".join(f"{count} {outcome}" for outcome, count in _COUNTS.items()),
        "icons": _ICONS,
        "tree": _TREE,
        "form": form,
        "moments": [_NOW, datetime.now(UTC) - timedelta(minutes=3), None],
        "started": datetime.now(UTC) - timedelta(minutes=12, seconds=4),
        "phases": _phases(),
        "sources": _sources(),
        "crumbs": [
            {"label": "Runs", "url": "#runs"},
            {"label": "nightly", "url": "#run"},
            {"label": "chess-best-move"},
        ],
        "tabs": _tabs(),
        "pages": _pages(),
        "sizes": [{"label": size, "url": f"#size-{size}", "current": size == "50"} for size in ("25", "50", "100")],
        "facet_items": _facet_items(),
        "pairs": _pairs(),
        "log": _log(),
    }


def _segments() -> list[dict[str, object]]:
    total, x, segments = sum(_COUNTS.values()), 0.0, []
    for outcome, count in _COUNTS.items():
        width = 100 * count / total
        segments.append({"outcome": outcome, "x": round(x, 2), "width": round(width, 2), "count": count})
        x += width
    return segments


def _phases() -> list[dict[str, object]]:
    return [
        {"name": "Environment", "x": 0, "width": 9.5, "duration": "24 s", "share": "10 %", "tone": 1},
        {"name": "Agent setup", "x": 9.5, "width": 4.5, "duration": "11 s", "share": "4 %", "tone": 2},
        {"name": "Agent", "x": 14, "width": 72, "duration": "3 min 2 s", "share": "72 %", "tone": 3},
        {"name": "Verifier", "x": 87, "width": 13, "duration": "33 s", "share": "13 %", "tone": 4},
    ]


def _sources() -> list[SimpleNamespace]:
    facts = [
        ("Harbor jobs", "healthy", "", True, _NOW),
        ("Docks staging", "failing", "does not answer", False, _NOW),
        ("CARROT", "new", "", False, None),
    ]
    return [
        SimpleNamespace(
            name=name, url="#source", health=health, verdict=verdict, is_current=is_current, looked_at=looked_at
        )
        for name, health, verdict, is_current, looked_at in facts
    ]


def _tabs() -> list[dict[str, object]]:
    facts = [("Overview", True, ""), ("Trials", False, 100), ("Errors", False, 6), ("Configuration", False, "")]
    return [{"label": name, "url": f"#{name.lower()}", "current": current, "count": n} for name, current, n in facts]


def _pages() -> list[dict[str, object]]:
    return [
        {"label": "First", "icon": "first", "name": "First page", "disabled": True},
        {"label": "Previous", "icon": "left", "name": "Previous page", "disabled": True},
        {"label": "1", "url": "#page-1", "current": True},
        {"label": "2", "url": "#page-2"},
        {"label": "3", "url": "#page-3"},
        {"gap": True},
        {"label": "7", "url": "#page-7"},
        {"label": "Next", "url": "#page-2", "icon": "right", "name": "Next page", "rel": "next"},
        {"label": "Last", "url": "#page-7", "icon": "last", "name": "Last page"},
    ]


def _facet_items() -> list[dict[str, object]]:
    facts = [("completed", 212, 68), ("failed", 64, 21), ("running", 21, 7), ("cancelled", 15, 5)]
    return [
        {
            "label": name.title(),
            "url": f"#{name}",
            "count": n,
            "share": share,
            "current": name == "failed",
            "state": name,
        }
        for name, n, share in facts
    ]


def _pairs() -> list[dict[str, object]]:
    return [
        {"name": "Run id", "value": "5f0c2a9e-8a1d-4c57-9f2e-5a7d8e6b1c34", "copyable": True},
        {"name": "Source", "value": "Harbor jobs", "url": "#source"},
        {"name": "Data set", "value": "terminal-bench@2.0"},
        {"name": "Model", "value": "openai/gpt-5.2", "mono": True},
        {"name": "Finished", "value": None},
    ]


def _log() -> list[dict[str, object]]:
    return [
        {"number": 118, "level": "", "text": "$ pytest -q tests/test_outputs.py"},
        {"number": 119, "level": "warn", "text": "warning: cache is not writable"},
        {"number": 120, "level": "error", "text": "FAILED tests/test_outputs.py::test_move - expected e2e4"},
        {"number": 121, "level": "", "text": "1 failed, 3 passed in 2.41s"},
    ]
