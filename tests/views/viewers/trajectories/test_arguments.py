from dashboard.views.viewers.trajectories.arguments import arguments, brief
from dashboard.views.viewers.trajectories.texts import Budget, Typesetter


def setter(**options):
    return Typesetter(budget=Budget(), **options)


def test_long_texts_stand_by_themselves_and_the_rest_is_json():
    found = arguments({"command": "cd /app\nmake", "timeout": 5}, "/whole", setter())
    assert [argument.name for argument in found] == ["command", ""]
    assert found[0].block.html.splitlines()[1].endswith("make")
    assert "timeout" in found[1].block.html


def test_commands_and_files_have_the_colours_of_their_language():
    code = "def main():\n    return 1\n" * 3
    (rest, written) = arguments({"file_path": "a.py", "content": code}, "", setter())
    assert '<span class="k">def</span>' in written.block.html
    assert "a.py" in rest.block.html
    assert arguments({"command": "ls"}, "", setter())[0].name == "command"
    assert "<span" not in arguments({"file_path": "a.py", "content": code}, "", setter(is_raw=True))[0].block.html


def test_arguments_may_be_anything():
    assert arguments(None, "", setter()) == []
    assert arguments('{"broken', "", setter())[0].block.html == "{&quot;broken"
    assert "2" in arguments([1, 2], "", setter())[0].block.html


def test_a_call_is_told_by_what_says_most_of_it():
    assert brief({"description": "List files", "command": "ls -la\nrm x"}) == "ls -la"
    assert brief({"n": 3, "note": " here "}) == "here"
    assert brief({"n": 3}) == brief(None) == ""
    assert len(brief({"command": "x" * 9_999})) == 101
