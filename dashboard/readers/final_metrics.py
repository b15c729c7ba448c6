"""What a trajectory says of the whole of itself, read from its end: one small read, however long it is."""

import json
from decimal import Decimal

from dashboard.domain.files import ByteReader
from dashboard.domain.trajectories import Totals

TAIL = 8 * 1024
"""Bytes at the end that are looked at: what stands after the steps is short."""
MOST = Decimal(10**12)
"""Dollars that are believed."""

_KEY = '"final_metrics"'
_DECODER = json.JSONDecoder(parse_float=Decimal)


def read(reader: ByteReader) -> Totals | None:
    """The last ``final_metrics`` of the file; None where its end holds none that is whole."""
    tail = reader.read(max(0, reader.size - TAIL), TAIL).decode("utf-8", errors="replace")
    _, key, rest = tail.rpartition(_KEY)
    begin = rest.lstrip().removeprefix(":").lstrip()
    if not key or not begin.startswith("{"):
        return None
    try:
        told, _ = _DECODER.raw_decode(begin)
    except (ValueError, RecursionError):
        return None
    return Totals(
        prompt_tokens=_whole(told.get("total_prompt_tokens")),
        completion_tokens=_whole(told.get("total_completion_tokens")),
        cached_tokens=_whole(told.get("total_cached_tokens")),
        cost=_money(told.get("total_cost_usd")),
    )


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def _money(value: object) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
        return None
    amount = Decimal(value)
    return amount if amount.is_finite() and 0 <= amount < MOST else None
