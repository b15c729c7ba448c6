"""A server of made-up tests of pipelines: CARROT's lists from memory, each request noted.

It answers what the product asks when it reads, and nothing else: lists of runs newest first, ``limit`` and ``offset``,
single runs, and the words of a server that has nothing. All bodies are made beforehand, so that an answer costs next to
nothing.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, unquote

from tests.benchmarks.pipeline_documents import Documents, as_json

BASE = "/api/v1"
NEWEST_FIRST = "desc(created_at),desc(run_id)"
_NOTHING = {
    "runs": "run",
    "reports": "report_map",
    "results": "result",
    "software": "software",
    "software_versions": "software_version",
}
"""What a list that is empty is a list of, by the last word of its path."""


class PipelineServer:
    """The application."""

    def __init__(self, documents: Documents) -> None:
        self.asked: Counter[str] = Counter()
        """How often each path with its query was asked for."""
        self._whole = {
            f"{BASE}/pipelines": as_json(documents.pipelines),
            f"{BASE}/templates": as_json(documents.templates),
            f"{BASE}/tests": as_json(documents.tests),
            f"{BASE}/run-groups": as_json(documents.groups),
            f"{BASE}/reports": as_json(documents.report_templates),
            f"{BASE}/config/cromwell": b"http://cromwell.example.org",
        }
        self._lists: defaultdict[str, list[bytes]] = defaultdict(list)
        for pipeline, run in documents.runs():
            body = as_json(run)
            self._lists[f"{BASE}/pipelines/{pipeline}/runs"].append(body)
            self._whole[f"{BASE}/runs/{run['run_id']}"] = body

    def __call__(self, environ: Mapping[str, Any], start_response: Any) -> Iterable[bytes]:
        path, query = environ["PATH_INFO"], environ.get("QUERY_STRING", "")
        self.asked[f"{path}?{unquote(query)}" if query else path] += 1
        status, body = self._answer(path, dict(parse_qsl(query)))
        headers = [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
        start_response(f"{status.value} {status.phrase}", headers)
        return [body]

    @property
    def asked_pages(self) -> Counter[str]:
        """How often each page of a list of runs was asked for."""
        return Counter({line: count for line, count in self.asked.items() if line.partition("?")[0] in self._lists})

    def pages(self, limit: int) -> list[str]:
        """Every page of runs, up to one that is not full, as a reader of ``limit`` at a time asks for it."""
        return [
            f"{path}?sort={NEWEST_FIRST}&limit={limit}&offset={offset}"
            for path, runs in self._lists.items()
            for offset in range(0, len(runs) + 1, limit)
        ]

    def _answer(self, path: str, query: Mapping[str, str]) -> tuple[HTTPStatus, bytes]:
        if path in self._whole:
            return HTTPStatus.OK, self._whole[path]
        noun = _NOTHING.get(path.rpartition("/")[2])
        if noun is None:
            return HTTPStatus.NOT_FOUND, b""
        if path in self._lists and query.get("sort") != NEWEST_FIRST:
            raise ValueError(f"Runs are served newest first, not by {query.get('sort')!r}.")
        found = _page(self._lists.get(path, []), query)
        return (HTTPStatus.OK, b"[" + b",".join(found) + b"]") if found else (HTTPStatus.NOT_FOUND, _nothing(noun))


def _page(runs: list[bytes], query: Mapping[str, str]) -> list[bytes]:
    offset = int(query.get("offset", 0))
    return runs[offset : offset + int(query.get("limit", len(runs)))]


def _nothing(noun: str) -> bytes:
    detail = f"No {noun}s found with the specified parameters"
    return as_json({"title": f"No {noun} found", "status": 404, "detail": detail})
