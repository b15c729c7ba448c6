"""Style sheets: they parse, keep to the layers, and take every colour from a token."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import tinycss2
from tinycss2.color4 import parse_color

from tests.lint.findings import Finding

LAYERS = ("reset", "tokens", "base", "layout", "components", "utilities")
HARMLESS = frozenset({"transparent", "currentcolor"})
"""Words for colours that are none of their own. System colours are for forced colours, where tokens do not count."""
COLOUR_FUNCTIONS = frozenset(
    {"rgb", "rgba", "hsl", "hsla", "hwb", "lab", "lch", "oklab", "oklch", "color", "light-dark", "color-mix"}
)


def check(root: Path) -> Iterator[Finding]:
    """All style sheets of our own."""
    for path in sorted((root / "static" / "css").rglob("*.css")):
        yield from check_sheet(path.relative_to(root), path.read_text(encoding="utf-8"))


def check_sheet(path: Path, text: str) -> Iterator[Finding]:
    """One style sheet."""
    for rule in tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True):
        if rule.type == "error":
            yield Finding(path, rule.source_line, f"does not parse: {rule.message}")
        elif rule.type == "at-rule" and rule.lower_at_keyword == "layer":
            yield from _layer(path, rule)
        elif not (rule.type == "at-rule" and rule.lower_at_keyword == "charset"):
            yield Finding(path, rule.source_line, "stands outside the layers")


def _layer(path: Path, rule: Any) -> Iterator[Finding]:
    names = [token.value for token in rule.prelude if token.type == "ident"]
    for name in names:
        if name not in LAYERS:
            yield Finding(path, rule.source_line, f"unknown layer {name}")
    if rule.content is not None:
        yield from _rules(path, rule.content, in_tokens=names == ["tokens"], in_forced_colours=False)


def _rules(path: Path, content: Iterable[Any], *, in_tokens: bool, in_forced_colours: bool) -> Iterator[Finding]:
    """Rules and declarations at any depth: style sheets may nest."""
    for node in tinycss2.parse_blocks_contents(list(content), skip_comments=True, skip_whitespace=True):
        if node.type == "error":
            yield Finding(path, node.source_line, f"does not parse: {node.message}")
        elif node.type == "declaration":
            yield from _declaration(path, node, in_tokens=in_tokens, in_forced_colours=in_forced_colours)
        elif node.type in {"qualified-rule", "at-rule"} and node.content is not None:
            is_forced = in_forced_colours or "forced-colors" in tinycss2.serialize(node.prelude)
            if node.type == "qualified-rule":
                yield from _selector(path, node)
            yield from _rules(path, node.content, in_tokens=in_tokens, in_forced_colours=is_forced)


def _selector(path: Path, rule: Any) -> Iterator[Finding]:
    if any(token.type == "hash" for token in _walk(rule.prelude)):
        yield Finding(path, rule.source_line, "an id as selector")


def _declaration(path: Path, node: Any, *, in_tokens: bool, in_forced_colours: bool) -> Iterator[Finding]:
    if node.important:
        yield Finding(path, node.source_line, "!important")
    for token in _walk(node.value):
        if token.type == "url" or (token.type == "function" and token.lower_name in {"url", "image-set"}):
            yield from _address(path, token)
        elif not in_tokens and not in_forced_colours and _is_colour(token):
            yield Finding(path, token.source_line, f"a colour that is no token: {token.serialize()}")


def _address(path: Path, token: Any) -> Iterator[Finding]:
    address = token.value if token.type == "url" else tinycss2.serialize(token.arguments).strip("\"' ")
    if not address.startswith(("data:", "../", "./", "#")):
        yield Finding(path, token.source_line, f"an address elsewhere: {address}")


def _is_colour(token: Any) -> bool:
    if token.type == "function":
        return token.lower_name in COLOUR_FUNCTIONS and not _is_mix_of_tokens(token)
    if token.type == "ident":
        return token.lower_value not in HARMLESS and parse_color(token) is not None
    return token.type == "hash" and parse_color(token) is not None


def _is_mix_of_tokens(token: Any) -> bool:
    """Mixing tokens makes no colour of its own; what it mixes is looked at by itself."""
    return token.lower_name in {"color-mix", "light-dark"}


def _walk(tokens: Iterable[Any]) -> Iterator[Any]:
    """All tokens, also those within functions and blocks."""
    for token in tokens:
        yield token
        inner = getattr(token, "arguments", None) if token.type == "function" else getattr(token, "content", None)
        if isinstance(inner, list):
            yield from _walk(inner)
