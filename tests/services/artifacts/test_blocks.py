"""Files elsewhere, read through blocks on this machine's disk."""

import signal
import stat
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.domain.errors import BadAnswer, Unreachable
from dashboard.domain.files import WEAK
from dashboard.services.artifacts import FileKey, blocks, locks
from dashboard.services.artifacts.blocks import BLOCK, Shelf, open_through
from dashboard.services.artifacts.folders import Folder
from tests.fixtures.workers import PATIENCE

DATA = bytes(range(251)) * 4_200
"""Five blocks, the last one short."""
KEY = FileKey(source=1, address="https://docks.example", run="eval/r", trial="t", path="logs.log")


class Elsewhere:
    """A file at a source: how often it is opened, and which parts of it are asked for."""

    def __init__(self, data=DATA, etag="one"):
        self.data, self.etag = data, etag
        self.n_open = 0
        self.opened_at = []
        self.asked = []
        self.fails_from = None
        self._lock = threading.Lock()

    @property
    def size(self):
        return len(self.data)

    @property
    def n_opened(self):
        return len(self.opened_at)

    @contextmanager
    def __call__(self, *, at):
        with self._lock:
            self.opened_at.append(at)
            self.n_open += 1
        try:
            yield Opened(self)
        finally:
            with self._lock:
                self.n_open -= 1


class Opened:
    """It, as it was when it was opened."""

    def __init__(self, file):
        self._file, self._data, self.size, self.etag = file, file.data, file.size, file.etag

    def read(self, offset, length):
        self._file.asked.append(offset)
        if self._file.fails_from is not None and offset >= self._file.fails_from:
            raise Unreachable("Nobody is there.")
        return self._data[offset : offset + length]


@pytest.fixture
def clock(monkeypatch):
    """Seconds that tests set."""
    times = [1_000.0]
    monkeypatch.setattr(blocks, "now", lambda: times[0])
    return times


@pytest.fixture
def shelf(tmp_path):
    return Shelf(folder=Folder(path=tmp_path / "cache" / "blocks", limit=64 * BLOCK))


def opened(shelf, file, key=KEY, *, at=0):
    return open_through(shelf, key, file, fresh_for=15, at=at)


def whole(shelf, file, key=KEY):
    with opened(shelf, file, key) as reader:
        return reader.read(0, reader.size)


def kept(shelf):
    """The files on the shelf by their size: blocks, and what sources said."""
    return sorted(path.stat().st_size for path in shelf.folder.path.iterdir() if path.name != "lock")


def test_what_was_read_once_is_not_asked_for_again(shelf, clock):
    file = Elsewhere()
    assert (whole(shelf, file), whole(shelf, file)) == (DATA, DATA)
    assert (file.n_opened, len(file.asked), file.n_open) == (1, 5, 0)


@pytest.mark.parametrize(
    ("offset", "length", "blocks"),
    [
        (0, 0, [0]),
        (0, 1, [0]),
        (BLOCK - 1, 2, [0, 1]),
        (BLOCK, BLOCK, [1]),
        (4 * BLOCK, 9 * BLOCK, [4]),
        (4 * BLOCK + 9, 1, [4]),
        (len(DATA), 5, [4]),
        (9 * BLOCK, 5, [0]),
    ],
)
def test_only_blocks_that_are_needed_are_fetched_and_the_one_that_was_opened_at(shelf, clock, offset, length, blocks):
    file = Elsewhere()
    with opened(shelf, file, at=offset) as reader:
        assert reader.read(offset, length) == DATA[offset : offset + length]
    assert file.asked == [number * BLOCK for number in blocks]
    assert file.opened_at == [offset - offset % BLOCK]


@pytest.mark.parametrize(
    ("offset", "length", "blocks"),
    [(0, 0, []), (0, 1, []), (BLOCK - 1, 2, [1]), (BLOCK, BLOCK, [1]), (4 * BLOCK, 9 * BLOCK, [4]), (len(DATA), 5, [])],
)
def test_a_file_that_is_known_is_opened_where_its_first_block_is_wanted(shelf, clock, offset, length, blocks):
    with opened(shelf, Elsewhere()):
        pass
    file = Elsewhere()
    with opened(shelf, file) as reader:
        assert reader.read(offset, length) == DATA[offset : offset + length]
    assert file.asked == file.opened_at == [number * BLOCK for number in blocks]


