"""Every check that a change has to pass is a step of ``make lint``, and ``make test`` begins with them."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CHECKS = (
    r"ruff check \.",
    r"ruff format --check \.",
    r"mypy",
    r"lint-imports",
    r"bandit .*--recursive dashboard manage\.py",
    r"djlint templates .*--lint.*",
    r"python -m tests\.lint",
)
"""Each as the whole command behind the folder of the environment's programs, so that nothing makes it lenient."""

pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="make is not here.")


def steps_of(target):
    """What make would do, without doing it, whatever make these tests are run by."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS", "GNUMAKE"))}
    made = subprocess.run(["make", "-n", target], cwd=ROOT, env=own, check=True, capture_output=True, text=True)
    return made.stdout.splitlines()


def place_of(check, steps):
    """Which step it is; fails unless it is one."""
    [place] = [number for number, step in enumerate(steps) if re.fullmatch(rf"\S*/bin/{check}", step)]
    return place


@pytest.mark.parametrize("check", CHECKS)
def test_it_is_a_step_of_make_lint_that_can_fail(check):
    steps = steps_of("lint")
    assert not re.search(r"--exit-zero|\|\||;", steps[place_of(check, steps)])


def test_all_come_before_the_tests():
    steps = steps_of("test")
    [tests] = [number for number, step in enumerate(steps) if "/bin/python -m pytest" in step]
    assert max(place_of(check, steps) for check in CHECKS) < tests


def test_no_step_is_passed_over_when_it_fails():
    [recipe] = re.findall(r"^lint:.*\n((?:\t.*\n)+)", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert len(recipe.splitlines()) == len(CHECKS)
    assert not re.search(r"^\t[@+]*-", recipe, re.MULTILINE)
