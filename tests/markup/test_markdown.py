"""Markdown of strangers: what is rendered, and what never comes out of it."""

import html5lib
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.markup import markdown

ATTRIBUTES = {("a", "href"), ("a", "rel"), ("pre", "class"), ("pre", "tabindex"), ("span", "class"), ("ol", "start")}
ATTRIBUTES |= {("td", "class"), ("th", "class")}
TAGS = {"a", "blockquote", "br", "code", "del", "em", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "s"}
TAGS |= {"span", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul"}

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt&colon;alert(1))",
    "[x](java\nscript:alert(1))",
    "[x](&#x6A;avascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:x)",
    "[x](//evil.example)",
    "[x](/runs/1/stop/)",
    "<javascript:alert(1)>",
    "[x]\n\n[x]: javascript:alert(1)",
    '[x](http://a.example "\\" onclick=alert(1)")',
    '[x](http://a.example/"onclick="alert(1))',
    "![x](javascript:alert(1))",
    "![<img onerror=x>](http://a.example/x.png)",
    "```html onclick=x\n<script>alert(1)</script>\n```",
    '```"><script>\nx\n```',
    "<div style='position:fixed'>x</div>",
    "| <b onclick=x> |\n|--|\n| <script> |",
    "<!-- --><script>x</script>",
    "<style>*{}</style>",
]


def assert_harmless(html: str) -> None:
    tree = html5lib.parseFragment(html, namespaceHTMLElements=False)
    for element in tree.iter():
        if element is tree:
            continue
        assert element.tag in TAGS
        assert {(element.tag, name) for name in element.attrib} <= ATTRIBUTES
        assert element.get("href", "https://").startswith(("http://", "https://", "mailto:"))
        assert element.tag != "a" or element.get("rel") == "noopener noreferrer nofollow"


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_that_runs_comes_out(text: str) -> None:
    assert_harmless(markdown.render(text))


@given(st.text(max_size=300))
def test_no_text_breaks_it(text: str) -> None:
    assert_harmless(markdown.render(text))


_MARKS = ["[", "](", ")", "`", "```", "<", ">", "*", "_", "\n", "\n\n", "| ", "|--|", "- ", "&#", "\\", "x", "http://"]
_PIECES = st.sampled_from([*HOSTILE, *_MARKS])


@given(st.lists(_PIECES, max_size=12).map("".join))
def test_hostile_pieces_in_any_order_stay_harmless(text: str) -> None:
    assert_harmless(markdown.render(text))


def test_it_renders_what_people_write() -> None:
    html = markdown.render("# A\n**b** ~~c~~ `d`\n\n3. e\n\n| f |\n|--:|\n| 1 |\n\n```python\nimport os\n```")

    assert "<h2>A</h2>" in html
    assert "<strong>b</strong> <s>c</s> <code>d</code>" in html
    assert '<ol start="3">' in html
    assert '<td class="is-end">1</td>' in html
    assert '<pre class="code" tabindex="0"><span class="k">import</span> os</pre>' in html


def test_headings_leave_room_for_those_of_the_page() -> None:
    assert markdown.render("# A\n###### B", heading_offset=3) == "<h4>A</h4>\n<h6>B</h6>\n"
    assert markdown.render("# A", heading_offset=0) == "<h2>A</h2>\n"


def test_a_link_leads_out_and_says_nothing_of_us() -> None:
    html = markdown.render('[a](https://a.example/?b=1&c=2 "title")')

    assert html == '<p><a href="https://a.example/?b=1&amp;c=2" rel="noopener noreferrer nofollow">a</a></p>\n'


def test_an_image_is_named_and_not_loaded() -> None:
    html = markdown.render("![A *plot*](http://a.example/plot.png)")

    assert html == '<p><span class="markdown-image">A plot (http://a.example/plot.png)</span></p>\n'


def test_an_address_used_again_and_again_stays_within_bounds() -> None:
    text = f"[a]: http://a.example/{'x' * 1900}\n\n" + "[a]" * 20_000

    assert len(markdown.render(text)) < 4 * markdown.MAX_ADDRESSES


def test_an_address_beyond_the_bound_is_no_link() -> None:
    assert markdown.render(f"[a](http://a.example/{'x' * markdown.MAX_ADDRESS})") == "<p>a</p>\n"
    html = markdown.render(f"![a](http://a.example/{'x' * markdown.MAX_ADDRESS})")
    assert html == '<p><span class="markdown-image">a</span></p>\n'


def test_text_beyond_the_bound_is_shown_as_it_is() -> None:
    html = markdown.render("<b>" + "*a* " * markdown.MAX_CHARACTERS)

    assert html.startswith('<pre class="code" tabindex="0">&lt;b&gt;*a* *a*')


@pytest.mark.parametrize("unit", ["> ", "- ", "[", "*a_ ", "| ", "  - a\n", "![", "`a"])
def test_deep_and_broken_nesting_is_bounded(unit: str) -> None:
    html = markdown.render(unit * (40_000 // len(unit)))

    assert html.count("<blockquote>") + html.count("<ul>") < 20_000


def test_markup_is_shown_as_the_text_it_is_harmless_or_not():
    shown = str(markdown.render("a <em>b</em>\n\n<p>c <a href='https://a.example'>d</a></p>"))
    assert "a &lt;em&gt;b&lt;/em&gt;" in shown
    assert "&lt;p&gt;c &lt;a href=" in shown
    assert "<em>" not in shown
    assert "<a " not in shown
