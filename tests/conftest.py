"""What every test has: a Hypothesis profile for busy machines, and a long one by HYPOTHESIS_PROFILE=soak.

CI tries the same examples each time, as Hypothesis itself would have it: new ones are for who can look into them.
"""

import gc
import os

from hypothesis import HealthCheck, settings

settings.register_profile("default", deadline=None, suppress_health_check=[HealthCheck.too_slow])
DEFAULT = settings.get_profile("default")
settings.register_profile("ci", parent=DEFAULT, derandomize=True)
settings.register_profile("soak", parent=DEFAULT, max_examples=10_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") == "true" else "default"))

pytest_plugins = ["tests.fixtures.append_only", "tests.fixtures.held_connections"]


def pytest_collection_finish():
    """What was collected lives to the end: thousands of tests are not looked through for garbage again and again."""
    gc.collect()
    gc.freeze()
