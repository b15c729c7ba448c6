"""What templates use everywhere: icons from the sprite, and the formatters as filters.

A built-in library of the template engine (see ``settings.TEMPLATES``): no ``{% load %}`` needed.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from dashboard import formats, shared_addresses

register = template.Library()

FORMATTERS = ("duration", "money", "count", "tokens", "percent", "interval", "size", "moment", "short_moment", "plural")
"""Functions of ``dashboard.formats`` that are filters of the same name."""

for _name in FORMATTERS:
    register.filter(_name, getattr(formats, _name))


@register.simple_tag
@lru_cache(maxsize=512)
def icon(name: str, label: str = "", size: int = 16) -> SafeString:
    """An icon of the sprite by name, ``size`` CSS pixels square.

    Without a label it is decoration, hidden from assistive technology: the word has to stand beside it.
    """
    address = f"{static('icons.svg')}#{name}"
    if label:
        return format_html(
            '<svg class="icon" width="{0}" height="{0}" role="img" aria-label="{1}"><use href="{2}"/></svg>',
            size,
            label,
            address,
        )
    return format_html(
        '<svg class="icon" width="{0}" height="{0}" aria-hidden="true"><use href="{1}"/></svg>', size, address
    )


register.filter("open_only", shared_addresses.open_only)


@register.filter
def iso(value: datetime) -> str:
    """ISO 8601, for attributes that scripts read; HTML allows no more than milliseconds."""
    return value.isoformat(timespec="milliseconds")


_MOMENT = re.compile(r"(?<=.)[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}")


@register.filter
def before_moment(name: str) -> tuple[str, str]:
    """A name up to the moment that it ends in, and that: «HC WGS1_run_», «2026-11-22 18:07:23.9 UTC».

    The whole name and nothing where it has none. Runs of one test are called alike up to there.
    """
    found = _MOMENT.search(name)
    return (name[: found.start()], name[found.start() :]) if found else (name, "")


@register.filter
def current(items: Iterable[object] | None) -> object | None:
    """The first of ``items`` (objects or mappings) that says ``is_current``, or None."""
    return next((item for item in items or () if _is_current(item)), None)


def _is_current(item: object) -> bool:
    return bool(item.get("is_current") if isinstance(item, Mapping) else getattr(item, "is_current", False))