@pytest.mark.parametrize("at", [0, 2 * BLOCK, 9 * BLOCK])
def test_who_asks_for_the_version_has_the_block_that_came_along(shelf, clock, at):
    shelf.folder.path.parent.write_text("in the way, so that nothing is kept")
    file = Elsewhere()
    with opened(shelf, file, at=at) as reader:
        first = at if at < len(DATA) else 0
        assert reader.read(first, 10) == DATA[first : first + 10]
    assert (file.n_opened, file.asked) == (1, [first])


def test_a_version_is_known_to_others_when_its_block_is_here(shelf, clock):
    file = Elsewhere()
    file.fails_from = 0
    with pytest.raises(Unreachable), opened(shelf, file):
        pass
    assert shelf.version(KEY, fresh_for=15) is None
    assert file.n_open == 0


def test_no_lock_is_waited_for_by_one_who_holds_a_lock(shelf, clock, monkeypatch):
    held = []

    @contextmanager
    def alone(_folder, word):
        assert not held
        held.append(word)
        yield
        held.remove(word)

    monkeypatch.setattr(blocks, "alone", alone)
    assert whole(shelf, Elsewhere()) == DATA


def test_eight_who_begin_anywhere_open_no_more_often_than_there_are_blocks(shelf, clock):
    file = Elsewhere()

    def read(number):
        with opened(shelf, file, at=number * BLOCK) as reader:
            return reader.read(number * BLOCK, BLOCK)

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(read, [4, 3, 2, 1, 0, 4, 3, 2]))
    assert found == [DATA[number * BLOCK :][:BLOCK] for number in [4, 3, 2, 1, 0, 4, 3, 2]]
    assert sorted(file.asked) == [number * BLOCK for number in range(5)]
    assert file.n_opened <= 5


def test_eight_readers_at_once_fetch_a_block_once(shelf, clock):
    file = Elsewhere()
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(lambda _: whole(shelf, file), range(8))) == {DATA}
    assert sorted(file.asked) == [number * BLOCK for number in range(5)]
    assert file.n_open == 0


