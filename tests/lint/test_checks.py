"""Each check finds what it is for, and nothing in this checkout."""

import hashlib
import subprocess
from pathlib import Path

import pytest

from tests.lint import __main__, indexes, markings, styles, templates, vendored, versions

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = "# Design\n\n## Components\n\n| component | context |\n|---|---|\n| `logo` | |\n\n### More\n\n| `not` | |\n"
FOLDERS = ("dashboard", "requirements")
PROJECT = """[project]
dependencies = ["some-parser>=1.10"]
[project.optional-dependencies]
team = ["Other_Thing[extra]>=3"]
"""
LEAST = "# Looked through: 2026-11-22. And on.\nsome-parser>=1.10  # CVE-2026-1\nother-thing>=3 # looked at\n"


@pytest.fixture
def root(tmp_path):
    """A checkout in which nothing is wrong."""
    for folder in (
        "templates/components",
        "static/css",
        "static/vendor",
        "docs/reference",
        "dashboard",
        "requirements",
    ):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "pyproject.toml").write_text(PROJECT)
    (tmp_path / "requirements/least.txt").write_text(LEAST)
    (tmp_path / "requirements/base.txt").write_text("some-parser==2.0 \\\n    --hash=sha256:0\nrest==1.0\n")
    (tmp_path / "docs/reference/design.md").write_text(DOCUMENT)
    (tmp_path / "templates/components/logo.html").write_text("{# The mark. No context. #}<svg></svg>\n")
    (tmp_path / "static/css/base.css").write_text("@layer base { a { color: var(--ink); } }\n")
    digest = hashlib.sha256(b"code").hexdigest()
    (tmp_path / "static/vendor/a.js").write_bytes(b"code")
    (tmp_path / "static/vendor/README.md").write_text(f"| `a.js` | what | `{digest}` |\n")
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    subprocess.run(["git", "-C", tmp_path, "add", "."], check=True)
    return tmp_path


def found(check, root):
    return [str(finding) for finding in check(root)]


def test_this_checkout_is_clean(capsys):
    assert __main__.main(ROOT) == 0, capsys.readouterr().out


def test_a_clean_checkout_has_no_findings_and_a_wrong_one_fails_the_command(root, capsys):
    assert __main__.main(root) == 0
    (root / "static/vendor/a.js").write_bytes(b"other code")
    assert __main__.main(root) == 1
    assert "static/vendor/a.js:0" in capsys.readouterr().out


@pytest.mark.parametrize(
    "wrong",
    [
        '<p style="color: red">', '<a onclick="go()">', "<body onload='x'>",
        '<a href="JavaScript:alert(1)">', '<div hx-on:click="x">',
        """<div hx-vals='js:{a: 1}'>""", '<div hx-headers:inherited="js:{}">', '<div hx-trigger="every 5s [visible]">',
        "{% autoescape off %}{{ x }}{% endautoescape %}", "{{ x|safe }}", "{{ x | safe }}",
        '<a href="#">', "<script>go()</script>",
        "<style>a{}</style>", '<script src="https://cdn.example/a.js"></script>', '<link href="//cdn.example/a.css">',
    ],
)  # fmt: skip
def test_templates_hold_nothing_that_the_policy_forbids(root, wrong):
    (root / "templates/page.html").write_text(f"{{# A page. No context. #}}\n<p>fine</p>\n{wrong}\n")
    [finding] = found(templates.check, root)
    assert finding.startswith("templates/page.html:3: ")


def test_only_documents_that_stand_alone_bring_their_style_along(root):
    folder = root / "templates/reports/document"
    folder.mkdir(parents=True)
    (folder / "page.html").write_text("{# A document. No context. #}\n<style>a{}</style>\n<script>go()</script>\n")
    [finding] = found(templates.check, root)
    assert finding.startswith("templates/reports/document/page.html:3: ")


