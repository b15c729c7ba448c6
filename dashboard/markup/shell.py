"""Commands of a shell in the colours of Pygments, faster: words without a colour, most of them, are taken many at once.

Pages of agents' steps are full of such commands, and its lexer tries twenty rules on every word and every space.
"""

from pygments.lexers.shell import BashLexer
from pygments.token import Text

_COLOURED_WORDS = [rule[0] for rule in BashLexer.tokens["basic"][:2]]
_BEGINNINGS = "|".join([*_COLOURED_WORDS, r"\d+\b", r"\w+\s*\+?="])
"""Words of the language, numbers, and names that something is assigned to."""
_PLAIN = rf"(?:(?!{_BEGINNINGS})[^=\s\[\]{{}}()$\"'`\\<&|;#]+\s+)+"


class ShellLexer(BashLexer):
    """Gives the colours of ``BashLexer`` in fewer pieces."""

    tokens = BashLexer.tokens | {"root": [(_PLAIN, Text), *BashLexer.tokens["root"]]}
