import pytest

from dashboard.readers.file_kinds import kind_of


@pytest.mark.parametrize(
    ("path", "head", "expected"),
    [
        ("a.bin", b"PK\x03\x04", "ZIP archive"),
        ("a", b"x" * 257 + b"ustar\0", "tar archive"),
        ("a.tar.gz", b"", "application/x-tar, gzip-compressed"),
        ("a.zip", b"", "application/zip"),
        ("a.unheard-of", b"x", "unknown"),
    ],
)
def test_first_bytes_tell_more_than_a_name(path: str, head: bytes, expected: str) -> None:
    assert kind_of(path, head) == expected