@pytest.mark.parametrize(
    "fine",
    [
        '<a href="#main">', '<button data-conduct="x">', "{% if done %}only{% endif %}",
        '<script type="module" src="{% static \'a.js\' %}"></script>',
        "{{ x|default:'safe' }}", '<form method="post" action="{{ url }}">', '<div hx-trigger="refresh from:body">',
    ],
)  # fmt: skip
def test_templates_may_hold_what_looks_alike(root, fine):
    (root / "templates/page.html").write_text(f'{{% extends "base.html" %}}\n{{# A page. No context. #}}\n{fine}\n')
    assert found(templates.check, root) == []


@pytest.mark.parametrize(
    "head",
    [
        "",
        "<p>text</p>",
        "{# #}",
        "{# A page. #}",
        "{% comment %}A page.{% endcomment %}",
        "{% load x %}{# A page. Context: x. #}",
    ],
)
def test_templates_begin_with_a_comment_that_names_their_context(root, head):
    (root / "templates/page.html").write_text(f"{head}\n<p>fine</p>\n")
    [finding] = found(templates.check, root)
    assert finding.startswith("templates/page.html:1: ")


def test_components_and_their_document_name_one_another(root):
    (root / "templates/components/chip.html").write_text("{# A chip. Context: x. #}")
    (root / "templates/components/logo.html").unlink()
    described, missing = found(templates.check, root)
    assert described == "docs/reference/design.md:0: component logo is described and not there"
    assert missing == "templates/components/chip.html:0: not described in docs/reference/design.md"


@pytest.mark.parametrize(
    ("wrong", "what"),
    [
        ("a { color: var(--ink); }", "stands outside the layers"),
        ("@layer skin { a { margin: 0; } }", "unknown layer skin"),
        ("@layer base, skin;", "unknown layer skin"),
        ("@import 'other.css';", "stands outside the layers"),
        ("@layer base { #main { margin: 0; } }", "an id as selector"),
        ("@layer base { a:not(#main) { margin: 0; } }", "an id as selector"),
        ("@layer base { a { margin: 0 !important; } }", "!important"),
        ("@layer base { a { color: red; } }", "no token: red"),
        ("@layer base { a { color: #fff; } }", "no token: #fff"),
        ("@layer base { a { color: rgb(0 0 0); } }", "no token: rgb(0 0 0)"),
        ("@layer base { a { --x: color-mix(in oklab, var(--ink) 5%, white); } }", "no token: white"),
        ("@layer base { a { background: light-dark(var(--x), oklch(5% 0 0)); } }", "no token: oklch(5% 0 0)"),
        ("@layer base { @media print { a { color: black; } } }", "no token: black"),
        ("@layer base { a { & b { color: black; } } }", "no token: black"),
        ("@layer base { a { background: url(https://cdn.example/x.png); } }", "an address elsewhere"),
        ("@layer base { a { background: url('//cdn.example/x.png'); } }", "an address elsewhere"),
        ("@layer tokens { :root { --x: url(http://cdn.example/x); } }", "an address elsewhere"),
        ("@layer base { a { color } }", "does not parse"),
        ("@layer base { a", "does not parse"),
    ],
)
def test_style_sheets_keep_to_layers_tokens_and_our_own_files(wrong, what):
    finding, *_ = [str(finding) for finding in styles.check_sheet(Path("a.css"), f"\n{wrong}\n")]
    assert finding.startswith("a.css:2: ")
    assert what in finding


@pytest.mark.parametrize(
    "fine",
    [
        "@layer reset, tokens, base, layout, components, utilities;",
        "@layer tokens { :root { --ink: light-dark(#000, white); } }",
        "@layer base { a { color: transparent; border: 1px solid currentColor; } }",
        "@layer base { a { background: color-mix(in oklab, var(--ink) 5%, transparent); } }",
        "@layer base { @media (forced-colors: active) { a { border-color: CanvasText; color: black; } } }",
        "@layer base { a::before { background: url(data:image/svg+xml,x); } }",
        "@layer base { .tan > .red { grid-area: side; animation: fade 1s; } @keyframes fade { from { opacity: 0; } } }",
    ],
)
def test_style_sheets_may_hold_what_looks_alike(fine):
    assert list(styles.check_sheet(Path("a.css"), fine)) == []


