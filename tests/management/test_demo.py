"""The stand-in CARROT server by its command; that of Docks is tried among the other commands."""

import pytest
from django.core.management import CommandError, call_command

from dashboard.management.commands import demo


@pytest.fixture
def asked(monkeypatch):
    """The arguments that the stand-ins were started with."""
    lines = []

    def main(arguments):
        lines.append(arguments)
        return main.code

    main.code, main.lines = 0, lines
    for stand_in in demo.STAND_INS.values():
        monkeypatch.setattr(stand_in, "main", main)
    return main


def test_carrot_has_a_folder_of_its_own_and_a_mode(asked, settings, tmp_path):
    settings.VAR_DIR = tmp_path
    call_command("demo", "carrot", "--port", "8490", "--mode", "lenient")
    call_command("demo", "carrot", "--state", "/srv/carrot")
    assert asked.lines == [
        ["--port", "8490", "--state", f"{tmp_path}/carrot", "--mode", "lenient"],
        ["--port", "0", "--state", "/srv/carrot"],
    ]


def test_docks_has_no_modes(asked):
    with pytest.raises(CommandError, match="Only the stand-in CARROT server has modes"):
        call_command("demo", "docks", "--mode", "strict")
    assert asked.lines == []


@pytest.mark.parametrize("arguments", [["carrot", "--mode", "kind"], ["harbor"]])
def test_what_nobody_knows_is_refused(asked, arguments):
    with pytest.raises(CommandError, match="invalid choice"):
        call_command("demo", *arguments)
    assert asked.lines == []


def test_a_start_that_fails_is_told_by_the_exit_code(asked):
    asked.code = 2
    with pytest.raises(SystemExit) as ended:
        call_command("demo", "carrot")
    assert ended.value.code == 2
