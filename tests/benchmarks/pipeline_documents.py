"""Made-up tests of pipelines, shaped as a CARROT server tells them: many, and the same for the same numbers.

Tests take turns, so that each has as many runs as the others; a run is made every 13 minutes.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from random import Random
from typing import Any
from uuid import UUID

Document = dict[str, Any]

LATEST = datetime(2026, 11, 20, 18, 49, 1, 123456, tzinfo=UTC)
"""When the newest run was made."""
APART = timedelta(minutes=13)
TEMPLATES = 4
"""Of each pipeline."""
TESTS = 25
"""Of each template."""
PIPELINES = ("HaplotypeCaller", "Mutect2", "CNV Germline")
METRICS = ("Precision", "Recall", "F score", "Transitions to transversions", "Runtime minutes", "Peak memory GiB")
OWNERS = ("ada@example.org", "grace@example.org", "barbara@example.org", "mary@example.org", "ci@example.org")
ENDED = ("succeeded",) * 17 + ("testfailed", "evalfailed", "buildfailed", "testaborted", "carrotfailed")
GOING_ON = ("evalrunning", "testrunning", "testqueuedincromwell", "building")
IN_GROUPS = 200
"""How many of the newest runs belong to a pull request, two to each."""


@dataclass(frozen=True)
class Documents:
    """All that a server tells of."""

    n_runs: int

    @cached_property
    def pipelines(self) -> Sequence[Document]:
        return [{"pipeline_id": made_id("pipeline", n), **_named(name, n)} for n, name in enumerate(PIPELINES)]

    @cached_property
    def templates(self) -> Sequence[Document]:
        return [_template(pipeline, n) for pipeline in self.pipelines for n in range(TEMPLATES)]

    @cached_property
    def tests(self) -> Sequence[Document]:
        return [_test(template, n) for template in self.templates for n in range(TESTS)]

    @cached_property
    def groups(self) -> Sequence[Document]:
        return [_group(n) for n in range(IN_GROUPS // 2)]

    @cached_property
    def report_templates(self) -> Sequence[Document]:
        told = _named("Concordance", 0)
        return [{"report_id": made_id("report", 0), "notebook": {"cells": []}, "config": None, **told}]

    def runs(self) -> Iterator[tuple[str, Document]]:
        """The id of each run's pipeline and the run, in the long form; newest first."""
        chance, tests = Random(13), self.tests
        pipeline_of = {each["template_id"]: each["pipeline_id"] for each in self.templates}
        for number in range(self.n_runs):
            test = tests[number % len(tests)]
            yield pipeline_of[test["template_id"]], _run(number, test, chance)


def as_json(document: object) -> bytes:
    """As it goes over the wire."""
    return json.dumps(document, separators=(",", ":")).encode()


def made_id(kind: str, number: int) -> str:
    """The id of a thing: the same each time, and of no other."""
    return str(UUID(int=Random(f"{kind} {number}").getrandbits(128), version=4))


def _named(name: str, number: int) -> Document:
    created = LATEST - timedelta(days=900) + timedelta(minutes=number)
    return {"name": name, "description": f"{name}, made up", "created_at": _time(created), "created_by": OWNERS[0]}


def _template(pipeline: Document, number: int) -> Document:
    name = f"{pipeline['name']} {('WGS', 'exome', 'panel', 'trio')[number]}"
    return {
        "template_id": made_id(name, number),
        "pipeline_id": pipeline["pipeline_id"],
        "test_wdl": f"gs://example/wdl/{number}/test.wdl",
        "test_wdl_dependencies": None,
        "eval_wdl": f"gs://example/wdl/{number}/eval.wdl",
        "eval_wdl_dependencies": None,
        **_named(name, number),
    }


def _test(template: Document, number: int) -> Document:
    name = f"{template['name']} NA{12878 + number}"
    return {
        "test_id": made_id(name, number),
        "template_id": template["template_id"],
        "test_input_defaults": {"Test.in_bam": f"gs://example/bam/NA{12878 + number}.bam"},
        "test_option_defaults": None,
        "eval_input_defaults": {"Eval.vcf": "test_output:Test.out_vcf"},
        "eval_option_defaults": None,
        **_named(name, number),
    }


def _group(number: int) -> Document:
    github = {
        "owner": "example",
        "repo": "caller",
        "issue_number": 8_000 + number,
        "author": "grace",
        "base_commit": f"{number:040x}",
        "head_commit": f"{number + 1:040x}",
        "test_input_key": "Test.docker",
        "eval_input_key": None,
    }
    told = {"run_group_id": made_id("group", number), "created_at": _time(LATEST - number * 2 * APART)}
    return {**told, "metadata": {"Github": {**told, **github}}}


def _run(number: int, test: Document, chance: Random) -> Document:
    run_id, created = made_id("run", number), LATEST - number * APART
    status = GOING_ON[number] if number < len(GOING_ON) else chance.choice(ENDED)
    finished = created + timedelta(minutes=20, milliseconds=chance.randrange(5_000_000))
    return {
        "run_id": run_id,
        "test_id": test["test_id"],
        "run_group_ids": [made_id("group", number // 2)] if number < IN_GROUPS else [],
        "name": f"{test['name']}_run_{created:%Y-%m-%d %H:%M:%S}.{number:09} UTC",
        "status": status,
        **_workflows(run_id, number, test),
        "test_cromwell_job_id": None if "build" in status else made_id("test job", number),
        "eval_cromwell_job_id": made_id("eval job", number) if status in {"succeeded", "evalfailed"} else None,
        "created_at": _time(created),
        "created_by": OWNERS[number % len(OWNERS)],
        "finished_at": None if number < len(GOING_ON) else _time(finished),
        "results": _results(run_id, chance) if status == "succeeded" else None,
        "errors": _errors(run_id, finished) if status == "carrotfailed" else None,
    }


def _workflows(run_id: str, number: int, test: Document) -> Document:
    docker = {"Test.docker": f"image_build:caller|{number // 300:040x}"}
    return {
        "test_wdl": f"carrot.example.org/api/v1/runs/{run_id}/test_wdl",
        "test_wdl_hash": f"{number % 7:0128x}",
        "test_wdl_dependencies": None,
        "test_wdl_dependencies_hash": None,
        "eval_wdl": "gs://example/wdl/0/eval.wdl",
        "eval_wdl_hash": f"{number % 5:0128x}",
        "eval_wdl_dependencies": None,
        "eval_wdl_dependencies_hash": None,
        "test_input": docker | test["test_input_defaults"],
        "test_options": None,
        "eval_input": test["eval_input_defaults"],
        "eval_options": {"read_from_cache": False},
    }


def _results(run_id: str, chance: Random) -> Mapping[str, str]:
    """Six numbers and an address; texts, whatever they say."""
    numbers = {name: f"{chance.uniform(0.9, 1):.6f}" for name in METRICS}
    return {**numbers, "Curve": f"gs://example/runs/{run_id}/curve.png"}


def _errors(run_id: str, moment: datetime) -> list[str]:
    what = "UpdateStatusError Cromwell: connection refused"
    return [
        f"{moment:%Y-%m-%d %H:%M:%S}.000: "
        f"Encountered error while trying to update status for run with id {run_id}: {what}"
    ]


def _time(moment: datetime) -> str:
    """In UTC without saying so, as the server writes it."""
    return moment.replace(tzinfo=None).isoformat()
