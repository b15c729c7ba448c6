"""What a pasted text may mean: ids, addresses and commands of Docks, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.sources.docks.ids import RunId
from dashboard.sources.docks.mentions import run_ids
from dashboard.sources.docks.source import DocksSource
from dashboard.sources.harbor.source import HarborSource

UUID = "7c9e6679-7425-40de-944b-e07fc1f90ae7"
BASE = "https://docks.example/tenants/5b0d2c9e-6f3a-4f54-9c39-0b6a3d1f7a11"


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        (UUID, [f"eval/{UUID}", f"run/{UUID}"]),
        (f"  {UUID}\n", [f"eval/{UUID}", f"run/{UUID}"]),
        ("abc123-def456-ghi789", ["eval/abc123-def456-ghi789", "run/abc123-def456-ghi789"]),
        ("eval/42", ["eval/42"]),
        ("run/42", ["run/42"]),
        (f"{BASE}/harbor/runs/{UUID}", [f"eval/{UUID}"]),
        (f"{BASE}/harbor/runs/42/trials/t-1?x=1#y", ["eval/42"]),
        (f"{BASE}/harbor/runs/a%20b/trials", ["eval/a b"]),
        (f"{BASE}/runs/{UUID}", [f"run/{UUID}", f"eval/{UUID}"]),
        ("docks runs get 42", ["run/42"]),
        ("docks runs stop 42", ["run/42"]),
        ("docks runs eval-get 42", ["eval/42"]),
        ("$ docks  runs trial 42 t-1", ["eval/42"]),
        ("docks runs artifacts '42' --trial t-1", ["eval/42"]),
        ("docks runs trials -- -x", ["eval/-x"]),
    ],
)
def test_it_may_be_a_run(text, ids):
    assert list(run_ids(text)) == list(DocksSource.external_ids(text)) == ids


@pytest.mark.parametrize(
    "text",
    ["", "nightly", "fix-bug", "abc-123", "two words 12345678", "status:failed", "task:fix-12345678", "/runs/123/",
     "http://localhost:8000/runs/123/trials/4/", "docks runs list", "docks runs eval-list --limit 5",
     "https://docks.example/harbor/runs/%2e%2e", "eval/", "/srv/jobs/2026-11-21__12-00-00", "x" * 5_000,
     "1" * 500, "\0"],
)  # fmt: skip
def test_it_is_no_run(text):
    assert list(run_ids(text)) == []


@given(
    st.one_of(st.text(max_size=60), st.from_regex(r"(docks runs [a-z-]+ |/(harbor/)?runs/|eval/|run/)?[!-~ ]{0,40}"))
)
def test_whatever_is_pasted_gives_few_ids_that_runs_can_have(text):
    found = run_ids(text)
    assert len(found) <= 2
    assert all(str(RunId.parse(each)) == each for each in found)


def test_a_folder_of_jobs_is_not_asked_for_ids():
    assert list(HarborSource.external_ids(UUID)) == []
