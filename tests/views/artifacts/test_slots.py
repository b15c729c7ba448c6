"""Files and exports are streamed a few at a time; whoever comes too late is told when to come back."""

from threading import BoundedSemaphore

import pytest

from dashboard.models import Source, Trial
from dashboard.services.sync.loop import look_once
from dashboard.views.artifacts import slots
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def free(monkeypatch):
    """The one slot there is."""
    one = BoundedSemaphore(1)
    monkeypatch.setattr(slots, "slots", lambda: one)
    return one


@pytest.fixture
def file_url(tmp_path):
    folder = tmp_path / "job" / "hello__AAAA"
    folder.mkdir(parents=True)
    (tmp_path / "job" / "config.json").write_text('{"job_name": "job", "agents": []}')
    (folder / "config.json").write_text('{"task": {"path": "tasks/hello"}, "trial_name": "hello__AAAA"}')
    (folder / "a.txt").write_text("words")
    Source.objects.create(name="Jobs", kind="harbor", address=str(tmp_path), time_zone="UTC")
    look_once()
    trial = Trial.objects.get()
    return f"/runs/{trial.run_id}/trials/{trial.pk}/download/a.txt"


def is_free(one):
    if one.acquire(blocking=False):
        one.release()
        return True
    return False


def read(response):
    return b"".join(response.streaming_content)


@pytest.mark.parametrize("kind", ["file", "csv", "json"])
def test_who_finds_no_slot_is_told_when_to_come_back_and_finds_one_after_the_other_was_read(
    client, file_url, free, kind
):
    url = file_url if kind == "file" else f"/runs/export.{kind}"
    first, refused = client.get(url), client.get(url)
    assert (refused.status_code, refused["Retry-After"], refused.streaming) == (503, "5", False)
    assert b"Not available at the moment" in refused.content
    assert "Content-Disposition" not in refused
    assert read(first)
    assert is_free(free)
    assert read(client.get(url))


def test_pages_are_made_while_no_slot_is_free(client, file_url):
    client.get(file_url)
    assert client.get("/runs/").status_code == 200


@pytest.mark.parametrize("n_read", [0, 1])
def test_a_reader_who_goes_away_frees_the_slot(free, n_read):
    held = []

    def body(stack):
        stack.callback(held.append, "closed")
        return (part for part in ("a", "b"))

    response = slots.streamed(free, body)
    assert [next(iter(response)) for _ in range(n_read)] == [b"a"] * n_read
    assert not is_free(free)
    response.close()
    response.close()
    assert (is_free(free), held) == (True, ["closed"])


def test_a_body_that_fails_frees_the_slot(free):
    def broken():
        yield "a"
        raise OSError("The disk is gone.")

    response = slots.streamed(free, lambda _: broken())
    with pytest.raises(OSError, match="gone"):
        list(response)
    assert is_free(free)


def test_what_has_no_body_takes_no_slot(client, file_url, free):
    etag = client.head(file_url)["ETag"]
    assert client.get(file_url, headers={"if-none-match": etag}).status_code == 304
    assert client.get(file_url, headers={"range": "bytes=99-"}).status_code == 416
    factories.make_run()
    assert client.head("/runs/export.csv").status_code == 200
    assert is_free(free)
    free.acquire()
    assert client.head(file_url).status_code == 200
    assert client.head("/runs/export.json")["Content-Disposition"].startswith("attachment")


def test_half_of_the_threads_may_stream(monkeypatch):
    monkeypatch.undo()
    for threads, n in (("1", 1), ("5", 2), ("8", 4)):
        monkeypatch.setenv("WEB_THREADS", threads)
        slots.slots.cache_clear()
        free = slots.slots()
        assert [free.acquire(blocking=False) for _ in range(n + 1)] == [True] * n + [False]
    slots.slots.cache_clear()


def test_a_quarter_of_the_threads_may_stream_to_guests(monkeypatch):
    for threads, n in (("1", 1), ("8", 2), ("12", 3)):
        monkeypatch.setenv("WEB_THREADS", threads)
        slots.guest_slots.cache_clear()
        free = slots.guest_slots()
        assert [free.acquire(blocking=False) for _ in range(n + 1)] == [True] * n + [False]
    slots.guest_slots.cache_clear()


@pytest.fixture
def action_free(monkeypatch):
    """The one slot for actions."""
    one = BoundedSemaphore(1)
    monkeypatch.setattr(slots, "action_slots", lambda: one)
    return one


@pytest.mark.parametrize("path", ["/runs/{run}/cancel/", "/runs/new/", "/runs/new/sandbox/", "/runs/batch/"])
def test_an_action_that_finds_no_slot_is_not_begun_and_pages_are_there_all_the_same(client, action_free, path):
    source = factories.make_source(kind="docks", address="https://docks.example", tenant="t")
    path = path.format(run=factories.make_run(source, status="running").pk)
    token = client.get("/runs/").context["csrf_token"]
    action_free.acquire()
    response = client.post(path, {"csrfmiddlewaretoken": str(token)})
    assert (response.status_code, response["Retry-After"]) == (503, "5")
    assert b"was not begun" in response.content
    assert client.get("/runs/").status_code == 200
    action_free.release()


def test_a_slot_for_actions_is_free_again_after_each(client, action_free):
    token = client.get("/runs/").context["csrf_token"]
    for _ in range(2):
        assert client.post("/runs/999/cancel/", {"csrfmiddlewaretoken": str(token)}).status_code == 404
    assert is_free(action_free)
