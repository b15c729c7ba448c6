"""Code in colours, as classes of ``css/viewers/code.css``.

The language is told by a name alone, from a list: no lexer looks at a stranger's text to guess. What is too long, has
too long a line or takes too long is escaped and keeps its ink.
"""

import time
from collections.abc import Iterator
from functools import cache
from io import StringIO
from pathlib import PurePosixPath

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from pygments.formatters.html import HtmlFormatter
from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.token import STANDARD_TYPES, Token, _TokenType

from dashboard.markup.characters import visible
from dashboard.markup.languages import BY_NAME, BY_SUFFIX
from dashboard.markup.shell import ShellLexer

MAX_CHARACTERS = 200_000
MAX_LINE = 2_000
MAX_SECONDS = 0.5
"""Of one text's colouring; what is left by then is escaped."""

_COLOURED = (
    *(Token.Comment, Token.Keyword, Token.Operator.Word, Token.Literal.Number),
    *(Token.Literal.String, Token.Literal.String.Escape, Token.Literal.String.Interpol),
    *(Token.Name.Attribute, Token.Name.Builtin, Token.Name.Class, Token.Name.Decorator, Token.Name.Exception),
    *(Token.Name.Function, Token.Name.Tag, Token.Name.Variable),
    *(Token.Generic.Deleted, Token.Generic.Heading, Token.Generic.Inserted, Token.Generic.Subheading),
    *(Token.Generic.Error, Token.Generic.Traceback, Token.Generic.Prompt),
)
CLASSES = frozenset(STANDARD_TYPES[kind] for kind in _COLOURED)
"""Every class that the text of a language can have."""

_FORMATTER = HtmlFormatter(nowrap=True)
"""Making one takes longer than most texts do."""
_Piece = tuple[_TokenType, str]


def highlight(text: str, language: str) -> SafeString:
    """The text as coloured HTML for a ``<pre>``; escaped only, if no language of this name is known."""
    return mark_safe("\n".join(_lines(text, language_of(language))))  # noqa: S308


def highlight_lines(text: str, filename: str) -> list[SafeString]:
    """One piece of HTML for each line (as ``split`` tells them), each complete in itself, by the name of the file."""
    return [mark_safe(line) for line in _lines(text, language_of_file(filename))]  # noqa: S308


def preformatted(text: str) -> SafeString:
    """The text as it was written, in a box that scrolls by itself."""
    return format_html('<pre class="code" tabindex="0">{}</pre>', visible(text))


def language_of(name: str) -> str | None:
    """The language that people call by this name, as in the first word after a Markdown fence."""
    return BY_NAME.get(name.strip().lower())


def language_of_file(filename: str) -> str | None:
    """The language that files of this name are written in."""
    path = PurePosixPath(filename.lower().replace("\0", ""))
    return BY_NAME.get(path.name) or BY_SUFFIX.get(path.suffix)


def _lines(text: str, language: str | None) -> list[str]:
    """The HTML of each line, escaped by Django or by Pygments' formatter."""
    shown = visible(text)
    if language is None or len(shown) > MAX_CHARACTERS or max(map(len, shown.split("\n"))) > MAX_LINE:
        return escape(shown).split("\n")
    out = StringIO()
    _FORMATTER.format(_pieces(shown, language), out)
    # The formatter ends every line that has something on it.
    return out.getvalue().split("\n")[: shown.count("\n") + 1]


def _pieces(text: str, language: str) -> Iterator[_Piece]:
    """The text in pieces of one colour; all of it, whatever becomes of the lexer. It ends with a line end."""
    whole = f"{text}\n"
    until = time.thread_time() + MAX_SECONDS
    done = 0
    for index, kind, value in _lexer(language).get_tokens_unprocessed(whole):
        if index != done or time.thread_time() > until:
            break
        done += len(value)
        yield _colour(kind), value
    yield Token.Text, whole[done:]


@cache
def _lexer(language: str) -> Lexer:
    lexer = ShellLexer() if language == "bash" else get_lexer_by_name(language)
    if not isinstance(lexer, Lexer):
        raise TypeError(f"{language} has no lexer")
    return lexer


@cache
def _colour(kind: _TokenType) -> _TokenType:
    """The nearest kind that has a colour: the fewer kinds there are, the fewer elements a page has."""
    while kind not in _COLOURED and kind.parent is not None:
        kind = kind.parent
    return kind if kind in _COLOURED else Token.Text
