"""Texts of steps as pieces of a page: folded from some lines on, cut from many on, and no more of all than is bearable.

A page of steps has a :class:`Budget`. What does not fit into it, or is long by itself, is cut after its first lines and
names the address of the whole.
"""

import json
import re
from dataclasses import dataclass

from django.utils.html import escape
from django.utils.safestring import SafeString

from dashboard.markup import code, markdown
from dashboard.markup.characters import visible
from dashboard.views.viewers.terminal_texts import TerminalTexts

MAX_CHARACTERS = 6_000
"""Of a text that is on the page whole, if closed."""
MAX_CHARACTERS_OPEN = 40_000
"""Of one that the reader asked to see open."""
PREVIEW_LINES = 20
PREVIEW_CHARACTERS = 2_000
LINE = 110
"""Characters that stand in one line, more or less: for telling which texts are tall."""
ONE_LINE = 90
"""Characters of JSON that are as readable on one line."""
MAX_MARKED_UP = 20_000
"""Characters of a text that is rendered or coloured on a page of many."""

_FOR_TERMINALS = re.compile("\x1b[\\[\\]]|\r(?!\n)")
"""Escape sequences, and carriage returns that go back over a line."""


@dataclass(slots=True)
class Budget:
    """What is left of the room on one page."""

    characters: int = 240_000
    """Of HTML."""
    elements: int = 1_300
    """Of what is rendered or coloured."""

    def take(self, html: str) -> bool:
        """Whether the page still has room for it; then it has that much less."""
        if len(html) > self.characters:
            return False
        self.characters -= len(html)
        return True

    def take_elements(self, html: str) -> bool:
        """Whether the page can bear the elements of this."""
        count = html.count("<") - html.count("</")
        if count > self.elements:
            return False
        self.elements -= count
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A text on the page."""

    html: SafeString
    lines: int
    """Of the whole text."""
    characters: int
    is_prose: bool = False
    """Rendered; else it stands in a ``<pre>``."""
    is_tall: bool = False
    """Folded unless it is open."""
    is_open: bool = False
    is_cut: bool = False
    """There is more of it at ``url``."""
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Typesetter:
    """Makes blocks for one page."""

    budget: Budget
    is_raw: bool = False
    is_open: bool = False
    """Tall texts are open, and more of long ones is shown."""
    most: int = MAX_CHARACTERS

    def prose(self, text: str, url: str, *, lines: int = PREVIEW_LINES) -> Block:
        """A message: Markdown, unless it is wanted raw or there is no room for it."""
        if not self.is_raw and len(text) <= min(MAX_MARKED_UP, self._most):
            if _is_json(text):
                return self.code(text, url, "json")
            html = markdown.render(text, heading_offset=3)
            if self._fits(html):
                return self._whole(html, text, lines, is_prose=True)
        return self.plain(text, url, lines=lines)

    def code(self, text: str, url: str, language: str) -> Block:
        """Code in the colours of its language, if there is room for them."""
        if not self.is_raw and language and len(text) <= min(MAX_MARKED_UP, self._most):
            html = code.highlight(text, language)
            if self._fits(html):
                return self._whole(html, text, PREVIEW_LINES)
        return self.plain(text, url)

    def output(self, text: str, url: str) -> Block:
        """What a program wrote: with the colours it asked a terminal for, if it did."""
        if not self.is_raw and _FOR_TERMINALS.search(text) and len(text) <= min(MAX_MARKED_UP, self._most):
            html = TerminalTexts().html(text)
            if self._fits(html):
                return self._whole(html, text, PREVIEW_LINES)
        return self.plain(text, url)

    def plain(self, text: str, url: str, *, lines: int = PREVIEW_LINES) -> Block:
        """A text as it is, whole or its first lines."""
        if len(text) <= self._most:
            html = escape(visible(text))
            if self.budget.take(html):
                return self._whole(html, text, lines)
        html = escape(visible(preview(text)))
        shown = html if self.budget.take(html) else SafeString()
        return Block(html=shown, lines=count_lines(text), characters=len(text), is_cut=True, url=url)

    @property
    def _most(self) -> int:
        return max(self.most, MAX_CHARACTERS_OPEN) if self.is_open else self.most

    def _fits(self, html: str) -> bool:
        return self.budget.take_elements(html) and self.budget.take(html)

    def _whole(self, html: SafeString, text: str, lines: int, *, is_prose: bool = False) -> Block:
        count = count_lines(text)
        is_tall = count > lines or len(text) > lines * LINE
        return Block(
            html=html, lines=count, characters=len(text), is_prose=is_prose, is_tall=is_tall, is_open=self.is_open
        )


def count_lines(text: str) -> int:
    """Lines as a reader counts them: a line end at the very end begins none."""
    return text.count("\n") + (not text.endswith("\n")) if text else 0


def preview(text: str) -> str:
    """The first lines of a long text."""
    return "\n".join(text[:PREVIEW_CHARACTERS].split("\n")[:PREVIEW_LINES])


def _is_json(text: str) -> bool:
    """Some agents say all they say as JSON, which Markdown would make a muddle of."""
    if not text.lstrip().startswith(("{", "[")):
        return False
    try:
        json.loads(text)
    except (RecursionError, ValueError):
        return False
    return True


def written(value: object) -> str:
    """A JSON value for people to read: on one line if it is short."""
    try:
        line = json.dumps(value, ensure_ascii=False, default=str)
        return line if len(line) <= ONE_LINE else json.dumps(value, indent=2, ensure_ascii=False, default=str)
    except (RecursionError, ValueError):
        return "It is nested too deeply to be shown here; the file has it."
