"""A Docks server for tests: canned documents behind the documented routes, and switches for what may go wrong."""

import json
from urllib.parse import parse_qs, unquote, urlsplit

from tests.http.faulty_server import reply
from tests.sources.served import Served

TOKEN = "canary-token-4f1c"
TENANT = "acme"
PREFIX = f"/api/tenants/{TENANT}"


def evaluation(run_id="e1", **fields):
    base = {
        "id": run_id,
        "name": "Nightly",
        "status": "completed",
        "dataset_uri": "gs://bench/swebench-lite",
        "total_trials": 2,
        "completed_trials": 2,
        "passed_trials": 1,
        "failed_trials": 1,
        "created_at": "2026-11-20T10:00:00Z",
        "completed_at": "2026-11-20T11:00:00Z",
        "leaderboard": [
            {
                "variant_name": "claude-code",
                "trial_count": 2,
                "avg_pass_rate": 50.0,
                "completed_count": 2,
                "failed_count": 0,
            }
        ],
    }
    return base | fields


def sandbox(run_id="s1", **fields):
    base = {
        "id": run_id,
        "template_id": "t-1",
        "template_name": "Web shop",
        "status": "running",
        "status_reason": "",
        "dns_name": "s1.docks.example",
        "remote_ref": "i-0abc",
        "created_at": "2026-11-20T12:00:00",
        "task_results": [{"status": "passed"}, {"status": "failed"}, {"status": "queued"}],
    }
    return base | fields


def trial(trial_id="t1", **fields):
    base = {
        "id": trial_id,
        "task_slug": "django__django-11039",
        "agent_variant": "claude-code",
        "status": "success",
        "error_message": None,
        "duration_seconds": 90.5,
        "created_at": "2026-11-20T10:00:00Z",
        "result_data": {"reward": 1.0, "tests_passed": 4, "tests_total": 4, "prompt_tokens": 1200},
        "logs_uri": None,
        "trajectory_uri": None,
        "diff_uri": None,
        "result_uri": None,
    }
    return base | fields


class FakeDocks(Served):
    """Serves what its dictionaries hold, to whoever has the token."""

    prefix = PREFIX

    def __init__(self):
        self.evaluations = {"e1": evaluation()}
        self.trials = {"e1": [trial(), trial("t2", status="failed", result_data={"reward": 0.0})]}
        self.sandboxes = {"s1": sandbox()}
        self.is_wrapped = False
        """Lists come as an object with items."""
        self.knows_ranges = True
        self.file_headers = {}
        super().__init__()

    @property
    def url(self):
        return f"{self.origin}/api"

    def _answer(self, request):
        path = urlsplit(request.target).path
        if path in self.files:
            return self._file(request, self.files[path])
        stands_in = self.answers.get(f"{request.method} {path.removeprefix(PREFIX)}")
        if stands_in:
            return stands_in
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            return refuse(401, "Token is invalid")
        if not path.startswith(f"{PREFIX}/"):
            return refuse(404, "Not Found")
        names = [unquote(name) for name in path.removeprefix(f"{PREFIX}/").split("/")]
        return self._read(names, parse_qs(urlsplit(request.target).query)) if request.method == "GET" else reply(b"{}")

    def _read(self, names, query):
        match names:
            case ["harbor", "runs", run_id, "trials"] if run_id in self.trials:
                return self._list(self.trials[run_id], {})
            case ["harbor", "runs", run_id, "trials", trial_id]:
                by_id = {one["id"]: one for one in self.trials.get(run_id, [])}
                return self._one(by_id, trial_id, "Trial not found")
        runs = {"harbor/runs": self.evaluations, "runs": self.sandboxes}
        if "/".join(names) in runs:
            return self._list(list(runs["/".join(names)].values()), query)
        return self._one(runs.get("/".join(names[:-1]), {}), names[-1], "Not Found")

    def _one(self, things, name, otherwise):
        return answer(things[name]) if name in things else refuse(404, otherwise)

    def _list(self, items, query):
        limited = items[: int(query.get("limit", ["1000"])[0])]
        return answer({"items": limited} if self.is_wrapped else limited)

    def _file(self, request, data):
        span = request.headers.get("range", "")
        headers = {"ETag": f'"{hash(data):x}"', **self.file_headers}
        if request.method == "HEAD":
            return reply(b"", headers={"Content-Length": str(len(data))})
        if not span or not self.knows_ranges:
            return reply(data, content_type="text/plain", headers=headers)
        start = int(span.removeprefix("bytes=").removesuffix("-"))
        if start >= len(data):
            return refuse(416, "No such range")
        headers["Content-Range"] = f"bytes {start}-{len(data) - 1}/{len(data)}"
        return reply(data[start:], status=206, content_type="text/plain", headers=headers)


def answer(document, status=200):
    """A handler that answers with a document."""
    return reply(json.dumps(document).encode(), status=status)


def refuse(status, detail):
    """A handler that refuses as FastAPI does."""
    return answer({"detail": detail}, status)
