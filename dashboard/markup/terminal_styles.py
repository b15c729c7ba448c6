"""How characters of a terminal look, and what its escapes make of that."""

from functools import lru_cache
from typing import NamedTuple
from urllib.parse import urlsplit

MOST_CODES = 64
"""Of one escape; what comes after them is ignored."""
LONGEST_LINK = 2000

_INVERSE = 7
_NAMES = {1: "bold", 2: "dim", 3: "italic", 4: "underline", _INVERSE: "inverse", 9: "strike", 53: "overline"}
"""Codes that switch something on. Blinking and hiding are left out: nobody reads what blinks or hides."""
_OFF = {22: (1, 2), 23: (3,), 24: (4,), 27: (_INVERSE,), 29: (9,), 55: (53,)}
_LEVELS = (0, 95, 135, 175, 215, 255)
"""Of each primary in the colour cube that the codes 16 to 231 name."""
_COLOUR_CODES = (38, 48)


class Style(NamedTuple):
    """How a character looks. Colours are numbers of the 256."""

    ink: int | None = None
    paper: int | None = None
    marks: frozenset[int] = frozenset()
    """Codes of what is switched on."""
    link: str = ""


PLAIN = Style()


@lru_cache(maxsize=2048)
def classes_of(style: Style) -> str:
    """The classes of ``css/viewers/ansi.css`` that make it so, in a fixed order."""
    is_inverse = _INVERSE in style.marks and (style.ink is not None or style.paper is not None)
    ink, paper = (style.paper, style.ink) if is_inverse else (style.ink, style.paper)
    names = [f"ansi-{_NAMES[code]}" for code in sorted(style.marks - ({_INVERSE} if is_inverse else set()))]
    if ink is not None:
        names.append(f"ansi-{ink}")
    if paper is not None:
        names.append(f"ansi-bg-{paper}")
    return " ".join(names)


@lru_cache(maxsize=2048)
def styled(style: Style, codes: str) -> Style:
    """The style after an SGR escape with these parameters. What it does not know it leaves out."""
    parts = codes.split(";")[:MOST_CODES]
    at = 0
    while at < len(parts):
        numbers = [_number(each) for each in parts[at].split(":")]
        at += 1
        if numbers[0] not in _COLOUR_CODES:
            style = _switched(style, numbers[0])
            continue
        if len(numbers) == 1:
            used = [_number(each) for each in parts[at : at + (4 if parts[at : at + 1] == ["2"] else 2)]]
            at += len(used)
            colour = _colour(used)
        else:
            # 38:2:<space>:r:g:b, or without the colour space.
            rest = numbers[1:]
            colour = _colour(rest if len(rest) < 5 else [rest[0], *rest[2:]])  # noqa: PLR2004 - with the space
        if colour is not None:
            style = style._replace(ink=colour) if numbers[0] == 38 else style._replace(paper=colour)  # noqa: PLR2004
    return style


def link_of(address: str) -> str:
    """An address that a page may lead to: of the web, in plain characters, naming no user; else empty."""
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        return ""
    is_plain = address.isascii() and address.isprintable() and not set(address) & set(" \\\"'<>`")
    is_web = parts.scheme in {"http", "https"} and host and "@" not in parts.netloc
    return address if is_plain and is_web and len(address) <= LONGEST_LINK else ""


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 4 else 0  # noqa: PLR2004 - none is longer


def _switched(style: Style, code: int) -> Style:
    """The style after one simple code."""
    if code == 0:
        return Style(link=style.link)
    if code in _NAMES:
        return style._replace(marks=style.marks | {code})
    if code in _OFF:
        return style._replace(marks=style.marks - set(_OFF[code]))
    return _with_colour(style, code)


def _with_colour(style: Style, code: int) -> Style:
    tens, ones = divmod(code, 10)
    is_normal = ones < 8  # noqa: PLR2004 - eight colours
    match tens:
        case 3 if ones != 8:  # noqa: PLR2004 - 38 is another thing
            return style._replace(ink=ones if is_normal else None)
        case 4 if ones != 8:  # noqa: PLR2004 - 48 too
            return style._replace(paper=ones if is_normal else None)
        case 9 if is_normal:
            return style._replace(ink=ones + 8)
        case 10 if is_normal:
            return style._replace(paper=ones + 8)
        case _:
            return style


def _colour(numbers: list[int]) -> int | None:
    """One of the 256 from ``5;n`` or ``2;r;g;b``."""
    match numbers:
        case [5, number, *_] if number < 256:  # noqa: PLR2004 - a byte
            return number
        case [2, red, green, blue, *_] if max(red, green, blue) < 256:  # noqa: PLR2004 - bytes
            return nearest(red, green, blue)
        case _:
            return None


def nearest(red: int, green: int, blue: int) -> int:
    """The colour of the cube or the greys that is nearest to one of 16 million."""
    wanted = (red, green, blue)
    steps = [min(range(6), key=lambda step, part=part: abs(_LEVELS[step] - part)) for part in wanted]  # type: ignore[misc]
    grey = min(23, max(0, (sum(wanted) // 3 - 3) // 10))
    cube_off = sum((_LEVELS[step] - part) ** 2 for step, part in zip(steps, wanted, strict=True))
    grey_off = sum((8 + 10 * grey - part) ** 2 for part in wanted)
    return 232 + grey if grey_off < cube_off else 16 + 36 * steps[0] + 6 * steps[1] + steps[2]
