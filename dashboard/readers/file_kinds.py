"""What files are that nothing here shows, in words: by their first bytes where these tell, else by their name."""

import mimetypes

_SIGNS = (
    (b"PK\x03\x04", "ZIP archive"),
    (b"\x1f\x8b", "gzip-compressed file"),
    (b"\xfd7zXZ\0", "XZ-compressed file"),
    (b"BZh", "bzip2-compressed file"),
    (b"\x28\xb5\x2f\xfd", "Zstandard-compressed file"),
    (b"7z\xbc\xaf\x27\x1c", "7-Zip archive"),
    (b"SQLite format 3\0", "SQLite database"),
    (b"%PDF-", "PDF document"),
    (b"\x7fELF", "ELF program or library"),
    (b"\0asm", "WebAssembly module"),
    (b"PAR1", "Parquet table"),
    (b"\x93NUMPY", "NumPy array"),
    (b"\x89HDF\r\n\x1a\n", "HDF5 file"),
    (b"\x89PNG\r\n\x1a\n", "PNG picture"),
    (b"\xff\xd8\xff", "JPEG picture"),
    (b"GIF8", "GIF picture"),
    (b"\xff\xfe", "text in UTF-16"),
    (b"\xfe\xff", "text in UTF-16"),
)
_TAR_SIGN = (257, b"ustar")


def kind_of(path: str, head: bytes) -> str:
    """A few words; “unknown” where nothing tells. Nothing is promised: anybody can write any first bytes."""
    for sign, words in _SIGNS:
        if head.startswith(sign):
            return words
    start, sign = _TAR_SIGN
    if head[start:].startswith(sign):
        return "tar archive"
    kind, packed = mimetypes.guess_type(path, strict=False)
    return f"{kind or 'file'}, {packed}-compressed" if packed else kind or "unknown"
