"""What a reward says."""

import pytest

from dashboard.domain.statuses import Outcome
from dashboard.sources.rewards import verdict_of


@pytest.mark.parametrize(
    ("reward", "outcome"),
    [
        (7, Outcome.PASSED),
        (1, Outcome.PASSED),
        (0.999, Outcome.PARTIAL),
        (5e-324, Outcome.PARTIAL),
        (0, Outcome.FAILED),
        (-0.0, Outcome.FAILED),
        (-1, Outcome.FAILED),
    ],
)
def test_a_reward_is_a_verdict(reward, outcome):
    assert verdict_of(reward) is outcome
    assert outcome.is_verdict
