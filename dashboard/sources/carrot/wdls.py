"""Texts of workflows that the server itself keeps: it tells where without a scheme, by the name it has for itself."""

import re

from dashboard.sources.carrot.ids import PATTERN

_SERVED = re.compile(rf"(?!.*://)\S+/api/v1/(?P<route>(?:runs|templates)/{PATTERN}/(?:test|eval)_wdl)")


def wdl_address(told: str, api: str) -> str:
    """Where a workflow's text can be had: of what the server keeps, below the address at which we ask it (``api``).

    Every other address is as it is told. So are those of dependencies, for which it has no route.
    """
    served = _SERVED.fullmatch(told)
    return f"{api}/{served['route']}" if served and api else told
