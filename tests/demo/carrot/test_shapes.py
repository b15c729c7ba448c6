"""The JSON of older servers."""

import pytest

from dashboard.demo.carrot import Shape, make_app

from .conftest import BASE, Stage
from .test_conformance_runs import LONG, SHORT

WDLS = [key for key in LONG if "_wdl" in key]
NO_GROUPS = [key for key in LONG if key != "run_group_ids"]


@pytest.mark.parametrize(
    ("shape", "keys"),
    [
        (Shape.V0_4, [key for key in NO_GROUPS if key not in WDLS]),
        (Shape.V0_6, ["run_id", "test_id", "run_group_id", *[key for key in NO_GROUPS[2:] if key not in WDLS]]),
        (Shape.V0_6_3, ["run_id", "test_id", "run_group_id", *NO_GROUPS[2:]]),
        (Shape.V1_0, LONG),
    ],
)
def test_runs_have_the_keys_of_their_version(stage, shape, keys):
    stage.app.switches.shape = shape
    assert list(stage.get(f"/runs/{stage.S}").json) == keys
    assert list(stage.get(f"/tests/{stage.X}/runs").json[0]) == keys
    short = list(stage.post(f"/tests/{stage.X}/runs", {}).json)
    only_long = {"run_group_ids", "results", "errors"}
    assert short == [key for key in keys if key not in only_long and not key.endswith("_hash")]
    assert (short == SHORT) == (shape is Shape.V1_0)


def test_one_group_or_none(stage):
    stage.app.switches.shape = Shape.V0_6
    assert stage.get(f"/runs/{stage.S}").json["run_group_id"] == stage.G
    assert stage.get(f"/runs/{stage.O}").json["run_group_id"] is None


def test_report_maps_name_their_run(stage):
    stage.app.switches.shape = Shape.V0_4
    found = stage.get(f"/runs/{stage.S}/reports/{stage.R}").json
    assert list(found)[:3] == ["run_id", "report_id", "status"]
    assert (found["run_id"], "entity_id" in found) == (stage.S, False)
    assert list(found["results"]) == ["empty_notebook", "html_report", "populated_notebook"]
    stage.post(f"/runs/{stage.O}/reports/{stage.R}", {})
    assert stage.get(f"/runs/{stage.O}/reports/{stage.R}").json["results"] is None


def test_older_servers_lack_routes(stage):
    stage.app.switches.shape = Shape.V0_4
    paths = ("/run-groups", f"/run-groups/{stage.G}/reports", "/config/cromwell")
    assert [(stage.get(path).status, stage.get(path).body) for path in paths] == [(404, b"")] * 3
    stage.app.switches.shape = Shape.V0_6_3
    assert [stage.get(path).status for path in ("/run-groups", "/config/cromwell")] == [200, 404]


def test_groups_are_flat(stage):
    stage.app.switches.shape = Shape.V0_6
    group = stage.get(f"/run-groups/{stage.G}").json
    assert (group["owner"], group["issue_number"], "metadata" in group) == ("broadinstitute", 8485, False)


def test_a_server_begins_as_it_is_configured(folder, clock):
    app = make_app(
        folder,
        now=clock,
        base_url=BASE,
        is_empty=True,
        mode="lenient",
        shape="0.6",
        reporting=False,
        image_builds=False,
    )
    switches = app.switches
    assert (switches.mode, switches.shape, switches.reporting, switches.image_builds) == (
        "lenient", "0.6", False, False,
    )  # fmt: skip


def test_what_nobody_knows_is_no_configuration(folder, clock):
    with pytest.raises(ValueError, match="loose"):
        make_app(folder, now=clock, mode="loose")
    with pytest.raises(ValueError, match=r"0\.1"):
        make_app(folder, now=clock, shape="0.1")


def test_addresses_are_those_that_were_asked(folder, clock):
    stage = Stage(make_app(folder, now=clock, is_empty=True))
    results = stage.get(f"/runs/{stage.S}/reports/{stage.R}").json["results"]
    assert results["html_report"].startswith("http://127.0.0.1:80/files/")
