"""Archives of a source with one file of each type: what is in them, and what is said of what is not."""

import hashlib
import tracemalloc
from contextlib import ExitStack, closing
from datetime import UTC, datetime

import pytest

from dashboard.domain.errors import BadAnswer, Denied, Missing, ServerError, Throttled, Unreachable
from dashboard.domain.records import Problem
from dashboard.services.archives import making
from dashboard.services.archives.making import make
from dashboard.services.archives.orders import Order
from dashboard.services.archives.progress import State
from dashboard.services.archives.readings import CHUNK, PATIENCE, TRIES
from tests import factories
from tests.contract.memory import trial
from tests.services.archives.conftest import NIGHTLY

FIRST, SECOND = "fix-bug__11111111111111111111", "write__22222222222222222222"
TOP = "0123456789ab"
GONE = Unreachable("No answer.")
LACKS = "The source has no file of this type."


def asked_for(run, trial_id):
    return run.trials.get(external_id=trial_id)


class TestWhatIsInIt:
    def test_everything_is_laid_out_as_the_client_does(self, archive):
        assert archive().files == [
            f"{TOP}/config.json",
            f"{TOP}/fix-bug_fix-bug__111/diff.patch",
            f"{TOP}/fix-bug_fix-bug__111/logs.txt",
            f"{TOP}/fix-bug_fix-bug__111/result.json",
            f"{TOP}/fix-bug_fix-bug__111/trajectory.json",
            f"{TOP}/write_write__22222/logs.txt",
            f"{TOP}/write_write__22222/result.json",
        ]

    def test_the_files_hold_their_bytes(self, archive):
        assert archive().read(f"{TOP}/write_write__22222/logs.txt") == b"two\n"

    def test_one_type_leaves_out_the_others(self, archive):
        assert [name.rpartition("/")[2] for name in archive(types=["logs"]).files] == ["logs.txt", "logs.txt"]

    def test_several_types_may_be_chosen(self, archive):
        found = archive(types=["diff", "result"]).files
        assert [name.rpartition("/")[2] for name in found] == ["diff.patch", "result.json", "result.json"]

    def test_a_trial_alone_has_the_same_folders(self, archive, run):
        found = archive(asked_for(run, SECOND)).files
        assert found == [f"{TOP}/write_write__22222/logs.txt", f"{TOP}/write_write__22222/result.json"]

    def test_trials_that_are_gone_are_not_asked_about(self, archive, run, typed):
        run.trials.filter(external_id=FIRST).update(is_gone=True)
        assert len(archive().files) == 3
        assert ("list", FIRST) not in typed.asked

    def test_trials_whose_folders_would_be_one_get_two(self, archive, mirrored, world):
        twins = ["same-task__1", "same-task__2"]
        mirrored(NIGHTLY, *map(trial, twins))
        world.files.update({(NIGHTLY, each): {"logs.txt": each.encode()} for each in twins})
        made = archive()
        assert sorted(made.read(name) for name in made.files[1:]) == [b"same-task__1", b"same-task__2"]

    def test_batches_of_trials_follow_one_another(self, archive, monkeypatch):
        monkeypatch.setattr("dashboard.services.archives.orders._BATCH", 1)
        assert len(archive().files) == 7

    def test_a_file_bears_its_own_time_where_one_is_known(self, archive, typed):
        typed.notes[SECOND, "logs.txt"] = {"modified_at": datetime(2025, 3, 4, 5, 6, 8, tzinfo=UTC)}
        made = archive()
        assert made.getinfo(f"{TOP}/write_write__22222/logs.txt").date_time == (2025, 3, 4, 5, 6, 8)
        assert made.getinfo(f"{TOP}/write_write__22222/result.json").date_time[0] >= 2026


