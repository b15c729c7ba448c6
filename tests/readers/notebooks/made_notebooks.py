"""Notebooks that tests make up."""

import json
import struct
import zlib
from base64 import b64encode


def notebook(*cells: dict[str, object], **more: object) -> bytes:
    """A notebook of format 4."""
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells} | more).encode()


def code(source: object, *outputs: object, **more: object) -> dict[str, object]:
    """A cell of code with its outputs."""
    return {"cell_type": "code", "execution_count": 1, "metadata": {}, "source": source, "outputs": outputs} | more


def shown(**forms: object) -> dict[str, object]:
    """An output in these forms; ``image_png`` is ``image/png``."""
    return {"output_type": "display_data", "data": {mime.replace("_", "/", 1): data for mime, data in forms.items()}}


def png(width: int = 3, height: int = 2) -> str:
    """The beginning of a picture that claims this size."""
    header = struct.pack(">II5B", width, height, 8, 2, 0, 0, 0)
    check = struct.pack(">I", zlib.crc32(b"IHDR" + header))
    return b64encode(b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + header + check).decode()
