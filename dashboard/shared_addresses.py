"""Addresses of the pages that a share link shows: those of the application, below the link's own.

While such a page is made, Django's ``reverse`` builds every address below the link's, and what the link does not show
gets an address that leads nowhere, which :func:`is_closed` knows. So views and templates build addresses as they always
do, and a new page is closed to guests until somebody opens it to them.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

from django.urls import get_script_prefix, get_urlconf, set_script_prefix, set_urlconf
from django.urls.resolvers import URLPattern, URLResolver

CLOSED = "-/"
"""What the addresses below a link's own begin with that lead nowhere."""

Patterns = Sequence[URLPattern | URLResolver]

_root: ContextVar[str | None] = ContextVar("root", default=None)
"""The application's own prefix, while addresses are built below another."""


@contextmanager
def below(prefix: str, patterns: Patterns) -> Iterator[None]:
    """Addresses are built below ``prefix`` (relative to the application's own) from these patterns."""
    root, urlconf = get_script_prefix(), get_urlconf()
    token = _root.set(root)
    set_script_prefix(root + prefix)
    # A tuple of patterns serves as well as a module of them: resolvers are kept by it.
    set_urlconf(tuple(patterns))  # type: ignore[arg-type]
    try:
        yield
    finally:
        set_urlconf(urlconf)
        set_script_prefix(root)
        _root.reset(token)


@contextmanager
def at_root() -> Iterator[None]:
    """Addresses are built as the application's own again: for the second origin, which learns no share link."""
    root = _root.get()
    if root is None:
        yield
        return
    prefix, urlconf = get_script_prefix(), get_urlconf()
    set_script_prefix(root)
    set_urlconf(None)
    try:
        yield
    finally:
        set_urlconf(urlconf)
        set_script_prefix(prefix)


def is_below() -> bool:
    """Whether addresses are built below a share link's."""
    return _root.get() is not None


def is_closed(url: str) -> bool:
    """Whether an address is one that the link does not show."""
    return is_below() and url.startswith(get_script_prefix() + CLOSED)


def open_only(url: str) -> str:
    """The address; empty if the link does not show it."""
    return "" if is_closed(url) else url
