"""A manifest says what is there and what is not, to programs and to people, whatever names hold."""

import json

import pytest

from dashboard.services.archives import manifests
from dashboard.services.archives.manifests import FileRow, Manifest, MissingRow

FACTS = {"made_at": "2026-11-21T12:00:00+00:00", "run": {"name": "nightly", "id": ""}, "types": ["logs"]}


@pytest.fixture
def manifest():
    made = Manifest(FACTS)
    yield made
    made.close()


def a_file(path="top/a.txt", **fields):
    given = {
        "type": "logs",
        "size": 3,
        "sha256": "ab" * 32,
        "trial": "t",
        "task": "fix",
        "name": "a.txt",
        "modified_at": None,
    }
    return FileRow(path=path, **given | fields)


def both(manifest):
    return json.loads(b"".join(manifest.as_json())), b"".join(manifest.as_text()).decode()


def test_one_of_nothing_says_so(manifest):
    told, text = both(manifest)
    assert told == {**FACTS, "counts": {"files": 0, "bytes": 0, "missing": 0}, "files": [], "missing": []}
    assert text.splitlines() == [
        "made_at: 2026-11-21T12:00:00+00:00", "run: name nightly", "types: logs",
        "0 files, 0 bytes; 0 missing", "", "Missing", "", "nothing", "", "Files", "", "nothing",
    ]  # fmt: skip


def test_rows_stand_in_their_order(manifest):
    for number in range(3):
        manifest.add(a_file(f"top/{number}"))
        manifest.miss(
            MissingRow(trial="t" if number else None, task="fix", type="diff", name=None, reason=f"Reason {number}.")
        )
    told, text = both(manifest)
    assert [row["path"] for row in told["files"]] == ["top/0", "top/1", "top/2"]
    assert [row["reason"] for row in told["missing"]] == ["Reason 0.", "Reason 1.", "Reason 2."]
    assert told["counts"] == {"files": 3, "bytes": 9, "missing": 3}
    assert "the run itself / diff: Reason 0.\nfix (t) / diff: Reason 1." in text
    assert f"{'ab' * 32}  top/0\n" in text


@pytest.mark.parametrize("bad", ["two\nlines", "\u202eelif", "\ud800", "a\x1b[2Jb", '"},{'])
def test_hostile_names_stay_on_their_line(manifest, bad):
    manifest.miss(MissingRow(trial=bad, task=bad, type=None, name=bad, reason="No."))
    told, text = both(manifest)
    [row] = told["missing"]
    assert row["trial"] == bad.encode("utf-8", "replace").decode()
    [line] = [line for line in text.splitlines() if line.endswith(": No.")]
    assert line.isprintable()


def test_many_rows_are_kept_on_disk_and_told_whole(monkeypatch):
    monkeypatch.setattr(manifests, "_IN_MEMORY", 10_000)
    manifest = Manifest(FACTS)
    for number in range(200):
        manifest.add(a_file(f"top/{number}.txt"))
    assert manifest._files._file._rolled
    told, text = both(manifest)
    manifest.close()
    assert len(told["files"]) == 200
    assert text.count("  top/") == 200
