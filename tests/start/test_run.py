import signal
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from dashboard.demo.carrot import places as carrot
from dashboard.demo.docks import credentials as docks
from dashboard.start import run, stamps, stand_ins
from dashboard.start.faults import StartFault
from dashboard.start.options import Options


@pytest.fixture(autouse=True)
def signals():
    """A start takes SIGTERM over; afterwards it is as before."""
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)


@pytest.fixture(autouse=True)
def surroundings(monkeypatch, tmp_path):
    for name in ("DATABASE_URL", "SECRET_KEY", "ALLOWED_HOSTS", "PLAIN_HTTP", "PORT", "WEB_HOST"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("VAR_DIR", str(tmp_path / "var"))
    monkeypatch.setattr(run.checks, "check_port", lambda *_: None)
    monkeypatch.setattr(run.stand_ins.StandIn, "is_answering", lambda _: False)
    monkeypatch.setattr(run.os, "umask", lambda _mask: 0o022)


@pytest.fixture
def ran(monkeypatch):
    """Command lines that would have been run, and what they would have answered."""
    lines = []

    def record(line, **_):
        lines.append(line[4:])
        return subprocess.CompletedProcess(line, returncode=record.code)

    record.code, record.lines = 0, lines
    monkeypatch.setattr(run.subprocess, "run", record)
    return record


@pytest.fixture
def supervised(monkeypatch):
    """Processes that would have been supervised; ``ended`` is the one that ends by itself."""
    seen = {"ended": None}

    def supervise(processes, **_):
        seen["lines"] = processes
        seen["processes"] = {name: words[4:] for name, words in processes.items()}
        return seen["ended"]

    monkeypatch.setattr(run, "supervise", supervise)
    monkeypatch.setattr(run.answering, "tell_when_answering", lambda *_, tell, **__: tell())
    return seen


def prepared(var, name):
    """As a first start leaves it."""
    with closing(sqlite3.connect(var / name)) as connection:
        connection.execute(f"PRAGMA user_version = {stamps.database_mark()}")
        connection.commit()
    stamps.mark_file(var).write_text(stamps.static_mark())
    (var / "sample-jobs").mkdir()
    docks.keep_port(var / "sample-docks", 43_210)
    carrot.keep_port(var / "sample-carrot", 43_211)


def test_a_first_start_prepares_everything_and_serves_sample_data(ran, supervised, tmp_path):
    var = tmp_path / "var"
    assert run.run([]) == 0
    samples = ["--sample", f"{var}/sample-jobs"]
    samples += ["--docks", f"{var}/sample-docks", "--carrot", f"{var}/sample-carrot"]
    assert ran.lines == [["prepare", "--database", "--static-files", *samples]]
    web = supervised["processes"]["web"]
    assert web[:2] == ["web", "--link-hash"]
    assert web[3:] == samples
    assert supervised["processes"]["sync"] == ["sync"]


def test_a_second_start_prepares_nothing(ran, supervised, tmp_path):
    run.run([])
    prepared(tmp_path / "var", "quayside.sqlite3")
    ran.lines.clear()
    assert run.run([]) == 0
    assert ran.lines == []


def test_ones_own_folders_are_shown_instead_of_sample_data(ran, supervised, tmp_path):
    (tmp_path / "a b").mkdir()
    assert run.run(["--jobs", str(tmp_path / "a b")]) == 0
    assert not {"--sample", "--docks", "--carrot"} & set(ran.lines[0])
    assert supervised["processes"]["web"][3:] == ["--folder", f"{tmp_path}/a b"]
    assert supervised["processes"].keys() == {"web", "sync"}


def test_the_stand_in_runs_beside_the_sample_jobs_without_django(ran, supervised, tmp_path, capsys):
    run.run([])
    prepared(tmp_path / "var", "quayside.sqlite3")
    capsys.readouterr()
    run.run([])
    told = capsys.readouterr().out
    for kind in stand_ins.KINDS:
        state = tmp_path / "var" / f"sample-{kind.name}"
        port = stand_ins.read(kind, state).port
        assert supervised["lines"][kind.name][3] == f"dashboard.demo.{kind.name}"
        assert supervised["processes"][kind.name] == ["--state", str(state), "--port", str(port), "--quiet"]
        lines = (state / kind.file).read_text()
        assert told.index("/sign-in/once/") < told.index(f"can be tried from {kind.client}") < told.index(lines)


def test_where_somebody_took_its_port_it_is_prepared_anew(ran, supervised, tmp_path, monkeypatch):
    def check(_host, port):
        if port == 43_210:
            raise StartFault("It is taken.")

    run.run([])
    prepared(tmp_path / "var", "quayside.sqlite3")
    ran.lines.clear()
    monkeypatch.setattr(run.checks, "check_port", check)
    run.run([])
    assert ran.lines == [["prepare", "--docks", f"{tmp_path}/var/sample-docks"]]


def test_a_stand_in_that_runs_already_is_not_run_again(ran, supervised, tmp_path, monkeypatch):
    run.run([])
    prepared(tmp_path / "var", "quayside.sqlite3")
    monkeypatch.setattr(run.stand_ins.StandIn, "is_answering", lambda _: True)
    run.run([])
    assert supervised["processes"].keys() == {"web", "sync"}


def test_a_stand_in_of_another_start_is_not_said_where_ones_own_folders_are_shown(ran, supervised, tmp_path, capsys):
    run.run([])
    prepared(tmp_path / "var", "quayside.sqlite3")
    (tmp_path / "jobs").mkdir()
    capsys.readouterr()
    run.run(["--jobs", str(tmp_path / "jobs")])
    assert "DOCKS_" not in capsys.readouterr().out


def test_a_database_elsewhere_is_always_asked(ran, supervised, tmp_path, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://quay.example/quayside")
    run.run([])
    prepared(tmp_path / "var", "quayside.sqlite3")
    run.run([])
    assert ran.lines[1] == ["prepare", "--database"]


def test_the_link_is_a_line_of_its_own_and_only_its_hash_is_passed_on(ran, supervised, capsys):
    run.run([])
    [link] = [line for line in capsys.readouterr().out.splitlines() if "/sign-in/once/" in line]
    assert link.startswith("http://127.0.0.1:8000/sign-in/once/")
    token = link.split("/")[5]
    assert len(token) >= 43
    [_, _, digest, *_] = supervised["processes"]["web"]
    assert token not in digest
    assert run.sha256(token.encode()).hexdigest() == digest


def test_off_loopback_no_link_is_offered(ran, supervised, capsys, monkeypatch):
    monkeypatch.setenv("PLAIN_HTTP", "true")
    assert run.run(["--host", "10.0.0.7"]) == 0
    assert "once" not in capsys.readouterr().out
    assert "--link-hash" not in supervised["processes"]["web"]


@pytest.mark.parametrize(
    ("host", "has_tls", "address"),
    [("::1", False, "http://[::1]:8000/"), ("quay.example", True, "https://quay.example:8000/")],
)
def test_the_greeting_says_where_and_what(host, has_tls, address):
    options = Options(jobs=(Path("/a"), Path("/b")), host=host, port=8000, var_dir=Path("/var"))
    said = run.greeting(options, "", has_tls=has_tls)
    assert said.splitlines()[0] == f"Quayside answers at {address} and shows /a, /b."


def test_a_missing_folder_is_said_plainly_before_anything_is_made(ran, supervised, capsys, tmp_path):
    assert run.run(["--jobs", "/no/such/jobs"]) == 2
    assert capsys.readouterr().err == "quayside: There is no folder /no/such/jobs.\n"
    assert not (tmp_path / "var").exists()
    assert ran.lines == []


def test_what_cannot_be_prepared_ends_the_start(ran, supervised, capsys):
    ran.code = 1
    assert run.run([]) == 2
    assert "could not be prepared" in capsys.readouterr().err
    assert "processes" not in supervised


def test_a_process_that_ends_by_itself_is_named(ran, supervised, capsys):
    supervised["ended"] = "sync"
    assert run.run([]) == 1
    assert "the sync process ended by itself" in capsys.readouterr().err


def test_being_asked_to_end_while_preparing_is_no_failure(supervised, monkeypatch):
    def be_interrupted(*_, **__):
        signal.raise_signal(signal.SIGTERM)

    monkeypatch.setattr(run.subprocess, "run", be_interrupted)
    assert run.run([]) == 0
    assert "processes" not in supervised


def test_a_command_is_run_in_the_surroundings_of_the_start(ran, supervised, monkeypatch, tmp_path):
    run.run([])
    called = []
    monkeypatch.setattr("django.core.management.execute_from_command_line", called.append)
    monkeypatch.setattr(run.os, "environ", dict(run.os.environ))
    assert run.run(["check", "--deploy"]) == 0
    assert called == [["quayside", "check", "--deploy"]]
    assert run.os.environ["SECRET_KEY"] == (tmp_path / "var" / "secret-key").read_text().strip()


def test_a_link_is_asked_for_where_a_dashboard_keeps_its_files(ran, supervised, monkeypatch, capsys, tmp_path):
    called = []
    monkeypatch.setattr("django.core.management.execute_from_command_line", called.append)
    monkeypatch.setattr(run.os, "environ", dict(run.os.environ))
    assert run.run(["link"]) == 2
    assert f"No dashboard keeps its files in {tmp_path}/var. Give the --var" in capsys.readouterr().err
    run.run([])
    assert run.run(["link"]) == 0
    assert called == [["quayside", "link"]]


@pytest.mark.usefixtures("ran", "supervised")
@pytest.mark.parametrize("way", [run.run, run.run_command], ids=["quayside", "manage.py"])
def test_a_link_takes_the_options_of_the_start_behind_its_name(way, monkeypatch, tmp_path):
    called = []
    monkeypatch.setattr("django.core.management.execute_from_command_line", called.append)
    monkeypatch.setattr(run.os, "environ", dict(run.os.environ))
    run.run(["--var", str(tmp_path / "elsewhere")])
    assert way(["link", "--var", str(tmp_path / "nowhere")]) == 2
    assert way(["link", "--port", "8497", "--var", str(tmp_path / "elsewhere")]) == 0
    assert (called, run.os.environ["PORT"]) == ([["quayside", "link"]], "8497")


def test_a_command_that_is_interrupted_says_so_by_its_code(monkeypatch):
    def be_interrupted(_words):
        raise KeyboardInterrupt

    monkeypatch.setattr("django.core.management.execute_from_command_line", be_interrupted)
    assert run.run(["check"]) == 130


def test_manage_py_runs_a_command_as_quayside_does(ran, supervised, monkeypatch, capsys, tmp_path):
    called = []
    monkeypatch.setattr("django.core.management.execute_from_command_line", called.append)
    monkeypatch.setattr(run.os, "environ", dict(run.os.environ))
    run.run([])
    assert run.run_command(["check", "--deploy"]) == 0
    assert run.run_command([]) == 0
    assert called == [["quayside", "check", "--deploy"], ["quayside"]]
    assert run.os.environ["SECRET_KEY"] == (tmp_path / "var" / "secret-key").read_text().strip()


def test_manage_py_says_what_is_wrong_and_may_be_interrupted(monkeypatch, capsys):
    def be_interrupted(_words):
        raise KeyboardInterrupt

    monkeypatch.setattr("django.core.management.execute_from_command_line", be_interrupted)
    assert run.run_command(["check"]) == 130
    assert run.run_command(["link"]) == 2
    assert "No dashboard keeps its files in" in capsys.readouterr().err


def test_the_procfile_runs_what_a_start_runs(ran, supervised, tmp_path):
    (tmp_path / "jobs").mkdir()
    run.run(["--jobs", str(tmp_path / "jobs")])
    procfile = Path(run.__file__).parents[2] / "Procfile"
    assert procfile.read_text().splitlines() == [
        f"{name}: python -m dashboard {name}" for name in supervised["processes"]
    ]
