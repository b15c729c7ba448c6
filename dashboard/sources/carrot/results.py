"""Results of runs: texts by name, of which the text itself tells what they may be.

What a result is, the server has registered; whoever keeps a run goes by that (``PipelineCatalogue.result_types``).
"""

import math
import re
from collections.abc import Iterator
from json import dumps

from dashboard.domain.pipelines import ResultType, ResultValue
from dashboard.domain.records import Json
from dashboard.sources.carrot.values import Fields
from dashboard.sources.texts import clean

MOST = 500
LONGEST = 10_000
LABEL_LIMIT = 300

_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,4})?", re.ASCII)
_LONGEST_NUMBER = 100
_FILE = re.compile(r"(?:gs|s3|https?)://\S+|/[^\s/][^\r\n]*")
_LONGEST_ADDRESS = 2_000


def results_of(fields: Fields) -> tuple[ResultValue, ...]:
    """The results of a run, by name, as their texts tell."""
    if len(fields.values) > MOST:
        fields.problems.add(fields.where, f"There are {len(fields.values):,}, of which {MOST:,} are shown.")
    return tuple(_results(fields))


def _results(fields: Fields) -> Iterator[ResultValue]:
    told = set[str]()
    for name, value in sorted(fields.values.items())[:MOST]:
        label = clean(name.strip(), LABEL_LIMIT)
        if value is not None and label and label not in told:
            told.add(label)
            yield _result(label, value)


def _result(name: str, value: Json) -> ResultValue:
    text = value if isinstance(value, str) else dumps(value)
    number = number_of(text)
    if number is not None:
        return ResultValue(name=name, text=clean(text.strip()), type=ResultType.NUMERIC, number=number)
    is_file = len(text) <= _LONGEST_ADDRESS and _FILE.fullmatch(text.strip())
    kind = ResultType.FILE if is_file else ResultType.TEXT
    return ResultValue(name=name, text=clean(text.strip() if is_file else text, LONGEST), type=kind)


def number_of(text: str) -> float | None:
    """The finite number that a text is; None for every other text."""
    text = text.strip() if len(text) <= _LONGEST_NUMBER else ""
    number = float(text) if _NUMBER.fullmatch(text) else math.nan
    return number if math.isfinite(number) else None