def test_processes_share_what_one_of_them_fetched(shelf, tmp_path):
    log = tmp_path / "asked"
    begin = partial(get_context("fork").Process, target=_read_and_note, args=(shelf, log), daemon=True)
    readers = [begin() for _ in range(3)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join(PATIENCE)
    assert [reader.exitcode for reader in readers] == [0, 0, 0]
    assert sorted(map(int, log.read_text().split())) == [number * BLOCK for number in range(5)]


def _read_and_note(shelf, log):
    file = Elsewhere()
    assert whole(shelf, file) == DATA
    with log.open("a") as note:
        note.writelines(f"{offset}\n" for offset in file.asked)


def test_the_source_is_believed_for_a_moment_and_then_asked_again(shelf, clock):
    file = Elsewhere()
    whole(shelf, file)
    clock[0] += 14
    whole(shelf, file)
    assert file.n_opened == 1
    clock[0] += 2
    whole(shelf, file)
    assert (file.n_opened, len(file.asked)) == (2, 5)


def test_a_changed_file_is_noticed_and_read_anew(shelf, clock):
    whole(shelf, Elsewhere())
    clock[0] += 20
    for changed in (Elsewhere(DATA[::-1], "two"), Elsewhere(DATA + b"more", "two")):
        clock[0] += 20
        assert whole(shelf, changed) == changed.data


def test_bytes_of_two_versions_are_never_mixed(shelf, clock):
    with opened(shelf, Elsewhere()) as reader:
        reader.read(0, 10)
    changed = Elsewhere(DATA[::-1], "two")
    with opened(shelf, changed) as reader:
        assert reader.read(0, 10) == DATA[:10]
        with pytest.raises(BadAnswer, match="changed"):
            reader.read(BLOCK, 10)
    assert whole(shelf, changed) == changed.data


def test_a_source_that_dies_in_the_middle_leaves_what_is_known(shelf, clock):
    file = Elsewhere()
    with opened(shelf, file) as reader:
        reader.read(0, 2 * BLOCK)
        file.fails_from = 0
        assert reader.read(BLOCK, BLOCK) == DATA[BLOCK : 2 * BLOCK]
        with pytest.raises(Unreachable):
            reader.read(2 * BLOCK - 1, 2)
        file.fails_from = None
        assert reader.read(2 * BLOCK - 1, 2) == DATA[2 * BLOCK - 1 : 2 * BLOCK + 1]


def test_a_file_that_became_shorter_is_an_error(shelf, clock):
    with opened(shelf, file := Elsewhere()) as reader:
        reader.read(0, 1)
        reader.upstream.reader(0)._data = file.data[: BLOCK + 5]
        with pytest.raises(BadAnswer, match="shorter"):
            reader.read(BLOCK, 10)


@pytest.mark.parametrize("damage", [lambda data: data[:-1], lambda data: data[:99] + b"!" + data[100:], lambda _: b""])
def test_a_block_that_the_disk_changed_is_fetched_anew(shelf, clock, damage):
    file = Elsewhere()
    whole(shelf, file)
    for path in shelf.folder.path.iterdir():
        path.write_bytes(damage(path.read_bytes()))
    assert whole(shelf, file) == DATA
    assert len(file.asked) == 10
    assert whole(shelf, file) == DATA
    assert len(file.asked) == 10


def test_what_says_too_little_of_itself_is_not_kept(shelf, clock):
    file = Elsewhere(etag=WEAK + "one")
    for _ in range(2):
        assert whole(shelf, file) == DATA
    assert file.n_opened == 2
    assert max(kept(shelf)) < 200


def test_nothing_is_shared_between_sources_and_paths(shelf, clock):
    whole(shelf, Elsewhere(b"secret"))
    for change in ({"source": 2}, {"run": "eval/other"}, {"trial": "t2"}, {"path": "other.log"}):
        other = FileKey(**{name: getattr(KEY, name) for name in FileKey.__slots__} | change)
        assert whole(shelf, Elsewhere(b"public"), other) == b"public"


def test_the_shelf_is_bounded_and_what_was_not_used_for_longest_goes(tmp_path, clock):
    shelf = Shelf(folder=Folder(path=tmp_path / "cache" / "blocks", limit=3 * BLOCK))
    assert whole(shelf, Elsewhere()) == DATA
    assert sum(kept(shelf)) <= 3 * BLOCK
    assert len(kept(shelf)) >= 2


def test_a_disk_that_takes_nothing_is_read_through(shelf, clock):
    shelf.folder.path.parent.write_text("in the way")
    file = Elsewhere()
    assert (whole(shelf, file), whole(shelf, file)) == (DATA, DATA)


def test_blocks_are_for_their_owner_alone(shelf, clock):
    whole(shelf, Elsewhere())
    for path in shelf.folder.path.parent.rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600)


def test_nobody_waits_for_ever_for_somebody_else(shelf, clock, monkeypatch):
    monkeypatch.setattr(locks, "PATIENCE", 0.05)
    with shelf.alone(KEY.digest()), pytest.raises(Unreachable) as raised:
        whole(shelf, Elsewhere())
    assert raised.value.code == "timeout"
    assert whole(shelf, Elsewhere()) == DATA


@given(
    st.lists(st.tuples(st.integers(0, len(DATA) + 9), st.integers(0, 3 * BLOCK)), max_size=6),
    st.sampled_from([0, 3 * BLOCK, 64 * BLOCK]),
)
@settings(max_examples=40)
def test_any_reads_give_the_bytes_that_are_there(reads, limit):
    with TemporaryDirectory() as place:
        shelf = Shelf(folder=Folder(path=Path(place) / "blocks", limit=limit))
        with opened(shelf, Elsewhere()) as reader:
            for offset, length in reads:
                assert reader.read(offset, length) == DATA[offset : offset + length]


def test_who_is_killed_in_the_middle_keeps_nobody_waiting(shelf):
    began = get_context("fork").Event()
    dying = get_context("fork").Process(target=_hold, args=(shelf, began), daemon=True)
    dying.start()
    assert began.wait(PATIENCE)
    dying.kill()
    dying.join(PATIENCE)
    assert whole(shelf, Elsewhere()) == DATA


def _hold(shelf, began):
    with shelf.alone(KEY.digest()):
        began.set()
        signal.pause()


def test_an_empty_file_is_empty(shelf, clock):
    file = Elsewhere(b"")
    assert (whole(shelf, file), file.asked) == (b"", [])
