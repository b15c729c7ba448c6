"""What a source has registered of results and of software, on its row: results in the mirror are of these types.

``Source.told`` holds of them ``result_types`` (name → type) and ``software`` (name → tag → commit); what is empty is
left out.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Length

from dashboard.domain.pipelines import PipelineCatalogue, ResultType, ResultValue
from dashboard.models import MirrorClock, Run, RunResult, Source

LONGEST_ADDRESS = 2_000
"""What is longer is no file's address, whatever is said of it."""


def as_json(held: Mapping[str, Any], found: PipelineCatalogue) -> dict[str, Any]:
    """What to remember of a catalogue, beside what is remembered (``held``): that stays of what could not be read."""
    software: dict[str, dict[str, str]] = {}
    for (name, tag), commit in found.software.items():
        software.setdefault(name, {})[tag] = commit
    told = {"result_types": {name: kind.value for name, kind in found.result_types.items()}, "software": software}
    kept = {name: held.get(name) if name in found.unread else value for name, value in told.items()}
    return {name: value for name, value in kept.items() if value}


def types_of(told: Mapping[str, Any]) -> dict[str, ResultType]:
    """The types of results by name, of what a source told."""
    return {name: ResultType(kind) for name, kind in told.get("result_types", {}).items()}


def typed(value: ResultValue, kind: ResultType | None) -> ResultValue:
    """The result as what it is said to be, where it can be that. A number it is only if its text is one."""
    if kind is ResultType.TEXT or (kind is ResultType.FILE and _may_be_address(value.text)):
        return replace(value, type=kind, number=None)
    return value


def retype(source: Source, told: Mapping[str, Any]) -> bool:
    """Have results that are in the mirror be what the source tells by now; whether any was something else."""
    known, types = types_of(source.told), types_of(told)
    changed = {name: kind for name, kind in types.items() if known.get(name) != kind}
    texts = [name for name, kind in changed.items() if kind is ResultType.TEXT]
    files = [name for name, kind in changed.items() if kind is ResultType.FILE]
    results = RunResult.objects.filter(run__source=source)
    addresses = results.annotate(length=Length("text")).filter(length__lte=LONGEST_ADDRESS).exclude(text__contains="\n")
    found = [
        _set_type(results.filter(name__in=texts), ResultType.TEXT),
        _set_type(addresses.filter(name__in=files), ResultType.FILE),
    ]
    return any(found)


def _may_be_address(text: str) -> bool:
    return len(text) <= LONGEST_ADDRESS and "\n" not in text


def _set_type(results: QuerySet[RunResult], kind: ResultType) -> bool:
    others = results.exclude(type=kind)
    if not others.exists():
        return False
    Run.objects.filter(pk__in=others.values("run")).update(version=MirrorClock.tick())
    others.update(type=kind, number=None)
    return True
