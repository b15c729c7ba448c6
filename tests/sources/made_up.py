"""What the fuzz tests of sources share: made-up documents of a server, and what a record must be to be stored."""

import json
import math
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

over_the_wire = settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


def values(*texts):
    """Anything that JSON can say, also what breaks parsers; ``texts`` are those that mean something to the source."""
    leaves = st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.sampled_from([2**31, 2**63, 2**64, -1, 10**30, 10**400, 0, 1e308, -0.0]),
        st.floats(),
        st.text(max_size=20),
        st.sampled_from(["\0", "\ud800", "..", "a/b", *texts]),
    )
    return st.recursive(
        leaves,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
        max_leaves=6,
    )


def document(anything, example, **known):
    """An object like the example, some of whose fields are anything or of the right shape, or not there."""
    wild = {key: known.get(key, anything) | anything for key in example}
    changes = st.fixed_dictionaries({}, optional=wild)
    missing = st.sets(st.sampled_from(sorted(example)), max_size=3)
    return st.tuples(changes, missing).map(
        lambda drawn: {key: value for key, value in (example | drawn[0]).items() if key not in drawn[1]}
    )


def body(strategy):
    """The document as JSON, whole or cut off, or any bytes at all."""
    whole = strategy.map(lambda value: json.dumps(value).encode())
    cut = st.tuples(whole, st.integers(1, 40)).map(lambda pair: pair[0][: -pair[1]])
    return st.one_of(whole, whole, whole, whole, cut, st.binary(max_size=20))


def assert_storable(value, *, longest=math.inf, below=2**63):
    """Texts without NUL and half characters and of bounded length, numbers within columns, times aware and sane."""
    if is_dataclass(value):
        inner = [getattr(value, field.name) for field in fields(value)]
    elif isinstance(value, dict):
        inner = [*value.keys(), *value.values()]
    elif isinstance(value, list | tuple | frozenset):
        inner = value
    else:
        inner = ()
        assert _is_storable(value, longest, below), value
    for part in inner:
        assert_storable(part, longest=longest, below=below)


def _is_storable(value, longest, below):
    match value:
        case str():
            value.encode()
            return "\0" not in value and len(value) <= longest
        case Decimal():
            return value.is_finite() and abs(value) < 10**12 and value == round(value, 6)
        case datetime():
            return value.tzinfo is UTC and 1970 <= value.year <= 2200
        case timedelta():
            return timedelta() <= value <= timedelta(days=3650)
        case float() | int():
            return math.isfinite(value) if isinstance(value, float) else abs(value) < below
    return value is None
