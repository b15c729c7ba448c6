"""Messages and what tools gave back: a text, or parts of text, pictures and sound."""

from collections.abc import Sequence

from dashboard.domain.trajectories import ContentPart, PartKind
from dashboard.readers.values import amount, mapping, text, written

MOST_PARTS = 500


def parts(value: object, problems: list[str]) -> Sequence[ContentPart]:
    """Its parts in their order; nothing for nothing. What is of no known shape is shown as the JSON that it is."""
    if value is None or value == "":
        return ()
    if not isinstance(value, list):
        return (ContentPart(text=written(value)),)
    if len(value) > MOST_PARTS:
        problems.append(f"It has {len(value):,} parts, of which {MOST_PARTS:,} are shown.")
    return tuple(_part(part, problems) for part in value[:MOST_PARTS])


def texts(value: object) -> list[str]:
    """The texts among its parts, to be searched and for a line of an outline."""
    if not isinstance(value, list):
        return [written(value)] if value else []
    return [found for part in value[:MOST_PARTS] if (found := _text(part))]


def holds_any(value: object) -> bool:
    """Whether there is more among its parts than blanks."""
    if not isinstance(value, list):
        return bool(value) and not written(value).isspace()
    return any(_is_any(part) for part in value[:MOST_PARTS])


def _is_any(wire: object) -> bool:
    fields = mapping(wire)
    if text(fields.get("type")) in (PartKind.IMAGE, PartKind.AUDIO):
        return True
    return bool(written(fields.get("text", "") if "text" in fields else wire).strip())


def _text(part: object) -> str:
    if isinstance(part, dict):
        return text(part.get("text"))
    return written(part)


def _part(wire: object, problems: list[str]) -> ContentPart:
    fields = mapping(wire)
    kind = text(fields.get("type"))
    if kind in (PartKind.IMAGE, PartKind.AUDIO):
        return _medium(PartKind(kind), fields.get("source"), fields.get("duration_sec"), problems)
    if "text" in fields:
        return ContentPart(text=written(fields["text"]))
    return ContentPart(text=written(wire))


def _medium(kind: PartKind, source: object, seconds: object, problems: list[str]) -> ContentPart:
    fields = mapping(source)
    path = text(fields.get("path")) or text(source)
    if not path:
        problems.append("It names no file for its picture." if kind is PartKind.IMAGE else "It names no file of sound.")
    media_type = text(fields.get("media_type"))
    return ContentPart(kind=kind, path=path, media_type=media_type, seconds=amount(seconds))
