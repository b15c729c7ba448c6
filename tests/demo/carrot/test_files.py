"""Files that runs and reports leave: fetched whole and in pieces."""

import base64
import csv
import io
import json
import re
import struct
import zipfile

import pytest

from tests.demo.asking import ask

from .conftest import BASE, NOBODY
from .test_moving import runs_of


def fetch(client, url, method="GET", **headers):
    assert url.startswith(f"{BASE}/files/")
    return ask(client.app, method, url.removeprefix(BASE), **headers)


@pytest.fixture
def run(client):
    return runs_of(client, "status=succeeded&sort=desc(created_at)")[0]


@pytest.fixture
def rendered(client):
    """The files of a report on a pull request's two runs."""
    group = next(each for each in client.get("/run-groups?sort=created_at").json if "Github" in each["metadata"])
    maps = client.get(f"/run-groups/{group['run_group_id']}/reports?status=succeeded").json
    return maps[0]["results"]


def test_a_plot_is_a_picture(client, run):
    reply = fetch(client, run["results"]["ROC plot"])
    assert (reply.status, reply.headers["Content-Type"]) == (200, "image/png")
    assert reply.body[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", reply.body[16:24]) == (480, 240)
    assert reply.body[-8:-4] == b"IEND"
    assert fetch(client, run["results"]["ROC plot"]).body == reply.body


def test_variants_and_logs_are_texts(client, run):
    variants = fetch(client, run["results"]["Called VCF"])
    assert variants.headers["Content-Type"] == "text/plain; charset=utf-8"
    lines = variants.text.splitlines()
    assert lines[0] == "##fileformat=VCFv4.2"
    assert all(len(line.split("\t")) == 8 for line in lines if not line.startswith("##"))
    assert fetch(client, run["results"]["Workflow log"]).text.startswith("[   0.0 s] step 0 done\n")


def test_a_piece_of_a_file(client, run):
    url = run["results"]["Called VCF"]
    whole = fetch(client, url)
    piece = fetch(client, url, HTTP_RANGE="bytes=2-11")
    assert (piece.status, piece.body) == (206, whole.body[2:12])
    assert piece.headers["Content-Range"] == f"bytes 2-11/{len(whole.body)}"
    assert (whole.headers["Accept-Ranges"], int(whole.headers["Content-Length"])) == ("bytes", len(whole.body))
    assert fetch(client, url, HTTP_RANGE="bytes=999999-").status == 416
    assert fetch(client, url, HTTP_IF_NONE_MATCH=whole.headers["ETag"]).status == 304
    head = fetch(client, url, "HEAD")
    assert (head.status, head.body, head.headers["Content-Length"]) == (200, b"", whole.headers["Content-Length"])
    assert fetch(client, url, "POST").status == 405


def test_what_is_not_there_yet_is_not_found(client, clock, run):
    new = next(each for each in runs_of(client, "status=created") if "test_wdl" in each)
    name = run["results"]["ROC plot"].rpartition("/")[2]
    assert fetch(client, f"{BASE}/files/runs/{new['run_id']}/{name}").status == 404
    assert fetch(client, f"{BASE}/files/runs/{NOBODY}/{name}").status == 404
    assert fetch(client, f"{BASE}/files/cromwell/x/report.html").status == 404
    assert ask(client.app, "GET", "/").status == 404


def test_a_report_is_a_document_of_its_own(client, rendered):
    reply = fetch(client, rendered["html_report"])
    assert reply.headers["Content-Type"] == "text/html; charset=utf-8"
    assert reply.text.startswith("<!DOCTYPE html>")
    assert "<script>\n" in reply.text
    [picture] = re.findall(r'src="data:image/png;base64,([^"]+)"', reply.text)
    assert base64.b64decode(picture).startswith(b"\x89PNG")
    assert not re.findall(r'(?:src|href)="http', reply.text)
    assert reply.text.count("<tr>") == 3


@pytest.mark.parametrize("name", ["empty_notebook", "populated_notebook"])
def test_notebooks_are_notebooks(client, rendered, name):
    reply = fetch(client, rendered[name])
    notebook = reply.json
    assert reply.headers["Content-Type"] == "application/x-ipynb+json"
    assert (notebook["nbformat"], notebook["nbformat_minor"]) == (4, 5)
    ids = [cell["id"] for cell in notebook["cells"]]
    assert len(set(ids)) == len(ids)
    for cell in notebook["cells"]:
        needed = {"cell_type", "id", "metadata", "source"}
        assert cell.keys() - needed == ({"outputs", "execution_count"} if cell["cell_type"] == "code" else set())


def test_a_filled_notebook_begins_with_the_data(client, rendered):
    empty, filled = fetch(client, rendered["empty_notebook"]).json, fetch(client, rendered["populated_notebook"]).json
    first = filled["cells"][0]["source"]
    data = json.loads(first.removeprefix("carrot_run_data = "))
    assert len(data) == 2
    assert len(filled["cells"]) == len(empty["cells"]) + 1
    assert any(cell.get("outputs") for cell in filled["cells"])


def test_the_data_are_csv_files(client, rendered):
    reply = fetch(client, rendered["run_csv_zip"])
    assert reply.headers["Content-Type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(reply.body)) as archive:
        rows = list(csv.DictReader(io.StringIO(archive.read("metadata.csv").decode())))
        assert len(archive.namelist()) == 6
    assert [row["status"] for row in rows] == ["succeeded", "succeeded"]


def test_files_stay_when_their_report_is_deleted(stage):
    path = f"/runs/{stage.S}/reports/{stage.R}"
    url = stage.get(path).json["results"]["html_report"]
    assert fetch(stage, url).status == 200
    stage.delete(path)
    assert fetch(stage, url).status == 200


def test_a_notebook_of_somebody_else_makes_a_page_too(stage, clock):
    source = {"cell_type": "code", "source": ["a = 1\n", "print('<b>')"], "metadata": {}, "outputs": []}
    notebook = {"cells": [source, "no cell", {"cell_type": "raw"}], "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
    report = stage.make("/reports", name="<i>", description="<script>alert(1)</script>", notebook=notebook)["report_id"]
    stage.make(f"/runs/{stage.I}/reports/{report}")
    clock.pass_(minutes=5)
    results = stage.get(f"/runs/{stage.I}/reports/{report}").json["results"]
    page = fetch(stage, results["html_report"]).text
    assert "a = 1\nprint(&#x27;&lt;b&gt;&#x27;)" in page
    assert "<script>alert" not in page
    assert fetch(stage, results["populated_notebook"]).json["cells"][2] == "no cell"