class TestManifest:
    def test_it_ends_the_archive_and_tells_what_it_is_of(self, archive, run):
        made = archive()
        assert made.namelist()[-2:] == ["MANIFEST.txt", "MANIFEST.json"]
        told = made.manifest
        assert told["run"] == {"name": NIGHTLY, "id": NIGHTLY.removeprefix("eval/"), "status": "completed"}
        assert told["source"] == {"name": "World", "kind": "memory"}
        assert ("trial" in told, told["types"]) == (False, "everything")
        assert datetime.fromisoformat(told["made_at"]).tzinfo

    def test_each_file_has_its_sum_size_type_and_trial(self, archive):
        made = archive()
        rows = {row["path"]: row for row in made.manifest["files"]}
        assert list(rows) == made.files
        assert rows[f"{TOP}/write_write__22222/logs.txt"] == {
            "path": f"{TOP}/write_write__22222/logs.txt", "type": "logs", "size": 4, "name": "logs.txt",
            "sha256": hashlib.sha256(b"two\n").hexdigest(), "trial": SECOND, "task": "write", "modified_at": None,
        }  # fmt: skip
        assert rows[f"{TOP}/config.json"]["trial"] is None
        assert made.manifest["counts"] == {"files": 7, "bytes": 19, "missing": 2}

    def test_a_type_that_a_trial_has_not_is_missing(self, archive, run):
        assert archive().missing == [(SECOND, "trajectory", LACKS), (SECOND, "diff", LACKS)]
        assert archive(types=["diff"]).missing == [(SECOND, "diff", LACKS)]
        assert archive(asked_for(run, FIRST)).missing == []

    def test_people_read_the_same(self, archive):
        text = archive().read("MANIFEST.txt").decode()
        assert "7 files, 19 bytes; 2 missing" in text
        assert f"\nwrite ({SECOND}) / diff: {LACKS}" in text
        assert "trial: None" not in text
        assert f"{hashlib.sha256(b'two' + bytes([10])).hexdigest()}  {TOP}/write_write__22222/logs.txt" in text

    def test_what_the_source_does_not_fetch_is_missing_for_its_reason(self, archive, typed):
        typed.notes[FIRST, "logs.txt"] = {"note": "Not allowed."}
        made = archive(types=["logs"])
        assert made.missing == [(FIRST, "logs.txt", "Not allowed.")]
        assert ("open", FIRST, "logs.txt") not in typed.asked

    def test_what_a_listing_could_not_tell_is_said(self, archive, typed):
        typed.notes[FIRST] = {"problems": (Problem(where="agent", what="It cannot be listed."),), "is_cut_off": True}
        assert archive().missing[:2] == [
            (FIRST, None, "agent: It cannot be listed."),
            (FIRST, None, "There are more files than the source lists at a time."),
        ]

    def test_beyond_the_most_files_the_rest_is_missing(self, archive, monkeypatch):
        monkeypatch.setattr(making, "MOST_FILES", 5)
        made = archive()
        assert len(made.files) == 5
        assert (SECOND, "logs.txt", "An archive holds at most 5 files.") in made.missing


