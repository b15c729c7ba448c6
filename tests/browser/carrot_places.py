"""Where pages of every kind are that a CARROT server and reports bring; and a report of our own to look at."""

import re
from typing import Any
from urllib.parse import urlencode

from tests.browser.carrot import Server
from tests.browser.products import Product

RUN_TABS = ("", "inputs/", "reports/", "history/", "compare/", "delete/")
HIDDEN = ("csrfmiddlewaretoken", "ticket")
PARTS = ("leaderboard", "failures", "costs", "trials")


def carrot_places(server: Server) -> dict[str, str]:
    """One page of every kind, by what it is."""
    done, failed = server.run(status="completed"), server.run(status="failed")
    evaluation = evaluation_of(server.product)
    catalogue = _catalogue(server.product, done)
    own = report_of_our_own(server.product, evaluation)
    return {
        **{f"test run {tab.strip('/') or 'overview'}": f"/runs/{done['id']}/{tab}" for tab in RUN_TABS},
        "test run failed": f"/runs/{failed['id']}/",
        "test run deletion": f"/runs/{failed['id']}/delete/",
        "deletions": f"/runs/batch/?verb=delete&run={failed['id']}&run={done['id']}",
        **catalogue,
        "group": _group(server),
        "reports": "/reports/",
        "no report": "/reports/?q=template:nothing",
        **{f"report {status}": server.report(status) for status in ("succeeded", "failed", "running")},
        "report deletion": f"{server.report('succeeded')}delete/",
        "report retry": f"{server.report('failed')}retry/",
        "report choice": "/reports/new/",
        "report form": f"/reports/new/?run={done['id']}",
        "report filter": f"/reports/new/?parent=test&parent_id={_id(catalogue['test'], 'tests')}",
        "own form": f"/reports/make/?run={evaluation}&run={done['id']}",
        "own report": own,
        "own deletion": f"{own}delete/",
    }


def evaluation_of(product: Product) -> int:
    """Our id of the evaluation run with two models."""
    runs = product.rows("/runs/export.json?q=source:jobs")
    return next(run["id"] for run in runs if run["external_id"] == "scripted-two-models")


def report_of_our_own(product: Product, run: int) -> str:
    """The address of a finished report of that run, made by ourselves just now."""
    form = product.ask("GET", f"/reports/make/?run={run}")[1]
    fields = [(name, _found(rf'name="{name}" value="([^"]+)"', form)) for name in HIDDEN]
    parts = [("parts", part) for part in PARTS]
    title = ("title", "Two models")
    status, said = product.ask("POST", "/reports/make/", body=urlencode([*fields, *parts, title, ("run", run)]))
    assert status == 302, said
    made = product.wait_for_rows("/reports/export.json?q=maker:quayside+status:succeeded", count=1)
    return f"/reports/{made[0]['id']}/"


def _catalogue(product: Product, run: dict[str, Any]) -> dict[str, str]:
    """Pipeline, template and test of a run: its page leads to them."""
    page = product.ask("GET", f"/runs/{run['id']}/")[1]
    found = {"pipeline": "pipelines", "template": "templates", "test": "tests"}
    return {"pipelines": "/pipelines/"} | {kind: f"/{path}/{_id(page, path)}/" for kind, path in found.items()}


def _group(server: Server) -> str:
    """The group of a pull request: the pages of its two runs lead to it."""
    run = next(run["id"] for run in server.runs if str(run["name"]).startswith("pull:8485"))
    return f"/groups/{_id(server.product.ask('GET', f'/runs/{run}/')[1], 'groups')}/"


def _id(text: str, path: str) -> str:
    """The first id below that path."""
    return _found(rf"/{path}/(\d+)/", text)


def _found(pattern: str, text: str) -> str:
    found = re.search(pattern, text)
    assert found, f"no {pattern} in {text}"
    return found[1]
