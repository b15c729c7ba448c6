"""``multipart/form-data``, as templates are sent with their files."""

from collections.abc import Iterator
from email.parser import BytesParser
from email.policy import HTTP

from dashboard.demo.carrot.answers import nothing

FORM = "multipart/form-data"


def is_form(media_type: str) -> bool:
    """Whether a body is said to be a form."""
    return media_type.partition(";")[0].strip().lower() == FORM


def read_form(media_type: str, body: bytes) -> Iterator[tuple[str, bytes]]:
    """Name and content of each part; 400 without a word for what has no parts."""
    message = BytesParser(policy=HTTP).parsebytes(f"Content-Type: {media_type}\r\n\r\n".encode() + body)
    if not message.is_multipart():
        raise nothing(400)
    for part in message.iter_parts():
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        yield str(name or ""), content if isinstance(content, bytes) else b""
