"""A CARROT server for tests: canned documents behind the documented routes, and switches for what may go wrong."""

import json
from urllib.parse import parse_qsl, urlsplit
from uuid import NAMESPACE_URL, uuid5

from tests.http.faulty_server import reply
from tests.sources.served import Served

PREFIX = "/carrot/api/v1"
NOUNS = {
    "pipelines": "pipelines",
    "templates": "template",
    "tests": "test",
    "run-groups": "run group",
    "reports": "reports",
    "runs": "run",
    "report_map": "report_map",
    "results": "result",
    "software": "software",
    "software_versions": "software_version",
}


def uid(name):
    """The UUID of something that tests call by a name."""
    return str(uuid5(NAMESPACE_URL, f"{name}"))


P, T, X, R, G = (uid(name) for name in ("pipeline", "template", "test", "report", "group"))
S = uid("succeeded")


def run(run_id=S, **fields):
    """A run as GET gives it, of version 1.0."""
    base = {
        "run_id": run_id,
        "test_id": X,
        "run_group_ids": [],
        "name": "Sample 1_run_2023-02-16",
        "status": "succeeded",
        "test_wdl": f"example.com/api/v1/runs/{run_id}/test_wdl",
        "test_wdl_hash": "cf83e1",
        "test_wdl_dependencies": None,
        "test_wdl_dependencies_hash": None,
        "eval_wdl": "gs://bkt/wdl/eval.wdl",
        "eval_wdl_hash": None,
        "eval_wdl_dependencies": None,
        "eval_wdl_dependencies_hash": None,
        "test_input": {"HC.docker": "image_build:gatk|4.3.0.0", "HC.in_bam": "gs://b/x.bam"},
        "test_options": None,
        "eval_input": {"Eval.vcf": "test_output:HC.out_vcf"},
        "eval_options": {"read_from_cache": False},
        "test_cromwell_job_id": uid("test job"),
        "eval_cromwell_job_id": uid("eval job"),
        "created_at": "2023-02-16T17:49:01.123456",
        "created_by": "ada@example.com",
        "finished_at": "2023-02-16T18:37:02.053",
        "results": {"Best F score": "0.987", "SNP plot": "gs://b/plot.png"},
        "errors": None,
    }
    return base | fields


def entity(key, called, **fields):
    """A pipeline, template, test or report template."""
    base = {key: uid(called), "name": called.title(), "description": None}
    return base | {"created_at": "2023-02-10T09:00:00.250", "created_by": None} | fields


def report_map(entity_id=S, report_id=R, **fields):
    """A report map of a run that has succeeded."""
    base = {
        "entity_type": "run",
        "entity_id": entity_id,
        "report_id": report_id,
        "status": "succeeded",
        "cromwell_job_id": uid("report job"),
        "results": {"html_report": "gs://b/report.html", "run_csv_zip": "gs://b/run_csvs.zip"},
        "created_at": "2023-02-16T18:40:00.001002",
        "created_by": "ada@example.com",
        "finished_at": "2023-02-16T18:44:31.120",
    }
    return base | fields


class FakeCarrot(Served):
    """Serves what its dictionaries hold."""

    prefix = PREFIX

    def __init__(self):
        self.lists = {
            "pipelines": [entity("pipeline_id", "pipeline")],
            "templates": [
                entity("template_id", "template", pipeline_id=P, test_wdl="gs://b/t.wdl", eval_wdl="x/e.wdl")
            ],
            "tests": [entity("test_id", "test", template_id=T, test_input_defaults={"HC.in_bam": "gs://b/x.bam"})],
            "run-groups": [],
            "reports": [entity("report_id", "report", notebook={"cells": ["large"]}, config=None)],
            "results": [],
            "software": [],
            "software_versions": [],
        }
        self.runs = {P: [run()]}
        """By pipeline, the newest first."""
        self.maps = {}
        """Report maps by the path of their entity: ``runs/<id>``."""
        self.cromwell = reply(b"cromwell.example.com:8000", content_type="")
        super().__init__()

    @property
    def url(self):
        return f"{self.origin}/carrot"

    def _answer(self, request):
        parts = urlsplit(request.target)
        if parts.path in self.files:
            return reply(self.files[parts.path], content_type="text/html", headers={"ETag": '"1"'})
        if not parts.path.startswith(PREFIX):
            return empty(404)
        path = parts.path.removeprefix(f"{PREFIX}/")
        stands_in = self.answers.get(f"{request.method} /{path}")
        return stands_in or self._read(path, path.split("/"), dict(parse_qsl(parts.query)))

    def _read(self, path, names, query):
        if path in self.lists:
            return listed(self.lists[path], NOUNS[path])
        match names:
            case ["config", "cromwell"]:
                return self.cromwell
            case ["pipelines", pipeline, "runs"]:
                offset, limit = int(query["offset"]), int(query["limit"])
                return listed(self.runs.get(pipeline, [])[offset : offset + limit], "run")
            case ["runs", run_id]:
                return one(run_id, "run_id", [each for runs in self.runs.values() for each in runs], "run")
        return self._reports(names)

    def _reports(self, names):
        match names:
            case [*entity_path, "reports"]:
                return listed(self.maps.get("/".join(entity_path), []), "report_map")
            case [*entity_path, "reports", template]:
                return one(template, "report_id", self.maps.get("/".join(entity_path), []), "report_map")
        return empty(404)


def one(name, key, items, noun):
    """A handler that gives the item of that id."""
    found = [item for item in items if item[key] == name]
    return answer(found[0]) if found else none_found(noun)


def answer(document, status=200):
    """A handler that answers with a document."""
    return reply(json.dumps(document).encode(), status=status)


def refuse(status, title, detail="Why."):
    """A handler that refuses as CARROT's own do."""
    return answer({"title": title, "status": status, "detail": detail}, status)


def none_found(noun):
    """A handler that knows no such thing, or has an empty list."""
    return refuse(404, f"No {noun} found", f"No {noun} found with the specified ID")


def plain(status, text):
    """A handler that refuses in plain text."""
    return reply(text.encode(), status=status, content_type="text/plain; charset=utf-8")


def empty(status):
    """A handler that refuses without a word."""
    return reply(b"", status=status, content_type="")


def listed(items, noun):
    """A handler that gives a list; an empty one is not found."""
    return answer(items) if items else none_found(noun)
