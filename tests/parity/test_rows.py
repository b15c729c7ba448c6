"""Each row of the document has its test, and no test proves what the document does not say."""

from collections import Counter

from tests.parity.rows import proven, rows


def test_every_row_is_proven_once_and_nothing_else_is() -> None:
    assert Counter(proven()) == Counter(row.key for row in rows())
