"""The wire's data sets, tasks and templates → records."""

from collections.abc import Callable

from dashboard.domain.catalogues import Catalogue, DatasetRecord, Item, TaskRecord, TemplateRecord
from dashboard.domain.records import Json
from dashboard.sources.docks.ids import wire_id
from dashboard.sources.docks.values import URI_LIMIT, Fields
from dashboard.sources.problems import Problems
from dashboard.sources.texts import clean

MOST_ENTRIES = 10_000


def read_catalogue(items: list[Json], make: Callable[[Fields], Item | None]) -> Catalogue[Item]:
    """The entries of a list; one that cannot be read is a problem, the others are there."""
    problems, found = Problems(), []
    if len(items) > MOST_ENTRIES:
        problems.add("", f"There are {len(items):,} entries, of which {MOST_ENTRIES:,} are read.")
    for number, item in enumerate(items[:MOST_ENTRIES], start=1):
        record = make(Fields(item, f"entry {number}", problems))
        if record is None:
            problems.add(f"entry {number}", "It has no usable id and cannot be shown.")
        else:
            found.append(record)
    return Catalogue(items=tuple(found), problems=problems.listed())


def listed_dataset(fields: Fields) -> DatasetRecord | None:
    """A data set in a list, known by its id, or by its name where it has none. None where it has neither."""
    found = wire_id(fields.values.get("id")) or wire_id(fields.values.get("name"))
    return dataset_record(fields, found) if found else None


def dataset_record(fields: Fields, dataset_id: str) -> DatasetRecord:
    """The data set with that id."""
    return DatasetRecord(
        external_id=dataset_id,
        name=fields.text("name") or clean(dataset_id),
        version=fields.text("version"),
        uri=fields.text("uri", limit=URI_LIMIT),
        created_at=fields.moment("created_at"),
    )


def task_record(fields: Fields) -> TaskRecord | None:
    """A task; None where it has no slug."""
    slug = fields.text("slug")
    if not slug:
        return None
    texts = {key: fields.text(key) for key in ("title", "difficulty", "agent_role")}
    return TaskRecord(slug=slug, **texts)


def template_record(fields: Fields) -> TemplateRecord | None:
    """A template; None where it has no id."""
    found = wire_id(fields.values.get("id"))
    return TemplateRecord(external_id=found, name=fields.text("name") or clean(found)) if found else None