class TestFailures:
    @pytest.mark.parametrize("error", [GONE, Denied("Not you."), Missing("No such run.")])
    def test_without_a_first_listing_there_is_no_archive(self, run, progress, typed, error):
        typed.listing_errors[None] = error
        with ExitStack() as held, pytest.raises(type(error)):
            make(Order(run=run), progress, held)
        assert progress.tally.state is State.STOPPED

    def test_a_trial_that_is_not_told_is_missing_and_the_others_are_there(self, archive, typed):
        typed.listing_errors[FIRST] = Missing("There is no such trial.")
        made = archive()
        assert made.missing[0] == (FIRST, None, "There is no such trial.")
        assert len(made.files) == 3

    @pytest.mark.parametrize("error", [Missing("No such file."), Denied("Not you."), Throttled("Later.")])
    def test_a_file_that_cannot_be_opened_is_missing_and_not_asked_for_again(self, archive, typed, error):
        typed.opening_errors[FIRST, "diff.patch"] = [error]
        made = archive()
        assert made.missing[0] == (FIRST, "diff.patch", error.sentence)
        assert not any(name.endswith("patch") for name in made.files)
        assert typed.asked.count(("open", FIRST, "diff.patch")) == 1

    @pytest.mark.parametrize("error", [GONE, ServerError("It broke.")])
    def test_a_file_that_opens_at_the_last_try_is_there(self, archive, typed, error):
        typed.opening_errors[FIRST, "diff.patch"] = [error] * (TRIES - 1)
        assert f"{TOP}/fix-bug_fix-bug__111/diff.patch" in archive().files

    def test_a_small_file_that_breaks_while_it_is_read_is_left_out(self, archive, typed):
        typed.readers[FIRST, "diff.patch"] = Failing(CHUNK, errors={0: [GONE] * TRIES})
        assert archive().missing[0] == (FIRST, "diff.patch", "No answer.")

    def test_a_large_file_is_read_on_from_where_it_stopped(self, archive, typed):
        reader = typed.readers[FIRST, "diff.patch"] = Failing(3 * CHUNK, errors={CHUNK: [GONE] * (TRIES - 1)})
        made = archive()
        assert made.read(f"{TOP}/fix-bug_fix-bug__111/diff.patch") == bytes(3 * CHUNK)
        assert reader.offsets == [0, CHUNK, CHUNK, CHUNK, 2 * CHUNK]

    @pytest.mark.parametrize("errors", [[GONE] * TRIES, [BadAnswer("It is another file now.", code="changed")]])
    def test_a_large_file_that_stays_broken_breaks_the_archive(self, run, progress, typed, errors):
        typed.readers[FIRST, "diff.patch"] = Failing(3 * CHUNK, errors={CHUNK: [*errors]})
        data = []
        with ExitStack() as held, pytest.raises(type(errors[0])):
            data.extend(make(Order(run=run), progress, held))
        assert b"PK\5\6" not in b"".join(data)
        assert (progress.tally.state, progress.tally.reason) == (State.FAILED, errors[0].sentence)

    def test_a_file_that_became_shorter_breaks_the_archive(self, archive, progress, typed):
        typed.readers[FIRST, "diff.patch"] = Failing(2 * CHUNK, n_left=CHUNK)
        with pytest.raises(BadAnswer, match="shorter"):
            archive()

    def test_a_source_that_is_away_is_not_asked_for_ever(self, archive, mirrored, typed, world):
        names = [f"task-{number}__x" for number in range(PATIENCE + 3)]
        mirrored(NIGHTLY, *map(trial, names))
        typed.listing_errors.update(dict.fromkeys(names, GONE))
        made = archive()
        assert [each for each in typed.asked if each[1] in names] == [("list", name) for name in names[:PATIENCE]]
        assert [reason for _, _, reason in made.missing[PATIENCE:]] == [
            f"Not asked for, since the source failed {PATIENCE} times in a row: No answer."
        ] * 3
        assert made.files == [f"{TOP}/config.json"]

    def test_files_that_never_open_end_the_asking_too(self, archive, typed, world):
        paths = [f"{number}.txt" for number in range(PATIENCE + 1)]
        world.files[NIGHTLY, FIRST] = dict.fromkeys(paths, b"x")
        typed.opening_errors.update({(FIRST, path): [GONE] * TRIES for path in paths})
        made = archive()
        assert ("open", FIRST, paths[-1]) not in typed.asked
        assert ("list", SECOND) not in typed.asked
        assert made.missing[PATIENCE][2].startswith("Not asked for")

    def test_a_source_that_answers_now_and_then_is_asked_on(self, archive, typed, world):
        paths = [f"{number}.txt" for number in range(3 * PATIENCE)]
        world.files[NIGHTLY, FIRST] = dict.fromkeys(paths, b"x")
        typed.opening_errors.update({(FIRST, path): [GONE] * TRIES for path in paths[::2]})
        assert len([name for name in archive().files if "fix-bug" in name]) == len(paths) // 2


class TestFlatness:
    def test_memory_does_not_grow_with_the_bytes(self, run, progress, typed):
        n_bytes = 50 * 2**20
        typed.readers.update({(FIRST, name): Endless(n_bytes) for name in ("logs.txt", "diff.patch")})
        with ExitStack() as held:
            parts = make(Order(run=run, types=["logs", "diff"]), progress, held)
            next(parts)
            tracemalloc.start()
            n_parts = sum(1 for _ in parts)
            _, peak = tracemalloc.get_traced_memory()
            tracemalloc.stop()
        assert progress.tally.n_bytes == 2 * n_bytes + 4
        assert n_parts > 4
        assert peak < 8 * CHUNK

    def test_a_run_of_many_trials_begins_before_they_are_listed(self, run, progress, typed):
        factories.make_trials(run, 5_000)
        with ExitStack() as held:
            parts = held.enter_context(closing(make(Order(run=run, types=["logs"]), progress, held)))
            assert next(parts).startswith(b"PK")
        assert typed.asked == [("list", None), ("list", FIRST), ("open", FIRST, "logs.txt")]
        assert (progress.tally.n_trials, progress.tally.state) == (5_002, State.STOPPED)

    def test_nothing_is_read_until_somebody_takes_it(self, run, progress, typed):
        with ExitStack() as held:
            make(Order(run=run), progress, held)
        assert typed.asked == [("list", None)]


class Failing:
    """A file of zeros that raises the planned errors at some offsets, or ends too early."""

    etag = "x"

    def __init__(self, size, *, errors=None, n_left=None):
        self.size, self.errors, self.offsets = size, errors or {}, []
        self.end = size if n_left is None else n_left

    def read(self, offset, length):
        self.offsets.append(offset)
        if planned := self.errors.get(offset):
            raise planned.pop(0)
        return bytes(max(0, min(self.end - offset, length)))


class Endless:
    """Gives the same chunk again and again, without making one."""

    etag = "x"
    chunk = bytes(CHUNK)

    def __init__(self, size):
        self.size = size

    def read(self, offset, length):
        return self.chunk if offset + length <= self.size else self.chunk[: self.size - offset]
