"""Runs that a pasted text means."""

import pytest

from dashboard.sources.carrot.source import CarrotSource

RUN = "3cc2b1a2-7f0e-4d4e-9b57-3f1f0a6a2a11"
REPORT = "6ba7b810-9dad-11d1-80b4-00c04fd430c8"


@pytest.mark.parametrize(
    "text",
    [
        RUN,
        RUN.upper(),
        f"  {RUN}\n",
        f"http://carrot.example.com/api/v1/runs/{RUN}",
        f"carrot.example.com/prefix/api/v1/runs/{RUN}/test_wdl?x=1",
        f"https://h/api/v1/runs/{RUN}/reports/{REPORT}",
        f"carrot_cli run find_by_id {RUN}",
        f"carrot_cli -q run find_by_id {RUN} --zip_csv out.zip",
        f"$ carrot_cli -v --trace run delete -y {RUN}",
        f"carrot_cli run create_report {RUN} {REPORT} --delete_failed",
        f"carrot_cli run create_report --created_by ada@example.com '{RUN}' {REPORT}",
        f"carrot_cli run find_reports --report {REPORT} --limit=5 {RUN}",
        f"carrot_cli run find_report_by_ids {RUN} {REPORT}",
        f"carrot_cli run delete_report_by_ids --yes {RUN} {REPORT}",
    ],
)
def test_a_run_is_understood(text):
    assert CarrotSource.external_ids(text) == (RUN,)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nightly",
        f"{RUN}0",
        f"x{RUN}",
        RUN.replace("-", ""),
        f"http://h/api/v1/tests/{RUN}",
        f"http://h/api/v1/runs/{RUN}-more",
        f"carrot_cli test find_by_id {RUN}",
        f"carrot_cli run_group find_by_id {RUN}",
        f"carrot_cli run fly {RUN}",
        "carrot_cli run find_by_id my-run",
        "carrot_cli run find_by_id",
        f"carrot_cli run find_by_id --zip_csv {RUN}",
        f"see {RUN}",
        "x" * 5_000 + f"/runs/{RUN}",
    ],
)
def test_everything_else_means_no_run(text):
    assert CarrotSource.external_ids(text) == ()
