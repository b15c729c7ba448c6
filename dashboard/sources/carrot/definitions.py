"""What a server has registered of results and of software: what results are by name, and which commits tags name."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from dashboard.domain.pipelines import ResultType
from dashboard.domain.records import Json
from dashboard.sources.carrot.client import CarrotClient
from dashboard.sources.carrot.results import LABEL_LIMIT
from dashboard.sources.carrot.values import Fields, fields_of
from dashboard.sources.problems import Problems
from dashboard.sources.texts import clean

MOST_TYPES = 500
MOST_TAGS = 300
"""Of the versions that were registered last."""
TAG_LIMIT = 100

Tag = tuple[str, str]
"""(name of software, tag)."""


def read_result_types(client: CarrotClient, problems: Problems) -> Mapping[str, ResultType]:
    """What each registered result is, by its name as it stands at runs."""
    return dict(islice(_types(client.list_result_types(), problems), MOST_TYPES))


def read_tags(client: CarrotClient, problems: Problems) -> Mapping[Tag, str]:
    """The commit of each tag. Branches are not told of: the server knows versions by their commits."""
    names = dict(_names(client.list_software(), problems))
    return dict(islice(_tags(client.list_software_versions(), names, problems), MOST_TAGS)) if names else {}


def _types(items: Sequence[Json], problems: Problems) -> Iterator[tuple[str, ResultType]]:
    for number, item in enumerate(items, start=1):
        fields = fields_of(item, f"result_types {number}", problems)
        name, kind = fields.text("name", limit=LABEL_LIMIT), fields.text("result_type")
        if name and kind in set(ResultType):
            yield name, ResultType(kind)
        else:
            problems.add(fields.where, "It does not say what the results of a name are.")


def _names(items: Sequence[Json], problems: Problems) -> Iterator[tuple[str, str]]:
    """Software by its id."""
    for number, item in enumerate(items, start=1):
        fields = fields_of(item, f"software {number}", problems)
        found, name = fields.identity("software_id"), fields.text("name", limit=TAG_LIMIT)
        if found and name:
            yield found, name


def _tags(items: Sequence[Json], names: Mapping[str, str], problems: Problems) -> Iterator[tuple[Tag, str]]:
    """The newest version first. A tag that has moved is at the commit that it was built from last."""
    told = set[Tag]()
    for number, item in enumerate(items, start=1):
        fields = fields_of(item, f"software_versions {number}", problems)
        name, commit = names.get(fields.identity("software_id"), ""), fields.text("commit", limit=TAG_LIMIT)
        tags = {(name, tag) for tag in _tags_of(fields) if name and commit} - told
        told |= tags
        yield from ((tag, commit) for tag in sorted(tags))


def _tags_of(fields: Fields) -> list[str]:
    return [clean(tag.strip(), TAG_LIMIT) for tag in fields.texts("tags", MOST_TAGS) if tag.strip()]
