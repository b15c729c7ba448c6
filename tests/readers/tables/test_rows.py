"""Tables of strangers: rows, their index and their dialect, whatever was written."""

import csv
import io
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.readers.tables import MAX_CELL, MAX_CELLS, STRIDE, Index, dialect_of, is_number, lines, rows, start_of
from tests.readers.made_files import MadeFile

WORDS = st.text(st.sampled_from('a"1,;\t\n\r é'), max_size=6)
TABLES = st.lists(st.lists(WORDS, min_size=1, max_size=4), max_size=40)
BROKEN = st.text(st.sampled_from('a",;\n\r'), max_size=300)


def index_of(file: MadeFile, delimiter: str = ",", budget: int = 10**9) -> Index:
    index = Index.load(None, file, delimiter)
    while not index.is_complete:
        index.extend(file, budget)
    return index


def written(table: list[list[str]], delimiter: str = ",") -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(table)
    return out.getvalue().encode()


@given(TABLES, st.sampled_from([",", "\t", ";"]))
def test_what_a_program_wrote_is_read_again(table: list[list[str]], delimiter: str) -> None:
    file = MadeFile(written(table, delimiter))

    found = list(rows(file, 0, delimiter, limit=1000))

    assert [row.cells for row in found] == [cells if cells != [""] else [""] for cells in table]
    assert not any(row.is_broken for row in found)
    assert index_of(file, delimiter).rows == len(table)


@given(BROKEN, st.integers(1, 7), st.sampled_from([",", ";"]))
def test_the_index_counts_what_the_reader_gives(text: str, times: int, delimiter: str) -> None:
    file = MadeFile((text * times * 20).encode())
    index = index_of(file, delimiter, budget=50)

    assert index.rows == len(list(rows(file, 0, delimiter, limit=10**6)))
    for mark in range(0, index.rows, STRIDE):
        place, offset = index.place(mark)
        assert place == mark
        assert list(rows(file, offset, delimiter, limit=3)) == list(rows(file, 0, delimiter, limit=mark + 3))[mark:]


@given(st.binary(max_size=200))
def test_no_bytes_break_it(data: bytes) -> None:
    file = MadeFile(data)

    dialect = dialect_of(file, "a.csv")

    assert index_of(file, dialect.delimiter).done == len(data)


def test_a_cell_holds_lines_quotes_and_separators() -> None:
    file = MadeFile(b'a,"b\nc, ""d"""\r\ne,f')

    assert [row.cells for row in rows(file, 0, ",", limit=9)] == [["a", 'b\nc, "d"'], ["e", "f"]]


def test_a_quote_that_never_closes_costs_one_row() -> None:
    file = MadeFile(b'a,b\n1,"2\n3,4\n' + b"5,6\n" * 100_000)
    found = list(rows(file, 0, ",", limit=4))

    assert [(row.cells, row.is_broken) for row in found] == [
        *((["a", "b"], False), (["1", '"2'], True)),
        *((["3", "4"], False), (["5", "6"], False)),
    ]
    assert index_of(file).rows == 100_003


def test_cells_and_rows_are_bounded() -> None:
    file = MadeFile(b",".join([b"x" * 10_000] * 8) + b"\n" + b"1," * 5_000 + b"\n")
    wide, long = rows(file, 0, ",", limit=2)

    assert wide.cells[0] == f"{'x' * MAX_CELL}… (10,000 characters)"
    assert (len(long.cells), long.width) == (MAX_CELLS, 5_001)


def test_a_line_of_ten_megabytes_is_one_row(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "MAX_LINE", 1000)
    monkeypatch.setattr(lines, "CHUNK", 1000)
    file = MadeFile(b"x" * 100_000 + b"\na,b\n")

    assert [row.cells[-1][:5] for row in rows(file, 0, ",", limit=9)] == ["xxxxx", "b"]


@pytest.mark.parametrize(
    ("data", "name", "delimiter", "has_header"),
    [
        (b"id,score\na,1\nb,2\n", "a.csv", ",", True),
        (b"id\tscore\na, b\t1\nb, c\t2\n", "a.tsv", "\t", True),
        (b"id;score\na,1;2\nb,2;3\n", "a.csv", ";", True),
        (b"1,2\n3,4\n", "a.csv", ",", False),
        (b"a,a\n3,4\n", "a.csv", ",", False),
        (b"word\nother\n", "a.csv", ",", True),
        (b"word\nother\n", "a.tsv", "\t", True),
        (b"", "a.csv", ",", False),
    ],
)
def test_the_first_rows_tell_how_it_is_written(data: bytes, name: str, delimiter: str, has_header: bool) -> None:
    dialect = dialect_of(MadeFile(data), name)

    assert (dialect.delimiter, dialect.has_header) == (delimiter, has_header)


def test_the_mark_that_some_programs_put_first_is_no_cell() -> None:
    file = MadeFile(b"\xef\xbb\xbfid,score\n")

    assert next(rows(file, start_of(file), ",", limit=1)).cells == ["id", "score"]
    assert index_of(file).place(0) == (0, 3)


def test_an_index_is_kept_and_grows_with_its_file() -> None:
    half = MadeFile(b"a,b\n" * 1_000)
    saved = index_of(half).to_bytes()
    grown = MadeFile(half.data * 2, etag="later")

    index = Index.load(saved, grown, ",")

    assert (index.rows, index.done) == (1_000, 4_000)
    index.extend(grown, 10**9)
    assert index.rows == 2_000
    assert index.place(1_999) == (1_800, 7_200)


@pytest.mark.parametrize(
    "file", [MadeFile(b"c,d\n" * 1_000, etag="other"), MadeFile(b"c,d\n" * 2_000), MadeFile(b"a,b\n", etag="shrunk")]
)
def test_an_index_of_other_bytes_is_forgotten(file: MadeFile) -> None:
    saved = index_of(MadeFile(b"a,b\n" * 1_000)).to_bytes()

    assert Index.load(saved, file, ",").rows == 0


@pytest.mark.parametrize("saved", [b"", b"nonsense", b"{}\n", b'{"delimiter": ","}\n1234567', b"[]\n12345678"])
def test_what_was_kept_badly_is_forgotten(saved: bytes) -> None:
    assert Index.load(saved, MadeFile(b"a"), ",").rows == 0


@pytest.mark.parametrize("cell", ["1", "-1.5", "1,000", "1e-5", " 7 ", "12 %", ".5", "−3"])
def test_numbers_are_known(cell: str) -> None:
    assert is_number(cell)


@pytest.mark.parametrize("cell", ["", "a", "1a", "1.2.3", "-", "2026-01-01", "9" * 100])
def test_what_is_no_number_is_known(cell: str) -> None:
    assert not is_number(cell)


@pytest.mark.parametrize("data", [b'"' + b"a" * 2**20, b'",' * 2**19, b'a,"' + b"b," * 2**19])
def test_a_long_line_with_quotes_that_never_close_is_counted_soon(data: bytes) -> None:
    begin = time.process_time()
    assert index_of(MadeFile(data)).rows == 1
    assert time.process_time() - begin < 2
