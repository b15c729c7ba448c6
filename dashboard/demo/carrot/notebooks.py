"""Notebooks (nbformat 4): the templates of reports, and the same filled with the data of runs."""

import json
from collections.abc import Sequence

from dashboard.demo.answers import Json
from dashboard.demo.carrot.stores import Row

Document = dict[str, Json]
METADATA: Document = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python", "version": "3.10.9"},
}
INTRODUCTION = "# {title}\n\n{about}"
READ = (
    "import json\n"
    "import pandas as pd\n\n"
    "runs = pd.read_csv('run_csvs/metadata.csv').set_index('run_id')\n"
    "results = pd.read_csv('run_csvs/results.csv').set_index('run_id')\n"
    "runs.join(results)[['name', 'status', *results.columns]]"
)
PLOT = "results.select_dtypes('number').plot.bar(subplots=True, figsize=(8, 6));"


def make_notebook(title: str, about: str) -> Document:
    """A template as somebody writes it: an introduction, a table and a chart."""
    cells = [text_cell("introduction", INTRODUCTION.format(title=title, about=about))]
    return {
        "cells": [*cells, code_cell("results", READ), code_cell("charts", PLOT)],
        "metadata": METADATA,
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def text_cell(key: str, source: str) -> Document:
    """A cell of prose."""
    return {"cell_type": "markdown", "id": key, "metadata": {}, "source": source}


def code_cell(key: str, source: str, outputs: Sequence[Json] = (), number: int | None = None) -> Document:
    """A cell of code, with what it gave."""
    return {
        "cell_type": "code",
        "execution_count": number,
        "id": key,
        "metadata": {},
        "outputs": list(outputs),
        "source": source,
    }


def fill_notebook(rendering: Row, runs: Sequence[Document]) -> Document:
    """The template with a first cell of data, and what its table shows below the cell that reads it."""
    template = rendering["notebook"]
    data = {str(run["run_id"]): run["results"] for run in runs}
    first = code_cell("carrot-data", f"carrot_run_data = {json.dumps(data, sort_keys=True)}", number=1)
    table = {
        "output_type": "execute_result",
        "execution_count": 2,
        "metadata": {},
        "data": {"text/plain": write_table(runs)},
    }
    filled = [fill_cell(cell, table) for cell in template["cells"]]
    return {**template, "cells": [first, *filled]}


def fill_cell(cell: Json, table: Document) -> Json:
    """A cell after its run; only the one that reads the results shows something."""
    if not isinstance(cell, dict) or cell.get("id") != "results":
        return cell
    return cell | {"execution_count": 2, "outputs": [table]}


def write_table(runs: Sequence[Document]) -> str:
    """Names and statuses, a run a line."""
    return "\n".join(f"{run['name']}  {run['status']}" for run in runs)


def write_notebook(notebook: Json) -> bytes:
    """A notebook as its file."""
    return (json.dumps(notebook, ensure_ascii=False, indent=1) + "\n").encode()
