"""Listing the root: what is a run, what changed, and what is told instead of swallowed."""

import os
import shutil
import socket

import pytest

from dashboard.domain.errors import BadAnswer, Denied, Unreachable
from dashboard.sources.harbor import files, listing, looks
from dashboard.sources.harbor.source import HarborSource

as_root = os.geteuid() == 0


def fingerprints(jobs):
    return {name: jobs.read(name).run.fingerprint for name in jobs.listed().present}


def test_runs_are_folders_with_files_of_a_job_or_with_a_trial(jobs):
    jobs.write("only-config/config.json", {})
    jobs.write("only-result/result.json", {})
    jobs.running("no-files-yet/task__x")
    jobs.write("strange/notes/readme.txt", b"x")
    jobs.write(".hidden/config.json", {})
    jobs.write("lost+found/config.json", {})
    jobs.write("file.json", {})
    (jobs.root / "empty").mkdir()
    jobs.write("links-only/config.json/inner", b"")

    found = jobs.listed()

    assert found.present == {"only-config", "only-result", "no-files-yet"}
    assert found.complete
    assert found.problems == ()


def test_most_recently_changed_runs_come_first(jobs):
    for age, name in [(300, "b"), (100, "c"), (200, "a")]:
        jobs.write(f"{name}/config.json", {}, age=age)

    assert jobs.listed().changed == ("c", "a", "b")


def test_a_root_that_is_not_there_is_unreachable(jobs, tmp_path):
    for address in (str(tmp_path / "gone"), "", "a\0b", str(jobs.write("file", b""))):
        with pytest.raises(Unreachable) as caught:
            jobs.listed(address=address)
        assert caught.value.code == "no_folder"
        assert caught.value.source == "Jobs"


@pytest.mark.skipif(as_root, reason="permissions do not bind root")
@pytest.mark.parametrize("mode", [0o000, 0o444])
def test_a_root_that_may_not_be_read_is_denied(jobs, mode):
    jobs.root.chmod(mode)
    try:
        with pytest.raises(Denied):
            jobs.listed()
    finally:
        jobs.root.chmod(0o755)


@pytest.mark.parametrize(("number", "error"), [(13, Denied), (5, Unreachable), (116, Unreachable)])
def test_what_the_system_says_of_the_root_becomes_our_error(jobs, monkeypatch, number, error):
    def refuse(*_args, **_kwargs):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(files.os, "stat", refuse)
    with pytest.raises(error):
        jobs.listed()


def test_an_error_in_the_middle_of_the_root_is_unreachable(jobs, monkeypatch):
    def fail(_folder):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(looks, "entries_of", fail)
    with pytest.raises(Unreachable) as caught:
        jobs.listed()
    assert caught.value.code == "io"


def test_a_root_that_is_a_link_is_resolved_at_each_look(jobs, tmp_path):
    jobs.job("one")
    link = tmp_path / "link"
    link.symlink_to(jobs.root)
    source = jobs.source(address=str(link))
    assert source.list_runs({}).present == {"one"}

    other = tmp_path / "other"
    shutil.copytree(jobs.root / "one", other / "two")
    link.unlink()
    link.symlink_to(other)

    assert source.list_runs({}).present == {"two"}


def test_links_are_told_and_not_followed(jobs, tmp_path):
    jobs.job("real")
    outside = tmp_path / "outside"
    shutil.copytree(jobs.root / "real", outside)
    (jobs.root / "escape").symlink_to(outside)
    (jobs.root / "latest").symlink_to("real")
    (jobs.root / "loop").symlink_to("loop")

    found = jobs.listed()

    assert found.present == {"real"}
    assert {problem.where for problem in found.problems} == {"escape", "latest", "loop"}


def test_a_job_whose_files_are_links_is_none(jobs, tmp_path):
    secret = tmp_path / "secret.json"
    secret.write_text("{}")
    (jobs.root / "job").mkdir()
    (jobs.root / "job" / "config.json").symlink_to(secret)

    assert jobs.listed().present == frozenset()


def test_sockets_and_pipes_do_not_disturb(jobs):
    jobs.job()
    os.mkfifo(jobs.root / "pipe")
    with socket.socket(socket.AF_UNIX) as plug:
        here = os.open(jobs.root, os.O_RDONLY)
        try:
            plug.bind(f"/proc/self/fd/{here}/plug")
        finally:
            os.close(here)
        assert jobs.listed().present == {"job"}


def test_a_root_that_is_itself_a_job_cannot_be_looked_at(jobs):
    jobs.job("nightly")
    jobs.trial("nightly/task__a")
    with pytest.raises(BadAnswer, match=f"nightly is itself a job. .* holds it: {jobs.root}$") as told:
        jobs.source(address=str(jobs.root / "nightly")).list_runs({})
    assert (told.value.code, told.value.source) == ("not_a_jobs_folder", "Jobs")


def test_an_unreadable_folder_hides_no_other_and_a_known_run_in_it_stays(jobs, monkeypatch):
    jobs.job("good")
    jobs.job("bad")
    real = files.stamp_of

    def refuse(path, folder):
        if path.startswith("bad/"):
            raise PermissionError(13, "Permission denied")
        return real(path, folder)

    monkeypatch.setattr(files, "stamp_of", refuse)

    assert jobs.listed().present == {"good"}
    assert jobs.listed({"bad": "done:x"}).present == {"good", "bad"}
    assert jobs.listed().problems[0].where == "bad"


