"""Archives of artifacts, in place of ``docks runs artifacts``."""

import io
import json
import zipfile

import pytest
import requests

from tests.parity.reading import facts, links, url_of
from tests.parity.rows import proves

pytestmark = [pytest.mark.django_db, pytest.mark.enable_socket]

FILES = {"logs": "logs.txt", "trajectory": "trajectory.json", "diff": "diff.patch", "result": "result.json"}
MANIFESTS = ("MANIFEST.txt", "MANIFEST.json")


@pytest.fixture
def item(docks):
    """The run that moves: its trials have all artifacts, some or none."""
    return docks.evaluation("pull-request-1200")


@pytest.fixture
def trials(docks, item):
    return docks.trials(item)


def opened(response):
    """Names and contents of what is in an archive."""
    archive = zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content)))
    return {name: archive.read(name) for name in archive.namelist()}


def artifacts(archive):
    return {name: data for name, data in archive.items() if not name.endswith(MANIFESTS)}


def files_of(item, trials, *types):
    """Where the client would write each file, and where it is."""
    return {
        f"{item['id'][:12]}/{trial['task_slug']}_{trial['id'][:12]}/{FILES[kind]}": trial[f"{kind}_uri"]
        for trial in trials
        for kind in types or FILES
        if trial[f"{kind}_uri"]
    }


@proves("docks runs artifacts RUN_ID")
def test_all_artifacts_of_a_run(docks, browser, client, item, trials):
    run = docks.mirrored(item)
    archive = opened(client.get(url_of(run, "artifacts.zip")))
    assert set(artifacts(archive)) == set(files_of(item, trials))
    [manifest] = [json.loads(data) for name, data in archive.items() if name.endswith("MANIFEST.json")]
    missing = {(trial["id"], kind) for trial in trials for kind in FILES if not trial[f"{kind}_uri"]}
    assert {(row["trial"], row["type"]) for row in manifest["missing"]} == missing != set()
    forms = [form.get("action") for form in browser.open(url_of(run, "files/")).iter("form")]
    assert url_of(run, "artifacts.zip") in forms
    assert facts(browser.open(url_of(run)))["Artifacts"] == f"docks runs artifacts {item['id']}"


@proves("docks runs artifacts RUN_ID --trial TRIAL_ID")
def test_artifacts_of_a_trial(docks, browser, client, item, trials):
    trial = next(each for each in trials if each["status"] == "success" and each["diff_uri"])
    page_url = url_of(docks.mirrored(item), f"trials/{docks.mirrored_trial(trial).pk}/")
    archive = artifacts(opened(client.get(f"{page_url}artifacts.zip")))
    files = files_of(item, [trial])
    assert archive == {name: requests.get(uri, timeout=10).content for name, uri in files.items()}
    page = browser.open(page_url)
    assert f"{page_url}artifacts.zip" in links(page)
    assert facts(page)["Artifacts"] == f"docks runs artifacts {item['id']} --trial {trial['id']}"
    listed = links(browser.open(f"{page_url}files/"))
    assert {f"{page_url}file/{name}" for name in FILES.values()} <= {link.partition("?")[0] for link in listed if link}


@proves("docks runs artifacts RUN_ID --output PATH")
def test_the_browser_saves_the_archive(docks, client, item, trials):
    response = client.get(url_of(docks.mirrored(item), "artifacts.zip?type=diff"))
    assert response["Content-Disposition"] == f"attachment; filename*=UTF-8''{item['id'][:12]}-diff.zip"
    assert {name.partition("/")[0] for name in artifacts(opened(response))} == {item["id"][:12]}


@proves(*(f"docks runs artifacts RUN_ID --type {kind}" for kind in FILES))
def test_artifacts_of_a_type(docks, browser, client, item, trials):
    run = docks.mirrored(item)
    for kind in FILES:
        archive = opened(client.get(url_of(run, f"artifacts.zip?type={kind}")))
        assert set(artifacts(archive)) == set(files_of(item, trials, kind)) != set()
    both = opened(client.get(url_of(run, "artifacts.zip?type=logs&type=diff")))
    assert set(artifacts(both)) == set(files_of(item, trials, "logs", "diff"))
    boxes = [box.get("value") for box in browser.open(url_of(run, "files/")).iter("input") if box.get("name") == "type"]
    assert boxes == list(FILES)
