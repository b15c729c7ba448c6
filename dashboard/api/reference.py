"""The OpenAPI document as what its page shows: addresses, parameters, shapes and their fields, in words."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.safestring import SafeString

from dashboard.api.documents import document
from dashboard.markup import markdown

Told = dict[str, Any]


def groups() -> list[Told]:
    """The addresses by what they tell, each group with its ``name`` and its ``operations``."""
    found: dict[str, list[Told]] = {}
    for path, methods in document()["paths"].items():
        for operation in methods.values():
            found.setdefault(operation["tags"][0], []).append(_operation(path, operation))
    return [{"name": name, "operations": operations} for name, operations in found.items()]


def shapes() -> list[Told]:
    """The shapes of answers, by name: ``name``, ``text``, ``fields`` or the ``words`` of a closed set."""
    found = document()["components"]["schemas"]
    return [_shape(name, schema) for name, schema in sorted(found.items())]


def _operation(path: str, operation: Mapping[str, Any]) -> Told:
    answer = operation["responses"]["200"]["content"]["application/json"]["schema"]
    return {
        "id": operation["operationId"],
        "title": operation["summary"],
        "path": path,
        "text": _text(operation["description"]),
        "parameters": [_parameter(each) for each in operation["parameters"]],
        "shape": _name(answer),
        "refusals": ", ".join(sorted(status for status in operation["responses"] if status >= "400")),
    }


def _parameter(told: Mapping[str, Any]) -> Told:
    schema = told["schema"]
    return {
        "name": told["name"],
        "where": {"query": "address", "path": "path", "header": "header"}[told["in"]],
        "type": _type(schema),
        "default": schema.get("default") or "",
        "is_required": told["required"],
        "text": _text(told.get("description", "")),
    }


def _shape(name: str, schema: Mapping[str, Any]) -> Told:
    fields = [_field(key, value) for key, value in schema.get("properties", {}).items()]
    about = schema.get("description", "").partition("\n")[0]
    return {"name": name, "text": _text(about), "fields": fields, "words": ", ".join(schema.get("enum", []))}


def _field(name: str, schema: Mapping[str, Any]) -> Told:
    return {"name": name, "type": _type(schema), "shape": _name(schema), "text": _text(schema.get("description", ""))}


def _type(schema: Mapping[str, Any]) -> str:
    """What a value is, in words: «number or null», «list of RunOut», «whole number, 1 to 200»."""
    if "anyOf" in schema:
        return " or ".join(_type(each) for each in schema["anyOf"])
    if "$ref" in schema:
        return _name(schema)
    if schema.get("type") == "array":
        return f"list of {_type(schema['items'])}"
    if schema.get("type") == "object":
        return f"map of {_type(schema.get('additionalProperties', {}))} by name"
    return _plain(schema)


def _plain(schema: Mapping[str, Any]) -> str:
    words = {"integer": "whole number", "number": "number", "string": "text", "boolean": "true or false"}
    kind = "time" if schema.get("format") == "date-time" else words.get(schema.get("type", ""), "null")
    least, most = schema.get("minimum"), schema.get("maximum")
    return f"{kind}, {least} to {most}" if least is not None and most is not None else kind


def _name(schema: Mapping[str, Any]) -> str:
    """The shape that a schema refers to, by itself or as one of several; empty for plain values."""
    return next(_references(schema), "")


def _references(schema: Mapping[str, Any]) -> Iterator[str]:
    if "$ref" in schema:
        yield schema["$ref"].rpartition("/")[2]
    for each in [*schema.get("anyOf", []), schema.get("items", {})]:
        if each:
            yield from _references(each)


def _text(text: str) -> SafeString:
    return markdown.render(text)
