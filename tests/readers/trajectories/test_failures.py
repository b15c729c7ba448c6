import pytest

from dashboard.readers.trajectories.failures import looks_failed

RAISED = "Traceback (most recent call last):\n  File 'a.py', line 1\nValueError: 3 is no name\n"


@pytest.mark.parametrize(
    "output",
    [
        "running 4 tests\ntest result: FAILED. 3 passed; 1 failed\n",
        "FAILED tests/test_a.py::test_b - assert 1 == 2\n========= 1 failed, 3 passed in 0.12s =========\n",
        "1 failed, 3 passed, 2 warnings in 0.12s",
        "=== 2 passed, 1 error in 3.10s ===",
        "FAILED (failures=1)",
        "--- FAIL: TestAdd (0.00s)\n    add_test.go:3: 4\nFAIL\nFAIL\texample.com/add\t0.002s\n",
        "Tests:       1 failed, 3 passed, 4 total\nTime: 1 s",
        "      Tests  1 failed | 3 passed (4)",
        "  3 passing (4ms)\n  1 failing\n",
        "75% tests passed, 1 tests failed out of 4",
        "[ERROR] Tests run: 4, Failures: 1, Errors: 0",
        "error[E0382]: borrow of moved value\n --> src/main.rs:3\n",
        "main.c:3:5: error: expected ';'",
        "make: *** [Makefile:3: all] Error 2",
        "npm ERR! code ELIFECYCLE",
        "bash: pythn: command not found",
        "BUILD FAILED in 3s",
        "Found 2 errors in 1 file (checked 3 source files)",
        RAISED,
    ],
)
def test_the_last_words_of_what_failed_are_known(output):
    assert looks_failed([output])
    assert looks_failed(["before it, a picture", "x\n" * 10_000 + output])


@pytest.mark.parametrize(
    "output",
    [
        "",
        "test result: ok. 4 passed; 0 failed\n",
        "=== 4 passed in 0.12s ===",
        "=== 4 passed, 0 failed in 0.12s ===",
        "Tests:       0 failed, 4 passed, 4 total",
        "ok  \texample.com/add\t0.002s",
        "Tests run: 4, Failures: 0, Errors: 0, Skipped: 0",
        "Found 0 errors in 3 files",
        "100% tests passed, 0 tests failed out of 4",
        "def f():\n    raise ValueError('error: no name')\n",
        "src/a.py:3:    print('error: ' + name)",
        "12:    # fail early when 3 failed attempts were made",
        "FAILURES.md\nerrors.py\ntest_failed.py",
        "ValueError: is what it raises, says the manual",
        "2 passed\nwarning: 1 error is ignored here",
    ],
)
def test_what_only_speaks_of_failures_is_not_marked(output):
    assert not looks_failed([output])


def test_a_failure_far_before_the_end_is_not_what_the_output_came_to():
    assert not looks_failed(["1 failed in 0.1s\n" + "all is mended\n" * 200])
    assert not looks_failed(["1 failed in 0.1s", "4 passed in 0.1s"])


def test_a_line_that_is_cut_through_does_not_count_as_a_line():
    assert not looks_failed(["printed " + "error: no" + "x" * 1_191])


@pytest.mark.parametrize("piece", ["1 a, ", "1 failed, 1 ", "a.", "=", "x:1:", "Tests 1 a ", "FAIL\t", " "])
def test_no_output_takes_long(piece):
    """An expression that goes back over what it has read would be at it for hours."""
    assert not looks_failed(["fail " + piece * 200_000 + "!"])