@pytest.mark.parametrize(
    "wrong",
    [
        "--index-url https→packages.example/x", "--extra-index-url=http→packages.example/simple/",
        "-i\n--find-links http→x.example/",
        "index-url = https→packages.example/", 'url = "https→packages.example/simple"', "registry=https→npm.example/",
        '"resolved": "https→registry.npmjs.org/x/-/x.tgz"', "https→host.example/artifactory/api/pypi/x",
        "https→files.pythonhosted.org/a.whl",
    ],
)  # fmt: skip
def test_no_committed_file_names_a_package_index(root, wrong):
    # Written apart, so that this very file names none.
    (root / "lock.txt").write_text(f"fine\n{wrong.replace('→', '://')}\n")
    assert found(indexes.check, root) == []
    subprocess.run(["git", "-C", root, "add", "lock.txt"], check=True)
    [finding] = found(indexes.check, root)
    assert finding.startswith(("lock.txt:2: ", "lock.txt:3: "))


def test_files_that_are_no_text_or_are_gone_name_nothing(root):
    (root / "a.bin").write_bytes(b"\0--index-url " + b"https://packages.example/")
    (root / "link").symlink_to("lock.txt")
    fine = ["https://example.org/simple/page", "a simple/ word", "https://docs.example/simplest"]
    (root / "fine.txt").write_text("\n".join(fine))
    assert list(indexes.check_files(root, [Path("a.bin"), Path("link"), Path("gone.txt"), Path("fine.txt")])) == []


def test_vendored_files_are_recorded_with_their_hash(root):
    (root / "static/vendor/a.js").write_bytes(b"other code")
    (root / "static/vendor/new.js").write_bytes(b"new")
    readme = root / "static/vendor/README.md"
    readme.write_text(f"{readme.read_text()}| `gone.js` | what | `{'0' * 64}` |\n")
    assert found(vendored.check, root) == [
        "static/vendor/gone.js:0: is in the README and not there",
        "static/vendor/new.js:0: is not in the README with its SHA-256",
        "static/vendor/a.js:0: is not the file whose SHA-256 the README records",
    ]


@pytest.mark.parametrize(
    ("name", "text", "what"),
    [
        ("base.txt", "some-parser==1.9 \\\n", "requirements/base.txt:0: locks some-parser 1.9, and 1.10 is the least"),
        ("dev.txt", "Other.Thing[extra]==2.9\n", "requirements/dev.txt:0: locks other-thing 2.9, and 3 is the least"),
        ("least.txt", LEAST.replace("other-thing>=3", "other>=3"),
         "requirements/least.txt:0: has no row for other-thing, which pyproject.toml asks for"),
        ("least.txt", LEAST.replace("# Looked through: 2026-11-22", "# Looked through: lately"),
         "requirements/least.txt:0: does not say when it was looked through: # Looked through: YYYY-MM-DD."),
        ("least.txt", LEAST + "third==1\n", "requirements/least.txt:4: is no row: name>=version  # why"),
    ],
)  # fmt: skip
def test_nothing_is_locked_that_is_older_than_the_list_of_least_versions_allows(root, name, text, what):
    assert found(versions.check, root) == []
    (root / "requirements" / name).write_text(text)
    assert found(versions.check, root) == [what]


def test_nothing_is_allowed_that_is_older_than_the_list_of_least_versions_allows(root):
    (root / "pyproject.toml").write_text(PROJECT.replace("1.10", "1.9"))
    assert found(versions.check, root) == ["pyproject.toml:0: allows some-parser 1.9, and 1.10 is the least"]


@pytest.mark.parametrize("call", ["SafeString(x)", "mark_safe(x)", "safestring.mark_safe(x)"])
def test_only_makers_of_markup_call_a_text_safe(root, call):
    (root / "dashboard/markup").mkdir()
    (root / "dashboard/markup/code.py").write_text(f"y = {call}\n")
    assert found(markings.check, root) == []
    (root / "dashboard/view.py").write_text(f"import a\ny = {call}\n")
    [finding] = found(markings.check, root)
    assert finding.startswith("dashboard/view.py:2: ")
