"""Markdown of strangers as HTML: CommonMark with tables and strikethrough, without raw HTML, images or other addresses.

The parser gives no markup but its own; nh3 then lets through what is listed here. Text beyond the bound is not parsed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from urllib.parse import urlsplit

import nh3
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from dashboard.markup import code
from dashboard.markup.characters import visible

MAX_CHARACTERS = 100_000
MAX_NESTING = 20
MAX_ADDRESS = 2_000
MAX_ADDRESSES = 200_000
"""Characters of all addresses together: a definition can be used again and again."""

_SCHEMES = frozenset({"http", "https", "mailto"})
_LOWEST_HEADING = 6
_ALIGNMENTS = {"text-align:right": "is-end", "text-align:center": "is-centre"}

_CLEANER = nh3.Cleaner(
    tags={
        *("a", "blockquote", "br", "code", "del", "em", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre"),
        *("s", "span", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul"),
    },
    attributes={"a": {"href"}, "ol": {"start"}},
    allowed_classes={
        "span": {*code.CLASSES, "markdown-image"},
        "pre": {"code"},
        "td": set(_ALIGNMENTS.values()),
        "th": set(_ALIGNMENTS.values()),
    },
    tag_attribute_values={"pre": {"tabindex": {"0"}}},
    url_schemes=set(_SCHEMES),
    url_relative="deny",
    link_rel="noopener noreferrer nofollow",
)


def render(text: str, *, heading_offset: int = 1) -> SafeString:
    """The text as safe HTML for a ``class="markdown"``. A heading of level 1 becomes ``h2``, or lower by the offset.

    Text of more than ``MAX_CHARACTERS`` comes back as it is, in a ``<pre>``.
    """
    shown = visible(text)
    if len(shown) > MAX_CHARACTERS:
        return code.preformatted(shown)
    html = _parser().render(shown, {"heading_offset": max(heading_offset, 1)})
    return mark_safe(_CLEANER.clean(html))  # noqa: S308


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": MAX_NESTING}).enable(["table", "strikethrough"])
    parser.core.ruler.push("restrain", _restrain)
    parser.add_render_rule("image", _image)
    parser.add_render_rule("fence", _fence)
    parser.add_render_rule("code_block", _fence)
    return parser


def _restrain(state: StateCore) -> None:
    """Lower the headings, and let no more addresses through than a page can bear."""
    addresses = _Addresses()
    offset = int(state.env["heading_offset"])
    for token in state.tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(int(token.tag[1]) + offset, _LOWEST_HEADING)}"
        elif token.type in {"td_open", "th_open"}:
            token.attrs = {"class": _ALIGNMENTS.get(str(token.attrs.get("style")), "")}
        elif token.children:
            token.children = list(addresses.allowed(token.children))


@dataclass(slots=True)
class _Addresses:
    """What is left of the room for addresses in one text."""

    left: int = MAX_ADDRESSES

    def allowed(self, tokens: Iterable[Token]) -> Iterable[Token]:
        """The tokens without links that go nowhere we let people go, and images with a bounded address."""
        open_links: list[bool] = []
        for token in tokens:
            if token.type == "link_open":
                open_links.append(self._take(token, "href") and _leads_out(str(token.attrs["href"])))
                token.attrs = {"href": token.attrs["href"]}
            if token.type == "image":
                self._take(token, "src")
            if token.type not in {"link_open", "link_close"} or open_links[-1]:
                yield token
            if token.type == "link_close":
                open_links.pop()

    def _take(self, token: Token, name: str) -> bool:
        address = str(token.attrs[name])
        if len(address) > min(self.left, MAX_ADDRESS):
            token.attrs[name] = ""
            return False
        self.left -= len(address)
        return True


def _leads_out(address: str) -> bool:
    try:
        return urlsplit(address).scheme in _SCHEMES
    except ValueError:
        return False


def _image(
    renderer: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType
) -> SafeString:
    """An image is named, never loaded: its address would tell a stranger who reads this."""
    token = tokens[index]
    words = renderer.renderInlineAsText(token.children or [], options, env)
    text = " ".join(filter(None, (words, f"({token.attrs['src']})" if token.attrs["src"] else "")))
    return format_html('<span class="markdown-image">{}</span>', text)


def _fence(
    _renderer: RendererHTML, tokens: Sequence[Token], index: int, _options: OptionsDict, _env: EnvType
) -> SafeString:
    token = tokens[index]
    language = (token.info.split() or [""])[0]
    return format_html('<pre class="code" tabindex="0">{}</pre>', code.highlight(token.content.rstrip("\n"), language))
