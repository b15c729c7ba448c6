"""What a reward says: the same rule at every source."""

from dashboard.domain.statuses import Outcome


def verdict_of(reward: float) -> Outcome:
    """Passed at 1 or more, partial between 0 and 1, failed at 0 or less."""
    if reward >= 1:
        return Outcome.PASSED
    return Outcome.PARTIAL if reward > 0 else Outcome.FAILED
