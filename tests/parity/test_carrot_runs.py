"""Pages of runs of tests, in place of ``carrot_cli run find_by_id``."""

import json
from urllib.parse import urlencode

import pytest

from tests.pages import text_of
from tests.parity.reading import copies, facts, header, links, main, table, told, url_of
from tests.parity.rows import proves

pytestmark = [pytest.mark.django_db, pytest.mark.enable_socket]


def moment(text):
    """The beginning of a time as the API writes it, as pages do."""
    return text[:19].replace("T", " ") + " UTC"


def leaves(value):
    """The texts and numbers of a JSON document."""
    if isinstance(value, dict):
        return [leaf for member in value.values() for leaf in leaves(member)]
    return [leaf for member in value for leaf in leaves(member)] if isinstance(value, list) else [value]


def is_told(result, shown):
    """Whether a cell has the result: its text, or a number of it to six digits."""
    try:
        return float(shown.replace(",", "")) == pytest.approx(float(result), rel=1e-5)
    except ValueError:
        return result in shown


def place_of(told):
    """Where a workflow's file is. The server tells of its own texts without a scheme, and has none of dependencies."""
    return f"http://{told}" if told and "://" not in told and told.endswith("_wdl") else told


def check_inputs(page, item):
    """Every input, option and workflow of the run is on the page."""
    said, held = text_of(main(page)), copies(page)
    for stage in ("test", "eval"):
        for part in ("input", "options"):
            document = item[f"{stage}_{part}"] or {}
            assert all(key in said for key in document)
            assert all(str(leaf).lower() in said.lower() for leaf in leaves(document))
        files = {place_of(item[f"{stage}_wdl{rest}"]) for rest in ("", "_hash", "_dependencies", "_dependencies_hash")}
        assert files - {None} <= held
        assert {address for address in files if str(address).startswith("http")} <= set(links(page))


@proves("carrot_cli run find_by_id ID")
def test_a_run(carrot, browser, client):
    runs = carrot.runs
    assert len({run["status"] for run in runs}) == 21
    for item in runs:
        run = carrot.mirrored(item["run_id"])
        page = browser.open(url_of(run))
        shown = facts(page)
        assert text_of(page.find(".//h1")) == " ".join(item["name"].split())
        assert shown["Id"] == item["run_id"]
        assert shown["Source's word"] == item["status"]
        assert f"The source says: {item['status']}" in header(page)
        assert shown["Created"] == moment(item["created_at"])
        assert shown.get("Owner") == item["created_by"]
        assert shown.get("Finished") == (item["finished_at"] and moment(item["finished_at"]))
        results = {row[0]: row[1] for row in table(page, "Results, table")} if item["results"] else {}
        assert results.keys() == (item["results"] or {}).keys()
        assert all(is_told(text, results[name]) for name, text in (item["results"] or {}).items())
        assert all(error in told(main(page)) for error in item["errors"] or ())
        assert {item["test_cromwell_job_id"], item["eval_cromwell_job_id"]} - {None} <= copies(page)
        groups = {f"/groups/{group.pk}/" for group in run.groups.filter(external_id__in=item["run_group_ids"])}
        assert len(groups) == len(item["run_group_ids"])
        assert groups <= set(links(page))
        assert f"/tests/{run.test.pk}/" in links(page)
        assert run.test.external_id == item["test_id"]
        check_inputs(browser.open(url_of(run, "inputs/")), item)
        assert f"carrot_cli run find_by_id {item['run_id']}" in copies(page)
    for text in (item["run_id"], f"carrot_cli run find_by_id {item['run_id']}"):
        assert client.get(f"/search/?{urlencode({'q': text})}")["Location"] == url_of(run)
    answer = client.get(f"/runs/details.json?q=id:{item['run_id']}")
    [document] = json.loads(b"".join(answer.streaming_content))
    assert document["name"] == item["name"]
    assert document["test_run"]["workflows"][0]["inputs"] == item["test_input"]
