"""The HTML of every page holds to the standard: parsed strictly, and by the W3C's validator where it can run."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import html5lib
import pytest

from tests.browser.products import ROOT, sockets

JAR_FOLDER = ROOT / "var" / "vnu"
JAR = JAR_FOLDER / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
OURS = re.compile(r"Attribute “hx-[a-z:-]+” not allowed|Element “hx-partial” not allowed|CSS: “vector-effect”")
"""htmx's own words, which the standard does not know; and a property of SVG, which the validator does not."""


@pytest.fixture(scope="module")
def documents(sample, empty, carrot, places, reporting_places):
    """The HTML of every page, by what it is; and of a report of our own."""
    with sockets():
        pages = {kind: sample.ask("GET", path)[1] for kind, path in places.all.items() if kind != "search"}
        pages |= {kind: carrot.product.ask("GET", path)[1] for kind, path in reporting_places.items()}
        return pages | {
            "own document": carrot.product.ask("GET", f"{reporting_places['own report']}files/html_report/")[1],
            "sign-in": empty.ask("GET", "/sign-in/", is_stranger=True)[1],
            "no runs": empty.ask("GET", "/runs/")[1],
        }


def test_every_page_is_parsed_without_a_fault(documents):
    faults = {}
    for kind, text in documents.items():
        parser = html5lib.HTMLParser(strict=False)
        parser.parse(text)
        faults[kind] = [(place, code) for place, code, _ in parser.errors]
    assert {kind: found for kind, found in faults.items() if found} == {}


def test_ids_are_unique_and_what_refers_to_one_finds_it(documents):
    faults = []
    for kind, text in documents.items():
        ids = re.findall(r'\sid="([^"]*)"', text)
        faults += [f"{kind}: {each} twice" for each in set(ids) if ids.count(each) > 1]
        referred = re.findall(r'\s(?:for|aria-labelledby|aria-describedby|data-dialog)="([^"]*)"', text)
        faults += [f"{kind}: no {each}" for words in referred for each in words.split() if each not in ids]
    assert faults == []


def unavailable(why):
    """The validator is a matter of the machine; where it is required, its absence is a failure."""
    pytest.fail(why) if os.environ.get("REQUIRE_BROWSER") == "1" else pytest.skip(why)


@pytest.fixture(scope="module")
def validator():
    """The command of the W3C's validator, installed from npm once."""
    for program in ("java", "npm"):
        if not shutil.which(program):
            unavailable(f"{program} is not installed")
    if not JAR.is_file():
        JAR_FOLDER.mkdir(parents=True, exist_ok=True)
        words = ["npm", "install", "--silent", "--no-save", "--no-audit", "--prefix", str(JAR_FOLDER), "vnu-jar@26"]
        try:
            subprocess.run(words, check=True, capture_output=True, timeout=90)
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
            unavailable(f"vnu-jar could not be installed: {error}")
    return ["java", "-jar", str(JAR), "--format", "json", "--stdout", "--exit-zero-always"]


def test_the_validator_finds_nothing(validator, documents, tmp_path):
    for kind, text in documents.items():
        (tmp_path / f"{kind.replace(' ', '-')}.html").write_text(text)
    found = subprocess.run([*validator, str(tmp_path)], check=True, capture_output=True, text=True)
    messages = json.loads(found.stdout)["messages"]
    assert [line(each) for each in messages if not OURS.search(each["message"])] == []


def line(message):
    where = Path(message["url"]).stem
    return f"{where}: {message['message']} | {message.get('extract', '').strip()[:160]}"
