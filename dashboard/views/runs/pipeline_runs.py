"""The page of a run of a test: its way, why it failed, what it brought, and what it was made from."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse

from dashboard.domain.pipelines import GroupKind, ResultType, RunPhase
from dashboard.domain.statuses import RunStatus
from dashboard.models import PipelineTest, Run, RunResult, Source
from dashboard.services import builds, results, runs
from dashboard.services.results import IsFetched
from dashboard.tables.runs import figure
from dashboard.views import json_trees, outward_links
from dashboard.views.crumbs import Crumbs
from dashboard.views.runs import facts as run_facts
from dashboard.views.runs import phases as run_phases

Workflow = Mapping[str, Any]
"""As ``RunDetail.test_run`` has it."""

DIGITS = 6
MOST_TEXT = 2_000
"""Characters of a result's text that a page shows."""
JOBS = {"test": "Test", "eval": "Evaluation"}
"""What a workflow is called, by its name."""

_SHOWN_ELSEWHERE = frozenset({"Reason", "Agents and models", "Data set"})


def crumbs(run: Run, test: PipelineTest) -> Crumbs:
    """Where the page of a run of a known test is: below the test, its template and its pipeline."""
    above = [{"label": pair["name"], "url": pair["url"]} for pair in _path(test)]
    return [{"label": "Runs", "url": reverse("run-list")}, *above, {"label": run.name}]


def overview(run: Run) -> dict[str, Any]:
    """What ``runs/_test.html`` shows."""
    told = _told(run)
    workflows, software = told["workflows"], told["software"]
    reports = list(run.reports.filter(is_gone=False).order_by().values_list("status", flat=True))
    return {
        "steps": run_phases.steps(run, is_built=_is_built(run, software), reports=reports),
        "failure": _failure(run),
        "errors": told["errors"],
        "jobs": [_job(run, workflow) for workflow in workflows if workflow["job_id"]],
        "results": _results(run),
        "software": [_software(run.source, name, version) for name, version in software],
        "groups": [
            {"name": str(group), "kind": GroupKind(group.kind).label, "url": reverse("run-group", args=[group.pk])}
            for group in run.groups.all()
        ],
        "pairs": _pairs(run),
    }


def inputs(run: Run) -> dict[str, Any]:
    """What ``runs/_inputs.html`` shows."""
    return {"workflows": [_workflow(workflow) for workflow in _told(run)["workflows"]]}


def errors(run: Run) -> Sequence[str]:
    """What went wrong with a run of a test, in its source's words."""
    return list(_told(run)["errors"])


def _told(run: Run) -> dict[str, Any]:
    """What the mirror has of it beside its rows; empty lists where it was not read whole."""
    blank: dict[str, Any] = {"workflows": [], "errors": [], "software": []}
    return blank | (runs.detail(run).test_run or {})


def _path(test: PipelineTest) -> list[dict[str, str]]:
    parts = [
        (test.template.pipeline, "pipeline-detail"),
        (test.template, "pipeline-template"),
        (test, "pipeline-test"),
    ]
    return [{"name": str(each), "url": reverse(name, args=[each.pk])} for each, name in parts]


def _pairs(run: Run) -> list[dict[str, object]]:
    """The facts of every run, and whose it is."""
    owner: list[dict[str, object]] = [{"name": "Owner", "value": run.created_by}] if run.created_by else []
    return [*owner, *(pair for pair in run_facts.pairs(run) if pair["name"] not in _SHOWN_ELSEWHERE)]


def _is_built(run: Run, software: Sequence[object]) -> bool:
    return bool(software) or run.phase == RunPhase.BUILD


def _failure(run: Run) -> str:
    """Where it ended badly, in words; empty where it did not."""
    ends = {RunStatus.FAILED: "It failed", RunStatus.CANCELLED: "It was cancelled"}
    end = ends.get(RunStatus(run.status), "")
    return f"{end} in the {run.phase} phase" if end and run.phase else end


def _job(run: Run, workflow: Workflow) -> dict[str, Any]:
    job_id = str(workflow["job_id"])
    return {"name": _name(workflow), "id": job_id, "links": outward_links.jobs(run.source, job_id)}


def _name(workflow: Workflow) -> str:
    return JOBS.get(workflow["name"], str(workflow["name"]))


def _software(source: Source, name: str, version: str) -> dict[str, object]:
    commit = builds.commit_of(source, name, version)
    return {"name": name, "value": f"{version} (commit {commit})" if commit else version, "mono": True}


def _results(run: Run) -> list[dict[str, Any]]:
    is_fetched = results.fetched_of(run.source)
    return [result_row(run, result, is_fetched) for result in run.results.all()]


def result_row(run: Run, result: RunResult, is_fetched: IsFetched) -> dict[str, Any]:
    """One result as ``runs/_results.html`` shows it; ``is_fetched`` is the question of the run's source."""
    is_number, is_file = result.number is not None, result.type == ResultType.FILE
    is_there = is_file and not run.is_gone
    url = reverse("run-result", args=[run.pk, result.pk]) if is_there and is_fetched(result.text) else ""
    return {
        "name": result.name,
        "text": figure(result.number, DIGITS) if is_number else result.text[:MOST_TEXT],
        "whole": result.text[:MOST_TEXT],
        "is_number": is_number,
        "is_file": is_file,
        "link": outward_links.outward(result.text) if is_there else None,
        "url": url,
        "is_picture": bool(url) and results.may_be_picture(result.text),
    }


def _workflow(workflow: Workflow) -> dict[str, Any]:
    files = [("WDL", "wdl", "wdl_hash"), ("Dependencies", "dependencies", "dependencies_hash")]
    return {
        "name": _name(workflow),
        "files": [
            {
                "name": label,
                "address": str(workflow[address]),
                "link": outward_links.outward(str(workflow[address])),
                "hash": str(workflow[digest]),
            }
            for label, address, digest in files
            if workflow[address]
        ],
        "inputs": _tree(workflow["inputs"]),
        "options": _tree(workflow["options"]),
    }


def _tree(value: object) -> list[json_trees.Node] | None:
    return None if value is None else json_trees.nodes(value)
