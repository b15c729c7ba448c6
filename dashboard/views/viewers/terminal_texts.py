"""Texts that a terminal was meant to show, for pages that have many of them."""

from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from dashboard.markup.terminal import Terminal
from dashboard.markup.terminal_styles import PLAIN


class TerminalTexts:
    """Makes the texts of one page into HTML. However many they are, they have a bounded number of elements."""

    def __init__(self) -> None:
        self._terminal = Terminal()

    def html(self, text: str) -> SafeString:
        """The text's lines with their colours; what one text switches on, the next has not."""
        self._terminal.style = PLAIN
        lines = (self._terminal.line(line.encode("utf-8", "replace")) for line in text.split("\n"))
        return format_html_join("\n", "{}", ((line,) for line in lines))
