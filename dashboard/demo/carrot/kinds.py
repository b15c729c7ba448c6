"""The kinds of things that are defined: what their lists take, what they are made of, and what may be changed."""

from collections.abc import Mapping
from dataclasses import dataclass

from dashboard.demo.carrot.bodies import Check, a_text, a_uuid, any_json, one_of
from dashboard.demo.carrot.entities import CREATOR, Entity, Filter, always, never
from dashboard.demo.carrot.queries import Parser, text, uuid_text
from dashboard.demo.carrot.queries import one_of as one_of_words
from dashboard.demo.carrot.stores import Row
from dashboard.demo.carrot.worlds import World

RESULT_TYPES = ("numeric", "file", "text")
MACHINES = ("standard", "n1-highcpu-8", "n1-highcpu-32", "e2-highcpu-8", "e2-highcpu-32")
DEFAULTS = ("test_input_defaults", "test_option_defaults", "eval_input_defaults", "eval_option_defaults")
WDLS = ("test_wdl", "test_wdl_dependencies", "eval_wdl", "eval_wdl_dependencies")
ENDING = ("created_at", "created_by")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """An entity that can be created and changed."""

    entity: Entity
    body: Mapping[str, Check]
    """What it is made of; all but ``created_by`` and what it belongs to may be changed."""
    required: tuple[str, ...] = ("name",)
    unique: tuple[str, ...] = ("name",)
    fixed: tuple[str, ...] = ("created_by",)
    """What stays as it was made."""


def texts(*names: str) -> dict[str, Parser]:
    """Fields of a list that are texts."""
    return dict.fromkeys(names, text)


def parent_named(parent: str, table: str) -> dict[str, Filter]:
    """A filter by the name of what a row belongs to."""

    def fits(world: World, row: Row, value: object) -> bool:
        owner = world.table(table).get(row[f"{parent}_id"])
        return owner is not None and owner["name"] == value

    return {f"{parent}_name": fits}


PIPELINE = Kind(
    entity=Entity(
        noun="pipeline",
        table="pipelines",
        key="pipeline_id",
        columns=("pipeline_id", "name", "description", *ENDING),
        parsers={"pipeline_id": uuid_text, **texts("name", "description"), **CREATOR},
        none=("No pipelines found", "No pipelines found"),
    ),
    body=dict.fromkeys(("name", "description", "created_by"), a_text),
)
TEMPLATE = Kind(
    entity=Entity(
        noun="template",
        table="templates",
        key="template_id",
        columns=("template_id", "pipeline_id", "name", "description", *WDLS, *ENDING),
        parsers={
            **dict.fromkeys(("template_id", "pipeline_id"), uuid_text),
            **texts("pipeline_name", "name", "description", *WDLS),
            **CREATOR,
        },
        none=("No template found", "No templates found"),
        filters=parent_named("pipeline", "pipelines"),
    ),
    body={"pipeline_id": a_uuid, **dict.fromkeys(("name", "description", *WDLS, "created_by"), a_text)},
    required=("name", "pipeline_id", "test_wdl", "eval_wdl"),
    fixed=("created_by", "pipeline_id"),
)
TEST = Kind(
    entity=Entity(
        noun="test",
        table="tests",
        key="test_id",
        columns=("test_id", "template_id", "name", "description", *DEFAULTS, *ENDING),
        parsers={
            **dict.fromkeys(("test_id", "template_id"), uuid_text),
            **texts("template_name", "name", "description", *DEFAULTS),
            **CREATOR,
        },
        none=("No test found", "No tests found"),
        filters={
            **parent_named("template", "templates"),
            **dict.fromkeys(DEFAULTS, never),
            "created_before": always,
        },
    ),
    body={
        "template_id": a_uuid,
        **dict.fromkeys(("name", "description", "created_by"), a_text),
        **dict.fromkeys(DEFAULTS, any_json),
    },
    required=(),
    fixed=("created_by", "template_id"),
)
RESULT = Kind(
    entity=Entity(
        noun="result",
        table="results",
        key="result_id",
        columns=("result_id", "name", "result_type", "description", *ENDING),
        parsers={
            "result_id": uuid_text,
            **texts("name", "description"),
            "result_type": one_of_words(RESULT_TYPES),
            **CREATOR,
        },
        none=("No result found", "No results found"),
    ),
    body={**dict.fromkeys(("name", "description", "created_by"), a_text), "result_type": one_of(*RESULT_TYPES)},
    required=("name", "result_type"),
    fixed=("created_by", "result_type"),
)
REPORT = Kind(
    entity=Entity(
        noun="report",
        table="reports",
        key="report_id",
        columns=("report_id", "name", "description", "notebook", "config", *ENDING),
        parsers={"report_id": uuid_text, **texts("name", "description", "notebook", "config"), **CREATOR},
        none=("No reports found", "No reports found"),
        filters=dict.fromkeys(("notebook", "config"), never),
    ),
    body={
        **dict.fromkeys(("name", "description", "created_by"), a_text),
        **dict.fromkeys(("notebook", "config"), any_json),
    },
    required=("name", "notebook"),
)
SOFTWARE = Kind(
    entity=Entity(
        noun="software",
        table="software",
        key="software_id",
        columns=("software_id", "name", "description", "repository_url", "machine_type", *ENDING),
        parsers={
            "software_id": uuid_text,
            **texts("name", "description", "repository_url"),
            "machine_type": one_of_words(MACHINES),
            **CREATOR,
        },
        none=("No software found", "No software found"),
    ),
    body={
        **dict.fromkeys(("name", "repository_url", "description", "created_by"), a_text),
        "machine_type": one_of(*MACHINES),
    },
    required=("name", "repository_url"),
    unique=("name", "repository_url"),
    fixed=("created_by", "repository_url"),
)
