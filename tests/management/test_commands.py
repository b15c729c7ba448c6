import signal
import socket
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection

from dashboard.management.commands import demo as demo_command
from dashboard.management.commands import sample as sample_command
from dashboard.management.commands import sync as sync_command
from dashboard.management.commands import web as web_command
from dashboard.models import Source
from dashboard.services import counting, sign_in
from dashboard.start import stamps, stand_ins

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


class Jobs:
    """Stands for the maker of sample jobs."""

    asked = None

    @staticmethod
    def copy_genuine(folder):
        (folder / "genuine").mkdir()
        return ["genuine"]

    @classmethod
    def write_history(cls, folder, *, now, seed):
        cls.asked = (now, seed)
        (folder / "made-up").mkdir()
        return ["made-up"]


@pytest.fixture
def jobs(monkeypatch):
    monkeypatch.setattr(sample_command, "harbor", Jobs)


class TestSample:
    @time_machine.travel(NOW, tick=False)
    def test_it_writes_genuine_and_made_up_jobs(self, jobs, tmp_path, capsys):
        call_command("sample", tmp_path / "sample-jobs", seed=3)
        assert sorted(path.name for path in (tmp_path / "sample-jobs").iterdir()) == ["genuine", "made-up"]
        assert Jobs.asked == (NOW, 3)
        assert capsys.readouterr().out == f"2 jobs in {tmp_path}/sample-jobs\n"

    def test_a_folder_that_is_there_is_never_touched(self, jobs, tmp_path):
        with pytest.raises(CommandError, match="is there already"):
            call_command("sample", tmp_path)
        assert not list(tmp_path.iterdir())

    def test_what_an_interrupted_start_left_is_written_anew(self, jobs, tmp_path):
        (tmp_path / "s.unfinished" / "half").mkdir(parents=True)
        call_command("sample", tmp_path / "s", verbosity=0)
        assert not (tmp_path / "s" / "half").exists()
        assert [path.name for path in tmp_path.iterdir()] == ["s"]


class TestPrepare:
    @pytest.fixture
    def called(self, monkeypatch):
        names = []
        monkeypatch.setattr("dashboard.management.commands.prepare.call_command", lambda *a, **_: names.append(a))
        return names

    @pytest.mark.django_db
    def test_the_database_is_migrated_and_marked(self, called):
        call_command("prepare", "--database")
        assert called == [("migrate",)]
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA user_version")
                assert cursor.fetchone()[0] == stamps.database_mark()

    def test_static_files_are_collected_and_marked(self, called, settings, tmp_path):
        settings.VAR_DIR = tmp_path
        call_command("prepare", "--static-files")
        assert called == [("collectstatic",)]
        assert stamps.are_static_files_collected(tmp_path)

    def test_sample_jobs_are_written_where_asked(self, called, tmp_path):
        call_command("prepare", "--sample", str(tmp_path))
        assert called == [("sample", tmp_path)]

    @pytest.mark.enable_socket
    @pytest.mark.parametrize("kind", stand_ins.KINDS, ids=lambda kind: kind.name)
    def test_a_stand_in_gets_keys_and_a_port_that_it_keeps(self, called, kind, tmp_path, capsys):
        call_command("prepare", f"--{kind.name}", str(tmp_path))
        first = stand_ins.read(kind, tmp_path)
        call_command("prepare", f"--{kind.name}", str(tmp_path))
        assert first is not None
        assert stand_ins.read(kind, tmp_path) == first
        assert (called, capsys.readouterr().out) == ([], "")

    @pytest.mark.enable_socket
    @pytest.mark.parametrize("kind", stand_ins.KINDS, ids=lambda kind: kind.name)
    def test_a_port_that_somebody_took_is_changed_and_that_is_said(self, called, kind, tmp_path, capsys):
        call_command("prepare", f"--{kind.name}", str(tmp_path))
        first = stand_ins.read(kind, tmp_path)
        with socket.create_server((first.host, first.port)):
            call_command("prepare", f"--{kind.name}", str(tmp_path))
        second = stand_ins.read(kind, tmp_path)
        assert (second.tenant, second.token) == (first.tenant, first.token)
        assert second.port != first.port
        assert capsys.readouterr().out == (
            f"Port {first.port} is taken by another program: "
            f"the stand-in {kind.server} server answers at port {second.port} from now on.\n"
        )

    def test_nothing_is_done_unasked(self, called):
        call_command("prepare")
        assert called == []


@pytest.mark.django_db
def test_the_models_have_their_migrations():
    call_command("makemigrations", "dashboard", check=True, dry_run=True, verbosity=0)


