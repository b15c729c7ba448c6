"""Shell commands get the colours that Pygments' own lexer would give them."""

from hypothesis import given
from hypothesis import strategies as st
from pygments.lexers.shell import BashLexer
from pygments.token import Text, Token

from dashboard.markup import code
from dashboard.markup.shell import ShellLexer

WORDS = st.sampled_from(
    [
        *("ls", "if", "fi", "echo", "exit-code", "12", "12.5", "x=1", "x", "+=", "=", "#", "a#b", "#!/bin/sh", "$HOME"),
        *(
            "$(",
            ")",
            "${a:-",
            "}",
            "`",
            '"',
            "'",
            "\\",
            "&&",
            "|",
            ";",
            "<<EOF",
            "EOF",
            "[",
            "]",
            "((",
            "é",
            "time",
            "a.if",
        ),
        *("time", "a.if", " ", "  ", "\n", "\t", "plain words here "),
    ]
)


def coloured(lexer: BashLexer, text: str) -> list[tuple[object, str]]:
    """Each character with its colour."""
    return [
        (code._colour(kind), character) for _, kind, value in lexer.get_tokens_unprocessed(text) for character in value
    ]


@given(st.lists(WORDS, max_size=30).map("".join))
def test_the_colours_are_those_of_the_slower_lexer(text: str) -> None:
    assert coloured(ShellLexer(), text) == coloured(BashLexer(), text)


def test_words_without_a_colour_are_one_piece() -> None:
    pieces = list(ShellLexer().get_tokens_unprocessed("copy this file over there; exit 1\n"))

    assert pieces[0] == (0, Text, "copy this file over ")
    assert (27, Token.Name.Builtin, "exit") in pieces
