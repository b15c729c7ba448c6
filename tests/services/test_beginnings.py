"""The beginning of an id, as clients print it, finds what is mirrored."""

import pytest
from django.db import connection

from dashboard.models import Run, Trial
from dashboard.services import beginnings, search
from tests import factories

EVALUATION, SANDBOX, OTHER = "e5945184-e6b1-4c6e-8f0a-1", "c506f3b7-990d-4a8e-b0b1-2", "e5945184-0000-4c6e-8f0a-3"
TRIAL, TWIN = "a94cbaca-8027-4f0e-9d1c-4", "a94cbaca-8027-0000-9d1c-5"


@pytest.fixture
def docks(db):
    return factories.make_source("Docks", kind="docks", address="https://docks.example", tenant="t")


@pytest.fixture
def run(docks):
    return factories.make_run(docks, external_id=f"eval/{EVALUATION}", uid=EVALUATION)


@pytest.fixture
def sandbox(docks):
    return factories.make_run(docks, external_id=f"run/{SANDBOX}", uid=SANDBOX, kind="sandbox")


@pytest.fixture
def trial(run):
    return factories.make_trial(run, factories.make_task(), external_id=TRIAL, uid=TRIAL)


@pytest.mark.parametrize(
    "text",
    ["e5945184", "e5945184-e6b", "E5945184-E6B", "docks runs eval-get e5945184-e6b", "docks runs get 'e5945184-e6b'",
     "https://docks.example/tenants/7c9e6679-7425-40de-944b-e07fc1f90ae7/harbor/runs/e5945184-e6b",
     "eval/e5945184-e6b", "https://docks.example/harbor/runs/e5945184-e6b?x=12345678"],
)  # fmt: skip
def test_of_a_runs_id_finds_it_in_commands_and_addresses(viewer, run, text):
    assert search.find(viewer, text) == run


@pytest.mark.parametrize("text", ["docks runs stop c506f3b7-990", "https://docks.example/tenants/t/runs/c506f3b7-990"])
def test_of_a_sandbox_runs_id_finds_it(viewer, run, sandbox, text):
    assert search.find(viewer, text) == sandbox


@pytest.mark.parametrize("text", ["a94cbaca-802", "docks runs trial e5945184-e6b a94cbaca-802"])
def test_of_a_trials_id_finds_it(viewer, trial, text):
    assert search.find(viewer, text) == trial


def test_a_run_named_as_well_tells_whose_trial_is_meant(viewer, run, sandbox, trial):
    factories.make_trial(sandbox, trial.task, external_id=TWIN, uid=TWIN)
    assert search.find(viewer, "a94cbaca-802") is None
    assert search.find(viewer, "docks runs trial e5945184-e6b a94cbaca-802") == trial
    assert len(search.beginnings.find(viewer, "12345678 a94cbaca-802").trials) == 2


def test_of_two_ids_finds_neither_and_gives_both(viewer, run, docks):
    other = factories.make_run(docks, external_id=f"eval/{OTHER}", uid=OTHER)
    assert search.find(viewer, "e5945184") is None
    assert list(beginnings.find(viewer, "docks runs get e5945184").runs) == [run, other]


@pytest.mark.parametrize(
    "text", ["e594518", "5945184-e6b", "e5945184-e6c", "abcdefghij", "e5945184.log", "x" * 5_000, ""]
)
def test_what_begins_no_id_or_is_too_short_finds_nothing(viewer, run, text):
    assert beginnings.find(viewer, text).all == []


def test_strangers_find_nothing(stranger, trial):
    assert beginnings.find(stranger, "e5945184 a94cbaca").all == []


def test_an_index_is_used(viewer, run, monkeypatch):
    for model in (Run, Trial):
        plan = model.objects.filter(uid__gte="e5945184", uid__lt="e5945185", uid__startswith="e5945184").order_by("pk")
        assert "USING INDEX" in plan.explain() or connection.vendor != "sqlite"


def test_words_without_digits_ask_nothing(viewer, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert not beginnings.find(viewer, "docks runs trials something-long").all
