"""The list and the pages of reports, in place of ``carrot_cli run find_reports`` and ``find_report_by_ids``."""

from urllib.parse import urlencode

import pytest

from dashboard.models import Report
from tests.pages import parsed, resolved, row_ids, text_of
from tests.parity.reading import copies, facts, links, main, rows_of, url_of
from tests.parity.rows import proves

pytestmark = [pytest.mark.django_db, pytest.mark.enable_socket]

STATUSES = (
    "submitted", "starting", "queuedincromwell", "waitingforqueuespace", "running", "succeeded", "failed", "aborted",
    "created", "expired",
)  # fmt: skip
BY_AGE = {"sort": "desc(created_at)"}


def theirs(carrot, run_id="", **query):
    """The reports of a run that the API lists, as the mirror calls them."""
    run_id = run_id or carrot.many
    return [f"run/{run_id}/{each['report_id']}" for each in carrot.ask(f"/runs/{run_id}/reports", **query)]


def ours(carrot, browser, run_id="", **query):
    """Those that the list here has, found by the very same parameters."""
    address = f"/reports/?{urlencode({'run': run_id or carrot.many} | query)}"
    response = browser.client.get(address, follow=True)
    assert "I don" not in text_of(main(parsed(response))), "something is not understood"
    resolved(response)
    names = dict(Report.objects.values_list("pk", "external_id"))
    return [names[pk] for pk in row_ids(response, "report")]


def agree(carrot, browser, **query):
    """What both find with these parameters, in the same order."""
    found = ours(carrot, browser, **query)
    assert found == theirs(carrot, **query)
    return found


def halves(carrot, browser, column, *values):
    """Both find the same before and after each moment, and never everything."""
    for value in values:
        before = agree(carrot, browser, **BY_AGE, **{f"{column}_before": value})
        after = agree(carrot, browser, **BY_AGE, **{f"{column}_after": value})
        yield len(before), len(after)


@pytest.fixture
def reports(carrot):
    """The five reports of one run as the API tells them, the newest first."""
    found = carrot.ask(f"/runs/{carrot.many}/reports", **BY_AGE)
    assert len({each["status"] for each in found}) == len(found) == 5
    return found


@proves("carrot_cli run find_reports ID")
def test_reports_of_a_run(carrot, browser, client):
    found = [(run["run_id"], carrot.ask(f"/runs/{run['run_id']}/reports", **BY_AGE)) for run in carrot.runs]
    assert any(len(items) > 1 for _, items in found)
    for run_id, items in found:
        if not items:
            continue
        tab = rows_of(browser.open(url_of(carrot.mirrored(run_id), "reports/")), "report")
        assert list(tab) == [carrot.report(run_id, item["report_id"]).pk for item in items]
        assert ours(carrot, browser, run_id) == [f"run/{run_id}/{item['report_id']}" for item in items]
        for item, row in zip(items, tab.values(), strict=True):
            assert f"The source says: {item['status']}" in row or item["status"] in row.lower()
            assert item["created_by"] in row
            assert item["created_at"][:19] in row
    command = f"carrot_cli run find_reports {carrot.many}"
    assert command in copies(browser.open(url_of(carrot.mirrored(carrot.many))))
    found = client.get(f"/search/?{urlencode({'q': command})}")
    assert found["Location"] == url_of(carrot.mirrored(carrot.many))


@proves("carrot_cli run find_reports ID --report_id TEXT")
def test_reports_by_what_they_are_made_from(carrot, browser, reports):
    for item in reports:
        assert len(agree(carrot, browser, report_id=item["report_id"])) == 1
        name = carrot.ask(f"/reports/{item['report_id']}")["name"]
        assert ours(carrot, browser, report=name) == [f"run/{carrot.many}/{item['report_id']}"]


@proves("carrot_cli run find_reports ID --status TEXT")
def test_reports_by_status(carrot, browser, reports):
    found = {status: agree(carrot, browser, status=status) for status in STATUSES}
    assert {status for status, keys in found.items() if keys} == {item["status"] for item in reports}


@proves("carrot_cli run find_reports ID --cromwell_job_id TEXT")
def test_reports_by_job(carrot, browser, reports):
    for item in reports:
        found = agree(carrot, browser, cromwell_job_id=item["cromwell_job_id"])
        assert found == ours(carrot, browser, q=f"job:{item['cromwell_job_id'][:8]}*")
        assert len(found) == 1


@proves("carrot_cli run find_reports ID --results TEXT")
def test_reports_by_results(carrot, browser, reports):
    [done] = [item for item in reports if item["results"]]
    key = f"run/{carrot.many}/{done['report_id']}"
    for name, address in done["results"].items():
        assert ours(carrot, browser, results=name) == ours(carrot, browser, results=address) == [key]
    assert ours(carrot, browser, results="another.html") == []


