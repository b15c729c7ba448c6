import math

import pytest

from dashboard.readers import loose_values


@pytest.mark.parametrize(
    ("data", "expected"),
    [(b'\xef\xbb\xbf{"a": 1}', {"a": 1}), (b"[1, 2]", [1, 2]), (b'{"a": "\\ud800"}', {"a": "\ud800"})],
)
def test_json_is_decoded_with_what_strict_parsers_refuse(data: bytes, expected: object) -> None:
    assert loose_values.decode(data) == expected


def test_nan_as_python_writes_it_is_decoded() -> None:
    found = loose_values.decode(b"NaN")
    assert isinstance(found, float)
    assert math.isnan(found)


@pytest.mark.parametrize("data", [b"", b"{", b"[" * 1_000_000, b'{"a":' * 100_000, b"9" * 10_000 + b"x"])
def test_what_is_no_json_is_a_value_error(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        loose_values.decode(data)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, ""),
        ("a" * 12, "a" * 10 + "…"),
        ("\ud800", "?"),
        (["a", "b"], "a\nb"),
        ({"a": [1]}, '{"a": [1…'),
        (True, "true"),
    ],
)
def test_any_value_is_a_bounded_text_that_can_be_encoded(value: object, expected: str) -> None:
    found = loose_values.text(value, 10) if not isinstance(value, dict) else loose_values.text(value, 8)
    assert found == expected
    assert found.encode().decode() == found


def test_a_deep_value_is_no_text() -> None:
    deep: object = []
    for _ in range(100_000):
        deep = {"a": deep}
    assert loose_values.text(deep, 10) == "…"


@pytest.mark.parametrize(
    ("value", "expected"),
    [(1, 1.0), ("0.5", 0.5), (True, None), ("nan", None), ("x", None), (None, None), (10**400, None), ([], None)],
)
def test_only_finite_numbers_are_numbers(value: object, expected: float | None) -> None:
    assert loose_values.number(value) == expected


@pytest.mark.parametrize(("value", "expected"), [(3, 3), ("3", 3), (3.5, None), (-1, None), ("", None)])
def test_only_whole_numbers_are_counts(value: object, expected: int | None) -> None:
    assert loose_values.whole(value) == expected
