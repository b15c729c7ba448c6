from pathlib import Path

import pytest

from dashboard import __version__
from dashboard.start.faults import StartFault
from dashboard.start.options import parse


def test_nothing_said_means_sample_data_on_this_machine_alone(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    options = parse([], {})
    assert (options.jobs, options.host, options.port, options.var_dir) == ((), "127.0.0.1", 8000, tmp_path / "var")
    assert options.command == ()


def test_the_environment_says_what_the_command_line_does_not():
    options = parse(["--port", "9001"], {"WEB_HOST": "10.0.0.7", "PORT": "9000", "VAR_DIR": "/srv/var"})
    assert (options.host, options.port, options.var_dir) == ("10.0.0.7", 9001, Path("/srv/var"))


def test_empty_variables_say_nothing():
    assert parse([], {"PORT": "", "WEB_HOST": ""}).port == 8000


def test_folders_are_taken_one_by_one_or_with_colons_each_once(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    options = parse(["--jobs", "a:b", "--jobs", "c", "--jobs", "a"], {})
    assert options.jobs == (tmp_path / "a", tmp_path / "b", tmp_path / "c")


def test_a_folder_with_a_colon_in_its_name_is_one_folder(tmp_path):
    folder = tmp_path / "a:b"
    folder.mkdir()
    assert parse(["--jobs", str(folder)], {}).jobs == (folder,)


def test_a_folder_may_be_in_ones_home(monkeypatch):
    monkeypatch.setenv("HOME", "/home/ada")
    assert parse(["--jobs", "~/jobs"], {}).jobs == (Path("/home/ada/jobs"),)


def test_no_folder_is_a_fault():
    with pytest.raises(StartFault, match="--jobs needs"):
        parse(["--jobs", " "], {})


@pytest.mark.parametrize("port", ["0", "65536", "-1", "8000.0", "eighty", "٨٠"])
def test_a_port_that_is_none_is_a_fault(port):
    with pytest.raises(StartFault, match="is not a port"):
        parse([f"--port={port}"], {})


def test_a_command_keeps_its_own_options():
    options = parse(["--var", "/srv/var", "createsuperuser", "--email", "a@b.example"], {})
    assert options.command == ("createsuperuser", "--email", "a@b.example")
    assert options.var_dir == Path("/srv/var")


def test_options_may_stand_behind_the_command():
    options = parse(["link", "--var", "/srv/var", "--port=8497", "--jobs", "/srv/jobs"], {})
    assert (options.command, options.var_dir, options.port) == (("link",), Path("/srv/var"), 8497)
    assert options.jobs == (Path("/srv/jobs"),)


def test_behind_a_command_the_rest_stays_in_its_order():
    words = ["createsuperuser", "-v2", "--email", "a@b.example", "--var", "/srv/var", "--noinput", "-5", ""]
    options = parse(["--host", "10.0.0.7", *words], {})
    assert options.command == ("createsuperuser", "-v2", "--email", "a@b.example", "--noinput", "-5", "")
    assert (options.host, options.var_dir) == ("10.0.0.7", Path("/srv/var"))


def test_what_stands_behind_wins_over_what_stands_before_and_folders_add_up():
    options = parse(["--port", "1", "--jobs", "/a", "link", "--port", "2", "--jobs", "/b"], {})
    assert (options.port, options.jobs) == (2, (Path("/a"), Path("/b")))


def test_a_command_with_a_port_of_its_own_keeps_it_and_so_does_what_follows_two_dashes():
    assert parse(["demo", "docks", "--port", "9"], {}).command == ("demo", "docks", "--port", "9")
    assert parse(["shell", "--", "--port", "9"], {}).command == ("shell", "--", "--port", "9")


def test_an_option_behind_a_command_that_lacks_its_value_is_a_fault(capsys):
    with pytest.raises(SystemExit):
        parse(["link", "--var"], {})
    assert "expected one argument" in capsys.readouterr().err


def test_it_says_its_version(capsys):
    with pytest.raises(SystemExit) as exit_:
        parse(["--version"], {})
    assert exit_.value.code == 0
    assert capsys.readouterr().out == f"Quayside {__version__}\n"
