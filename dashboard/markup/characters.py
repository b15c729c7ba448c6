"""Characters that a page may not show as they are: controls, marks that turn the direction of text, halves of pairs."""

_DIRECTIONS = (*range(0x202A, 0x202F), *range(0x2066, 0x206A))
"""Embeddings, overrides and isolates: they make code read otherwise than it runs (CVE-2021-42574)."""

_SHOWN = (
    {code: 0x2400 + code for code in range(0x20) if chr(code) not in "\t\n"}
    | {0x7F: 0x2421}
    | dict.fromkeys((*range(0x80, 0xA0), *_DIRECTIONS), 0xFFFD)
)


def visible(text: str) -> str:
    """The text with pictures in place of controls, one for one; line ends are line feeds, and it can be encoded."""
    whole = text.encode("utf-8", "replace").decode("utf-8")
    return whole.replace("\r\n", "\n").translate(_SHOWN)