@proves("carrot_cli run find_reports ID --created_before TEXT")
def test_reports_created_before(carrot, browser, reports):
    second, last = reports[1]["created_at"], reports[-1]["created_at"]
    assert [before for before, _ in halves(carrot, browser, "created", second, last)] == [3, 0]


@proves("carrot_cli run find_reports ID --created_after TEXT")
def test_reports_created_after(carrot, browser, reports):
    second, last = reports[1]["created_at"], reports[-1]["created_at"]
    assert [after for _, after in halves(carrot, browser, "created", second, last)] == [1, 4]


@proves("carrot_cli run find_reports ID --created_by TEXT")
def test_reports_by_their_creator(carrot, browser, reports):
    for creator in {item["created_by"] for item in reports}:
        found = agree(carrot, browser, **BY_AGE, created_by=creator)
        assert 0 < len(found) < 5
        assert ours(carrot, browser, created_by=creator.upper()) == found
    assert agree(carrot, browser, created_by="nobody@example.com") == []


@pytest.fixture
def ends(reports):
    """The moments at which reports ended, in order."""
    found = sorted(item["finished_at"] for item in reports if item["finished_at"])
    assert len(found) == 3
    return found


@proves("carrot_cli run find_reports ID --finished_before TEXT")
def test_reports_finished_before(carrot, browser, ends):
    assert [before for before, _ in halves(carrot, browser, "finished", *ends)] == [0, 1, 2]


@proves("carrot_cli run find_reports ID --finished_after TEXT")
def test_reports_finished_after(carrot, browser, ends):
    assert [after for _, after in halves(carrot, browser, "finished", *ends)] == [2, 1, 0]


@proves("carrot_cli run find_reports ID --sort TEXT")
def test_reports_in_an_order(carrot, browser, reports):
    orders = ("created_at", "desc(created_at)", "asc(cromwell_job_id)", "desc(cromwell_job_id)", "asc(finished_at)")
    mixed = ("created_by,desc(created_at)", "desc(created_by), asc(created_at)", "bogus,asc(created_at)")
    for sort in (*orders[:4], *mixed):
        assert len(agree(carrot, browser, sort=sort)) == len(reports)
    ended = [f"run/{carrot.many}/{item['report_id']}" for item in reports if item["finished_at"]]
    for sort in ("asc(finished_at)", "desc(finished_at)"):
        shown = ours(carrot, browser, sort=sort)
        assert shown[:3] == [key for key in theirs(carrot, sort=sort) if key in ended]
    names = {item["report_id"]: carrot.ask(f"/reports/{item['report_id']}")["name"] for item in reports}
    by_name = [f"run/{carrot.many}/{key}" for key in sorted(names, key=names.__getitem__, reverse=True)]
    assert ours(carrot, browser, sort="desc(report_id)") == by_name
    states = [Report.objects.get(external_id=key).status for key in ours(carrot, browser, sort="status")]
    assert states == sorted(states)


@proves("carrot_cli run find_reports ID --limit INTEGER")
def test_as_many_reports_as_wanted(carrot, browser):
    for limit in (1, 3, 20):
        assert len(agree(carrot, browser, **BY_AGE, limit=limit)) == min(limit, 5)


@proves("carrot_cli run find_reports ID --offset INTEGER")
def test_reports_behind_the_first(carrot, browser):
    for offset in (0, 2, 4, 5):
        assert len(agree(carrot, browser, **BY_AGE, limit=2, offset=offset)) == min(2, 5 - offset)


@proves("carrot_cli run find_report_by_ids ID REPORT_ID")
def test_a_report(carrot, browser, client, reports):
    for item in reports:
        report = carrot.report(carrot.many, item["report_id"])
        page = browser.open(f"/reports/{report.pk}/")
        shown, said = facts(page), text_of(main(page))
        assert shown["Template’s id"] == item["report_id"]
        assert shown["Asked for by"] == item["created_by"]
        assert shown["Job"] == item["cromwell_job_id"]
        assert item["status"] in resolved(client.get(f"/reports/{report.pk}/"))
        assert url_of(carrot.mirrored(carrot.many)) in links(page)
        assert all(address in said for address in (item["results"] or {}).values())
        files = {f"/reports/{report.pk}/files/{name}/" for name in item["results"] or {}}
        assert files == {link for link in links(page) if "/files/" in link}
        for text in ("{} {}", "carrot_cli run find_report_by_ids {} {}", "/api/v1/runs/{}/reports/{}"):
            words = text.format(carrot.many, item["report_id"])
            assert client.get(f"/search/?{urlencode({'q': words})}")["Location"] == f"/reports/{report.pk}/"
