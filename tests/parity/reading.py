"""What a person finds on a page: facts, figures, counts, and the texts of tables."""

import re

from dashboard.models import Run
from tests.pages import classed, text_of


def facts(tree):
    """Names and values of all lists of facts."""
    pairs = [pair for kv in classed(tree, "kv") for pair in zip(kv.iter("dt"), kv.iter("dd"), strict=True)]
    return {text_of(name): text_of(value) for name, value in pairs}


def tiles(tree):
    """Labels and values of the figures."""
    return {text_of(tile.find("dt")): text_of(tile.find("dd")) for tile in classed(tree, "tile")}


def header(tree):
    """What the head of a run's page says."""
    [head] = [each for each in tree.iter("div") if each.get("id") == "run-head"]
    return told(head)


def copies(tree):
    """Texts that a button copies."""
    return {each.get("data-copy") for each in tree.iter("button")} - {None}


def table(tree, label):
    """The cells of the rows of the table that is called so."""
    [region] = [each for each in classed(tree, "table-region") if each.get("aria-label") == label]
    return [[text_of(cell) for cell in row] for row in region.find(".//tbody")]


def rows_of(tree, prefix="run"):
    """Texts of a list's cells with the titles in them, by primary key, in the order of the rows."""
    rows = [row for row in tree.iter("tr") if re.fullmatch(rf"{prefix}-\d+", row.get("id", ""))]
    return {int(row.get("id").rpartition("-")[2]): told(row) for row in rows}


def cells_of(tree, prefix="run"):
    """What the cells of a list's rows show, by primary key and by what they are called."""
    rows = [row for row in tree.iter("tr") if re.fullmatch(rf"{prefix}-\d+", row.get("id", ""))]
    return {
        int(row.get("id").rpartition("-")[2]): {cell.get("data-label"): text_of(cell) for cell in row} for row in rows
    }


def told(element):
    """What it says, and what it says to whoever points at it or hears it."""
    said = [tag.get(name) for tag in element.iter() for name in ("title", "aria-label", "datetime") if tag.get(name)]
    return " ".join([text_of(element), *said])


def counts(text):
    """How many trials are in which state: «5 passed, 1 failed» anywhere in a text."""
    words = "passed|partial|failed|errored|unscored|cancelled|running|pending"
    return {word: int(number) for number, word in re.findall(rf"\b(\d+) ({words})\b", text)}


def ids_of(keys):
    """The sources' own ids of our runs."""
    return {run.own_id for run in Run.objects.filter(pk__in=keys)}


def main(tree):
    return tree.find(".//main")


def links(tree):
    return [each.get("href") for each in tree.iter("a")]


def url_of(run, rest=""):
    """The page of a run, or what is below it."""
    return f"/runs/{run.pk}/{rest}"
