"""What nobody's link says: every viewer answers any parameters with a page or with «not found»."""

import json
import random

import pytest

from tests.views.artifacts.conftest import address, folder, kept_trial

__all__ = ["address", "folder", "kept_trial"]

STEPS = [
    {"step_id": 1, "source": "user", "message": "do it"},
    {
        "step_id": 2, "source": "agent", "message": "x",
        "tool_calls": [{"tool_call_id": "c", "function_name": "Bash", "arguments": {"a": 1}}],
        "observation": {"results": [{"source_call_id": "c", "content": "out\n" * 40}]},
    },
]  # fmt: skip
PATCH = "diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n a\n-b\n+c\n"
NOTEBOOK = {"cells": [{"cell_type": "code", "source": "1", "outputs": []}], "nbformat": 4, "metadata": {}}
CTRF = {"results": {"tool": {"name": "pytest"}, "summary": {}, "tests": [{"name": "a", "status": "failed"}]}}
CAST = '{"version": 2, "width": 80, "height": 24}\n[0.1, "o", "hello"]\n'
FILES = {
    "agent/trajectory.json": json.dumps({"schema_version": "ATIF-v1.7", "agent": {"name": "a"}, "steps": STEPS}),
    "agent/a.log": "one\nERROR two\n\x1b[31mthree\n" * 60,
    "empty.log": "",
    "model.patch": PATCH,
    "result.json": '{"a": [1, {"b": "c"}], "é": null}',
    "lines.jsonl": '{"a": 1}\n{"b": 2}\n',
    "table.csv": "a,b\n1,2\n3,4\n",
    "book.ipynb": json.dumps(NOTEBOOK),
    "read.md": "# A\n\ntext\n",
    "verifier/ctrf.json": json.dumps(CTRF),
    "verifier/reward.json": '{"reward": 0.5}',
    "shot.png": "\x89PNG",
    "play.cast": CAST,
    "draw.svg": "<svg/>",
    "other.bin": "\0\1\2",
}  # fmt: skip
NAMES = (
    "line", "at", "to", "step", "from", "open", "hit", "show", "view", "file", "find", "regex", "case", "errors",
    "wrap", "item", "after", "end", "within", "spaces", "as", "v", "q", "sort",
)  # fmt: skip
VALUES = (
    "", "0", "1", "2", "-1", "999999999999", "9" * 18, "9" * 40, "1-", "5-2", "1-999999999999", "٣", "²", "1.5",
    "1e9", "inf", "nan", "end", "all", "none", "text", "raw", "split", "hide", "a", "/a/1/b", "/~", "/~1~0", "/a/-",
    "/00", "é", "\0",
    "\ud7ff\uffff", "%", "%00", "(", "(a+)+$", "[", "\\", "(?P<", "(?i)", "a{99999999}", "a" * 5000,
    "<script>", "\r\nX: y",
    "../..", "trajectory.json", "c:0", "2.output.0", "messages,tools", ",",
)  # fmt: skip
PARTS = (
    "chunk", "new", "numbers", "seek", "finds", "view", "outline", "summary", "text", "step", "news", "more", "file",
    "node", "value", "verdict", "x", "\0",
)  # fmt: skip


def asked(chance):
    """A query that no page of ours leads to."""
    query = {name: chance.choice(VALUES) for name in chance.sample(NAMES, chance.randint(1, 5))}
    return query | ({"part": chance.choice(PARTS)} if chance.random() < 0.5 else {})


@pytest.mark.parametrize("name", FILES)
def test_any_parameters_are_answered(client, folder, address, name):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(FILES[name].encode("latin-1" if name.endswith("png") else "utf-8"))
    chance = random.Random(name)
    for headers in ({}, {"hx-request": "true"}):
        for query in (asked(chance) for _ in range(20)):
            assert client.get(address("file", name), query, headers=headers).status_code in {200, 204, 404, 415}, query