class TestDemo:
    @pytest.fixture
    def asked(self, monkeypatch):
        lines = []

        def main(line):
            lines.append(line)
            return main.code

        main.code, main.lines = 0, lines
        monkeypatch.setattr(demo_command.docks, "main", main)
        return main

    def test_it_runs_the_stand_in_that_is_named(self, asked, settings, tmp_path):
        settings.VAR_DIR = tmp_path
        call_command("demo", "docks", "--port", "8480")
        call_command("demo", "docks", "--state", "/srv/docks")
        assert asked.lines == [
            ["--port", "8480", "--state", f"{tmp_path}/docks"],
            ["--port", "0", "--state", "/srv/docks"],
        ]

    def test_a_start_that_fails_is_told_by_the_exit_code(self, asked):
        asked.code = 2
        with pytest.raises(SystemExit) as ended:
            call_command("demo", "docks")
        assert ended.value.code == 2


class TestSync:
    def test_once_reads_what_is_due_and_ends(self, monkeypatch):
        looks = []
        monkeypatch.setattr(sync_command, "look_once", lambda: looks.append(1))
        call_command("sync", "--once")
        assert looks == [1]

    @pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
    def test_it_works_until_a_signal_asks_it_to_end(self, monkeypatch, number):
        before = {n: signal.getsignal(n) for n in (signal.SIGTERM, signal.SIGINT)}

        class Worker:
            stopped = False

            def stop(self):
                self.stopped = True

            def run(self):
                signal.raise_signal(number)
                assert self.stopped

        worker = Worker()
        monkeypatch.setattr(sync_command, "Worker", lambda: worker)
        try:
            call_command("sync")
        finally:
            for n, handler in before.items():
                signal.signal(n, handler)
        assert worker.stopped


class TestWeb:
    @pytest.fixture
    def served(self, monkeypatch, tmp_path):
        seen = {}
        # Where a start counts is a variable of this whole process, and a folder that it empties.
        monkeypatch.setenv(counting.FOLDER, "")
        monkeypatch.setenv("VAR_DIR", str(tmp_path / "var"))

        class Server:
            def __init__(self, target, **options):
                seen.update(options, target=target)

            def serve(self):
                seen["served"] = True

        monkeypatch.setattr(web_command, "Server", Server)
        # The test's own connection stays open.
        monkeypatch.setattr(web_command, "connections", type("None_", (), {"close_all": staticmethod(lambda: None)}))
        return seen

    @pytest.mark.django_db
    def test_what_a_start_says_is_noted_before_pages_are_served(self, served):
        token = sign_in.new_token()
        call_command("web", "--folder", "/data/nightly", "--sample", "/var/s", "--link-hash", sign_in.hash_of(token))
        assert set(Source.objects.values_list("name", "address", "is_sample")) == {
            ("nightly", "/data/nightly", False),
            ("Sample jobs", "/var/s", True),
        }
        assert sign_in.use_link(token, now=datetime.now(UTC)) is not None
        assert served["served"]

    @pytest.mark.enable_socket
    @pytest.mark.django_db
    @pytest.mark.parametrize("kind", stand_ins.KINDS, ids=lambda kind: kind.name)
    def test_a_stand_in_is_shown_as_a_sample_where_it_answers(self, served, kind, tmp_path):
        call_command("web", f"--{kind.name}", str(tmp_path))
        assert not Source.objects.exists()
        call_command("prepare", f"--{kind.name}", str(tmp_path))
        call_command("web", f"--{kind.name}", str(tmp_path))
        kept, source = stand_ins.read(kind, tmp_path), Source.objects.get()
        assert (source.kind, source.address) == (kind.name, f"http://127.0.0.1:{kept.port}")
        assert (source.is_sample, source.tenant, source.token.reveal()) == (True, kept.tenant, kept.token)

    @pytest.mark.django_db
    def test_a_server_that_is_told_nothing_registers_nothing(self, served):
        call_command("web")
        assert not Source.objects.exists()
        assert served["target"] == "dashboard.wsgi:application"

    def test_the_server_is_what_the_settings_say(self, served):
        values = {
            "WEB_HOST": "10.0.0.7",
            "PORT": 8443,
            "WEB_WORKERS": 2,
            "WEB_THREADS": 16,
            "TLS_CERTIFICATE": "/c.pem",
            "TLS_KEY": "/k.pem",
        }
        web_command.server(values)
        wanted = {"address": "10.0.0.7", "port": 8443, "workers": 2, "blocking_threads": 16}
        assert served.items() >= wanted.items()
        assert (served["ssl_cert"], served["ssl_key"]) == (Path("/c.pem"), Path("/k.pem"))
        assert served["respawn_failed_workers"] is True
