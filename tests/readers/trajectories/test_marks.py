import pytest

from dashboard.readers.trajectories import marks


def result(content):
    return {"observation": {"results": [{"content": "fine"}, {"content": content}]}}


@pytest.mark.parametrize(
    "step",
    [
        {"extra": {"tool_result_is_error": True}},
        {"extra": {"is_error": True}},
        {"extra": {"error": "overloaded"}},
        {"observation": {"results": [{"content": "x", "extra": {"is_error": True}}]}},
        {"observation": {"results": [{"content": None, "is_error": True}]}},
        {"observation": {"results": [{"extra": {"exit_code": 2}}]}},
        {"observation": {"results": [{"extra": {"status": "Failed"}}]}},
        result("Exit code 1\nno such file"),
        result("<tool_use_error>File has not been read yet</tool_use_error>"),
        result([{"type": "text", "text": "Error: not found"}]),
        result("Traceback (most recent call last):\n  File ..."),
        result("bash: line 1: pythn: command not found"),
        result("some output\n[exited with code 137]".removesuffix("]")),
        result("…\nexit status: 2\n"),
    ],
)
def test_a_step_that_failed_is_known_by_its_marks_and_by_its_output(step):
    assert marks.step_failed(step)


@pytest.mark.parametrize(
    "step",
    [
        {},
        {"extra": {"tool_result_is_error": False, "error": None}},
        {"observation": {"results": [{"extra": {"exit_code": 0, "status": "ok"}}]}},
        result("Exit code 0"),
        result("grep: 3 errors are explained below.\nAll done."),
        result("Errors: none"),
        result("took 12 s, code 200"),
        result([{"type": "image"}]),
        {"observation": "Error: of a shape that is none"},
        {"message": "Error: only spoken of"},
    ],
)
def test_a_step_that_did_not_fail_is_not_marked(step):
    assert not marks.step_failed(step)


def test_marks_of_context_are_bounded_words():
    assert marks.context_change({"extra": {"context_management": {"type": "x" * 99, "boundary": 3}}}) == ("x" * 40, "")
    assert marks.context_change({"extra": [1]}) == ("", "")
