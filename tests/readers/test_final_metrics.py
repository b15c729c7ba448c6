"""The end of a trajectory."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.readers import final_metrics


class Text:
    """Bytes in memory."""

    etag = "a"

    def __init__(self, data):
        self.data = data if isinstance(data, bytes) else data.encode()
        self.size = len(self.data)

    def read(self, offset, length):
        return self.data[offset : offset + length]


def read(text):
    return final_metrics.read(Text(text))


def test_tokens_and_cost_are_read_from_the_end_alone():
    steps = '{"steps": [' + '{"message": "x"},' * 5_000
    found = read(
        steps + '{}], "final_metrics": {"total_prompt_tokens": 12, "total_completion_tokens": 3,'
        ' "total_cached_tokens": 4, "total_cost_usd": 0.60}}'
    )
    assert (found.prompt_tokens, found.completion_tokens, found.cached_tokens) == (12, 3, 4)
    assert str(found.cost) == "0.60"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        '{"final_metrics": null}',
        '{"final_metrics": {"total_cost_usd": 1',
        '"final_metrics" "{}"',
        '"final_metrics": [1]',
    ],
)
def test_nothing_is_made_up(text):
    assert read(text) is None


@pytest.mark.parametrize("value", ['"9"', "-1", "true", "null", "[]", "NaN", "1e999999"])
def test_what_is_no_amount_is_unknown(value):
    found = read(f'{{"final_metrics": {{"total_cost_usd": {value}, "total_prompt_tokens": {value}}}}}')
    assert (found.cost, found.prompt_tokens) == (None, None)


@given(st.binary(max_size=300))
def test_any_end_of_a_file_is_borne(data):
    read(b'"final_metrics": {' + data)