def test_an_unreadable_folder_is_told_whatever_the_system_says(jobs, monkeypatch):
    jobs.job("bad")
    real = os.stat

    def fail(path, **options):
        if path == "bad/result.json":
            raise OSError(5, "Input/output error")
        return real(path, **options)

    monkeypatch.setattr(files.os, "stat", fail)

    assert jobs.listed().problems[0].what == "It cannot be looked at: Input/output error."


def test_a_folder_that_vanishes_while_it_is_looked_at_is_no_run(jobs, monkeypatch):
    jobs.job("job")
    monkeypatch.setattr(looks, "entries_of", lambda _root: iter([("ghost", looks.Kind.FOLDER)]))

    assert jobs.listed().present == frozenset()
    assert jobs.listed().problems == ()


def test_too_many_folders_make_an_incomplete_listing(jobs, monkeypatch):
    monkeypatch.setattr(listing, "MOST_RUNS", 3)
    for number in range(5):
        jobs.write(f"job-{number}/config.json", {})

    found = jobs.listed()

    assert len(found.present) == 3
    assert not found.complete
    assert "too much" in found.problems[0].what


def test_too_many_entries_make_an_incomplete_listing(jobs, monkeypatch):
    monkeypatch.setattr(listing, "MOST_ENTRIES", 3)
    for number in range(5):
        jobs.write(f"file-{number}", b"")

    assert not jobs.listed().complete


def test_a_name_too_long_to_keep_is_told(jobs):
    name = os.fsdecode(b"\xff" * 200)
    jobs.write(f"{name}/config.json", {})

    found = jobs.listed()

    assert found.present == frozenset()
    assert "too long" in found.problems[0].what


@pytest.mark.parametrize(
    "name",
    [
        "new\nline",
        "quo\"te'",
        "\u202ertl",
        "100% sure",
        "%FF",
        "é" * 127,
        "x" * 255,
        os.fsdecode(b"half-\xc3-\xff"),
        " ",
    ],
)
def test_odd_names_are_listed_read_and_opened(jobs, name):
    jobs.job(name, config={})
    jobs.trial(f"{name}/{name}")

    (external_id,) = jobs.listed().present
    external_id.encode()
    reading = jobs.read(external_id)

    assert reading.run.external_id == external_id
    assert reading.present == {external_id}
    reading.run.name.encode()
    with jobs.source().open_artifact(external_id, external_id, "result.json") as file:
        assert file.read(0, 1) == b"{"


def test_a_finished_run_is_asked_for_its_own_files_only(jobs, monkeypatch):
    jobs.job()
    jobs.trial()
    known = fingerprints(jobs)

    def refuse(*_args, **_kwargs):
        raise AssertionError("trials were looked at")

    monkeypatch.setattr(looks, "look_at_trials", refuse)
    assert jobs.listed(known).changed == ()


def test_changes_of_a_finished_runs_files_are_noticed(jobs):
    jobs.job()
    known = fingerprints(jobs)
    before = (jobs.root / "job" / "result.json").stat()
    data = (jobs.root / "job" / "result.json").read_bytes()

    replaced = jobs.write("job/new.json", data)
    replaced.rename(jobs.root / "job" / "result.json")
    jobs.settle()

    after = (jobs.root / "job" / "result.json").stat()
    assert (after.st_mtime_ns, after.st_size) == (before.st_mtime_ns, before.st_size)
    assert jobs.listed(known).changed == ("job",)


def test_a_change_within_the_same_second_is_noticed(jobs):
    jobs.job()
    known = fingerprints(jobs)
    file = jobs.root / "job" / "config.json"
    at = file.stat().st_mtime_ns
    os.utime(file, ns=(at + 1, at + 1))

    assert jobs.listed(known).changed == ("job",)


@pytest.mark.parametrize("change", ["result appears", "trial appears", "config rewritten", "trial vanishes"])
def test_changes_of_an_open_runs_trials_are_noticed(jobs, change):
    jobs.job(finished=False)
    jobs.running("job/a__1")
    jobs.running("job/b__2")
    known = fingerprints(jobs)
    assert jobs.listed(known).changed == ()

    if change == "result appears":
        jobs.trial("job/a__1")
    elif change == "trial appears":
        jobs.running("job/c__3")
    elif change == "config rewritten":
        jobs.running("job/a__1", {"agent": {"name": "new"}})
    else:
        shutil.rmtree(jobs.root / "job" / "b__2")
    jobs.settle()

    assert jobs.listed(known).changed == ("job",)


def test_a_run_that_becomes_stalled_has_changed_although_nothing_did(jobs, clock):
    jobs.job(finished=False)
    jobs.running()
    jobs.settle(age=60)
    known = fingerprints(jobs)
    assert jobs.listed(known).changed == ()

    with clock(600):
        assert jobs.listed(known).changed == ("job",)
        assert jobs.read().run.is_stalled
        assert jobs.listed(fingerprints(jobs)).changed == ()


def test_fingerprints_of_another_make_do_not_hold(jobs):
    jobs.job(finished=False)
    assert jobs.listed({"job": "nonsense"}).changed == ("job",)
    assert jobs.listed({"job": "open:0:0:live"}).changed == ("job",)


def test_runs_that_vanish_are_not_present(jobs):
    jobs.job("a")
    jobs.job("b")
    known = fingerprints(jobs)
    shutil.rmtree(jobs.root / "a")

    found = jobs.listed(known)

    assert found.present == {"b"}
    assert found.changed == ()


def test_capabilities_say_why_not():
    capabilities = HarborSource.capabilities
    assert capabilities.trials
    assert capabilities.artifacts
    cannot = {"stop", "delete", "reports", "cancel", "start", "create", "catalogue"}
    assert not any(getattr(capabilities, name) for name in cannot)
    assert set(capabilities.why_not) == cannot
