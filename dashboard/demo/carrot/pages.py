"""The HTML of a rendering: a document of its own, with style, script and picture inside, as nbconvert writes them."""

import base64
from collections.abc import Sequence
from html import escape

from dashboard.demo.answers import Json
from dashboard.demo.carrot.pictures import draw_plot
from dashboard.demo.carrot.stores import Row

Document = dict[str, Json]
PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1.0">
<title>{title}</title>
<style>
body {{ font-family: -apple-system, "Segoe UI", sans-serif; margin: 0; color: #212121; background: #fff; }}
main {{ max-width: 60rem; margin: 0 auto; padding: 1rem 2rem; }}
.jp-Cell {{ margin: 1rem 0; }}
.jp-InputArea pre {{ background: #f7f7f7; border: 1px solid #cfcfcf; padding: .5rem; overflow-x: auto; }}
.jp-InputPrompt, .jp-OutputPrompt {{ color: #307fc1; font-family: monospace; font-size: .8rem; }}
table.dataframe {{ border-collapse: collapse; font-size: .85rem; }}
table.dataframe th, table.dataframe td {{ border: 1px solid #cfcfcf; padding: .25rem .5rem; text-align: left; }}
</style>
</head>
<body class="jp-Notebook" data-jp-theme-light="true">
<main>
{cells}
</main>
<script>
document.addEventListener('DOMContentLoaded', function () {{
  document.querySelectorAll('table.dataframe').forEach(function (table) {{
    table.setAttribute('data-rows', table.tBodies[0].rows.length);
  }});
  document.body.setAttribute('data-ready', 'yes');
}});
</script>
</body>
</html>
"""
PROSE = '<div class="jp-Cell jp-MarkdownCell"><div class="jp-RenderedHTMLCommon jp-RenderedMarkdown">{}</div></div>'
CODE = (
    '<div class="jp-Cell jp-CodeCell"><div class="jp-InputArea"><div class="jp-InputPrompt">In&nbsp;[{}]:</div>'
    "<pre>{}</pre></div>{}</div>"
)
OUTPUT = '<div class="jp-OutputArea">{}</div>'
PICTURE = '<img alt="Results of each run" src="data:image/png;base64,{}">'


def write_page(rendering: Row, runs: Sequence[Document]) -> str:
    """The whole document."""
    cells = [
        PROSE.format(f"<h1>{escape(rendering['name'])}</h1><p>{escape(rendering['description'] or '')}</p>"),
        *(write_cell(number, cell, runs) for number, cell in enumerate(find_code(rendering["notebook"]), 2)),
        CODE.format(9, "results.plot()", OUTPUT.format(picture(rendering))),
    ]
    return PAGE.format(title=escape(rendering["name"]), cells="\n".join(cells))


def find_code(notebook: Json) -> list[str]:
    """The sources of the cells of code."""
    cells = notebook.get("cells", []) if isinstance(notebook, dict) else []
    return [source_of(cell) for cell in cells if isinstance(cell, dict) and cell.get("cell_type") == "code"]


def source_of(cell: Document) -> str:
    """The source of a cell, which may be a list of lines."""
    source = cell.get("source", "")
    return "".join(map(str, source)) if isinstance(source, list) else str(source)


def write_cell(number: int, source: str, runs: Sequence[Document]) -> str:
    """A cell of code; the first one shows the table of the runs."""
    table = OUTPUT.format(write_table(runs)) if number == 2 else ""  # noqa: PLR2004
    return CODE.format(number, escape(source), table)


def write_table(runs: Sequence[Document]) -> str:
    """Name, status and results of the runs."""
    names = sorted({name for run in runs for name in results_of(run)})
    head = "".join(f"<th>{escape(name)}</th>" for name in ("run", "status", *names))
    rows = "".join(write_row(run, names) for run in runs)
    return f'<table class="dataframe"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'


def write_row(run: Document, names: Sequence[str]) -> str:
    """A run."""
    results = results_of(run)
    values = (str(run["name"]), str(run["status"]), *(str(results.get(name, "")) for name in names))
    return f"<tr>{''.join(f'<td>{escape(value)}</td>' for value in values)}</tr>"


def results_of(run: Document) -> Document:
    """The results of a run; none of one that has not come so far."""
    results = run["results"]
    return results if isinstance(results, dict) else {}


def picture(rendering: Row) -> str:
    """A chart as part of the document."""
    return PICTURE.format(base64.b64encode(draw_plot(rendering["files"]["html_report"])).decode())
