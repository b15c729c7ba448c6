"""Records of what a source tests as the columns of their rows, bounded to what these take.

Ids are the source's own; one that is longer than its column is left out, for cut off it would name something else.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol, TypeVar

from dashboard.domain.pipelines import (
    PipelineRecord,
    PipelineTemplateRecord,
    PipelineTestRecord,
    ReportTemplateRecord,
    RunGroupRecord,
)
from dashboard.services.sync.merging import Columns

__all__ = ["Columns", "by_id", "of_group", "of_named", "of_template", "of_test"]

LONGEST_ID = 100


class _Identified(Protocol):
    @property
    def external_id(self) -> str: ...


Record = TypeVar("Record", bound=_Identified)


def by_id(records: Iterable[Record], columns: Callable[[Record], Columns]) -> dict[str, Columns]:
    """The columns of each record by its id."""
    return {record.external_id: columns(record) for record in records if len(record.external_id) <= LONGEST_ID}


def of_named(
    record: PipelineRecord | PipelineTemplateRecord | PipelineTestRecord | ReportTemplateRecord,
) -> dict[str, Any]:
    """What everything that has a name has."""
    return {
        "name": record.name[:300],
        "description": record.description,
        "created_at": record.created_at,
        "created_by": record.created_by[:200],
    }


def of_template(record: PipelineTemplateRecord, pipelines: Mapping[str, int]) -> Columns:
    """A template, below a pipeline that is mirrored."""
    return of_named(record) | {
        "pipeline_id": pipelines[record.pipeline_id],
        "test_wdl": record.test_wdl[:2000],
        "eval_wdl": record.eval_wdl[:2000],
    }


def of_test(record: PipelineTestRecord, templates: Mapping[str, int]) -> Columns:
    """A test, below a template that is mirrored."""
    return of_named(record) | {"template_id": templates[record.template_id], "defaults": dict(record.defaults)}


def of_group(record: RunGroupRecord) -> Columns:
    """A group of runs."""
    return {
        "kind": record.kind,
        "owner": record.owner[:200],
        "repo": record.repo[:200],
        "issue_number": record.issue_number,
        "author": record.author[:200],
        "base_commit": record.base_commit[:100],
        "head_commit": record.head_commit[:100],
        "test_input_key": record.test_input_key[:300],
        "eval_input_key": record.eval_input_key[:300],
        "query": dict(record.query),
        "created_at": record.created_at,
    }
