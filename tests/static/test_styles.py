"""The habits of docs/reference/design.md, read from the files."""

import gzip
import re
from pathlib import Path

import pytest
import tinycss2

ROOT = Path(__file__).resolve().parents[2]
SHARED = sorted((ROOT / "static/css").glob("*.css"))
SHEETS = sorted((ROOT / "static/css").rglob("*.css"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
LAYERS = {"reset", "tokens", "base", "layout", "components", "utilities"}
SYMBOLS = re.findall(r'<symbol id="([^"]+)"', (ROOT / "static/icons.svg").read_text())


def tokens(nodes):
    for node in nodes:
        yield node
        for inside in ("prelude", "content", "arguments", "value"):
            part = getattr(node, inside, None)
            if isinstance(part, list):
                yield from tokens(part)


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.name)
def test_every_rule_is_in_a_known_layer(sheet):
    rules = tinycss2.parse_stylesheet(sheet.read_text(), skip_comments=True, skip_whitespace=True)
    assert not [rule for rule in rules if rule.type == "error"]
    assert {rule.at_keyword for rule in rules} == {"layer"}
    assert {word for rule in rules for word in re.findall(r"[a-z]+", tinycss2.serialize(rule.prelude))} <= LAYERS


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.name)
def test_no_ids_no_important_and_nothing_from_elsewhere(sheet):
    found = list(tokens(tinycss2.parse_stylesheet(sheet.read_text())))
    assert not [node for node in found if node.type == "hash"]
    assert not [node for node in found if node.type == "url" or (node.type == "function" and node.name == "url")]
    assert "!important" not in sheet.read_text()


def test_every_custom_property_that_is_used_is_defined():
    text = "".join(sheet.read_text() for sheet in SHEETS)
    defined = set(re.findall(r"(--[\w-]+):", text))
    assert set(re.findall(r"var\((--[\w-]+)", text)) <= defined


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_icon_that_a_template_names_is_in_the_sprite(template):
    text = template.read_text()
    named = re.findall(r'{% icon "([\w-]+)"(?!\|)', text) + re.findall(r'\bicon="([\w-]+)"', text)
    assert set(named) <= set(SYMBOLS)


def test_no_symbol_of_the_sprite_is_there_twice():
    assert len(SYMBOLS) == len(set(SYMBOLS))


def test_what_every_page_loads_stays_small():
    paths = [
        *(sheet for sheet in SHARED if sheet.name not in {"admin.css", "trials.css"}),
        *(script for script in (ROOT / "static/js").glob("*.js") if script.name != "notify.js"),
        *(ROOT / "static/vendor").glob("htmx-*.js"),
        ROOT / "static/icons.svg",
    ]
    assert len(paths) <= 6
    assert sum(len(gzip.compress(path.read_bytes())) for path in paths) < 40_000
