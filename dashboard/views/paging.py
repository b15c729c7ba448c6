"""Pages of a list, by offset, counted once."""

from dataclasses import dataclass

from django.conf import settings

from dashboard.views.addresses import MOST_DIGITS, here, whole_number
from dashboard.views.requests import Request

Item = dict[str, object]

WINDOW = frozenset({"limit", "offset"})
MOST_ROWS = 1_000
"""That ``limit`` may ask for."""


@dataclass(frozen=True, slots=True)
class Page:
    """Which stretch of a list is shown; ``number`` counts from 1. With ``start`` it begins behind so many rows."""

    number: int
    size: int
    total: int
    start: int | None = None

    @property
    def offset(self) -> int:
        """Rows before it."""
        return (self.number - 1) * self.size if self.start is None else self.start

    @property
    def last(self) -> int:
        """The number of the last page; 1 for an empty list."""
        return max(1, -(-self.total // max(1, self.size)))

    @property
    def is_beyond(self) -> bool:
        """Whether it begins behind the last row, though there are some."""
        return self.start is not None and self.start >= self.total > 0

    @property
    def summary(self) -> str:
        """«51–100 of 312»."""
        if self.is_beyond:
            return f"Rows from number {self.offset + 1:,} on were asked for; there are {self.total:,}."
        if not self.total or not self.size:
            return f"0 of {self.total:,}"
        return f"{self.offset + 1:,}–{min(self.offset + self.size, self.total):,} of {self.total:,}"


def page_of(request: Request, total: int) -> Page:
    """The page asked for; a number beyond the end is the last page, nonsense the first.

    ``limit`` and ``offset``, as clients of run APIs give them, are honoured as they are.
    """
    if not WINDOW.isdisjoint(request.GET):
        limit, offset = _given(request, "limit", 50), _given(request, "offset", 0)
        return Page(1, min(limit, MOST_ROWS), total, start=offset)
    size = whole_number(request.GET.get("size"), 50)
    if size not in settings.PAGE_SIZES:
        size = 50
    last = max(1, -(-total // size))
    return Page(min(max(1, whole_number(request.GET.get("page"), 1)), last), size, total)


def _given(request: Request, name: str, default: int) -> int:
    """The number of this name; one that is too long for us is as large as any may be."""
    text = request.GET.get(name, "")
    return whole_number(text, 10**MOST_DIGITS - 1 if _is_whole(text) else default)


def _is_whole(text: str) -> bool:
    return text.isascii() and text.isdigit()


def window_problems(request: Request) -> list[str]:
    """What cannot be honoured of ``limit`` and ``offset``, in sentences."""
    given = [(name, request.GET[name]) for name in sorted(WINDOW) if request.GET.get(name)]
    found = [f"“{text[:40]}” is no {name}: write a whole number." for name, text in given if not _is_whole(text)]
    if _given(request, "limit", 0) > MOST_ROWS:
        found.append(f"At most {MOST_ROWS:,} rows are shown at a time.")
    return found


def pager(request: Request, page: Page) -> dict[str, object]:
    """Context of ``components/pager.html``; with ``beyond_url`` the beginning, where nothing is so far down."""
    if page.is_beyond:
        url = here(request, offset=None)
        first = {"label": "To the beginning", "url": url}
        return {"summary": page.summary, "items": [first], "sizes": [], "beyond_url": url}
    if page.start is not None:
        return {"summary": page.summary, "items": _window_items(request, page, page.start), "sizes": []}
    sizes = [
        {"label": str(size), "url": here(request, size=size, page=None), "current": size == page.size}
        for size in settings.PAGE_SIZES
    ]
    return {
        "summary": page.summary,
        "items": _items(request, page) if page.last > 1 else [],
        "sizes": sizes if page.total > min(settings.PAGE_SIZES) else [],
    }


def _window_items(request: Request, page: Page, start: int) -> list[Item]:
    """The links one stretch back and on."""
    before, behind = max(0, start - page.size), start + page.size
    if not page.size or (not start and behind >= page.total):
        return []
    return [
        _link(-1, here(request, offset=before or "0"), disabled=not start),
        _link(1, here(request, offset=behind), disabled=behind >= page.total),
    ]


def _items(request: Request, page: Page) -> list[Item]:
    near = sorted({1, page.last, *range(max(1, page.number - 1), min(page.last, page.number + 1) + 1)})
    items = [_step(request, page, -1)]
    before = 0
    for number in near:
        if number > before + 1:
            items.append({"gap": True})
        items.append(
            {
                "label": str(number),
                "url": _to(request, number),
                "current": number == page.number,
                "name": f"Page {number}",
            }
        )
        before = number
    return [*items, _step(request, page, 1)]


def _step(request: Request, page: Page, by: int) -> Item:
    """The link one page back or on; disabled where there is none."""
    number = page.number + by
    return _link(by, _to(request, number), disabled=not 1 <= number <= page.last)


def _link(by: int, url: str, *, disabled: bool) -> Item:
    rel, icon, name = ("prev", "left", "Previous page") if by < 0 else ("next", "right", "Next page")
    return {"rel": rel, "icon": icon, "name": name, "url": url, "disabled": disabled}


def _to(request: Request, number: int) -> str:
    return here(request, page=None if number == 1 else number)
