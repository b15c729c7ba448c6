"""The API's table of addresses, and the examples that pages and how-to show, are compared with the API."""

import re
from pathlib import Path
from textwrap import indent

from dashboard.api import examples, tokens
from dashboard.api.documents import document
from dashboard.api.lists import DEFAULT, MOST
from dashboard.services import api_tokens

DOCS = Path(__file__).parents[2] / "docs"
REFERENCE = (DOCS / "reference" / "api.md").read_text()


def test_the_table_names_every_address_of_the_document():
    written = re.findall(r"^\| `(/api/v1/[^`]*)` \|", REFERENCE, re.MULTILINE)
    assert written == sorted(written, key=list(document()["paths"]).index)
    assert set(written) == set(document()["paths"])


def test_the_limits_are_those_of_the_code():
    text = " ".join(REFERENCE.split())
    assert f"{DEFAULT} unless it says otherwise, {MOST} at most" in text
    assert f"{tokens.PER_TOKEN} times in a minute, an address {tokens.PER_ADDRESS:,} times" in text
    assert f"After {tokens.MISSES} tokens that are not good in five minutes" in text
    assert tokens.MISSED_WITHIN == 5 * 60
    assert f"({api_tokens.DAYS} days unless its owner says otherwise, a year at most)" in text


def test_the_how_to_shows_the_examples_that_are_run():
    how_to = (DOCS / "how-to" / "use-the-api.md").read_text()
    for example in (examples.CURL, examples.PYTHON):
        assert indent(example, "   ", lambda line: bool(line.strip())) in how_to
