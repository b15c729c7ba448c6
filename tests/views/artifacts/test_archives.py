"""Archives by their addresses: genuine jobs as they lie on disk, and how far a download is."""

import io
import json
import random
import re
import tracemalloc
import zipfile
from pathlib import Path
from threading import BoundedSemaphore

import pytest
from django.test import Client
from django.urls import reverse

from dashboard.models import Run, Source, Trial
from dashboard.services.archives import progress
from dashboard.services.archives.orders import TYPES
from dashboard.services.archives.progress import Progress, State
from dashboard.services.sync.loop import look_once
from dashboard.views.artifacts import archives, slots
from tests.factories import make_person
from tests.pages import GENUINE, parsed, resolved, text_of

pytestmark = pytest.mark.django_db

ID = "0123456789abcdef" * 2


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.VAR_DIR = tmp_path / "var"


@pytest.fixture
def run(mirrored):
    return mirrored["oracle-local"]


@pytest.fixture
def trial(run):
    return run.trials.order_by("pk").first()


@pytest.fixture
def job(tmp_path):
    """A small job of one trial."""
    folder = tmp_path / "jobs" / "job" / "hello__AAAA"
    folder.mkdir(parents=True)
    (folder.parent / "config.json").write_text('{"job_name": "job", "agents": []}')
    (folder / "config.json").write_text('{"task": {"path": "tasks/hello"}, "trial_name": "hello__AAAA"}')
    (folder / "trial.log").write_text("a line\n")
    (folder / "MANIFEST.json").write_text("its own")
    (folder / "Trial.LOG").write_text("another\n")
    (folder / "link.txt").symlink_to("/etc/passwd")
    Source.objects.create(name="Jobs", kind="harbor", address=str(folder.parents[1]), time_zone="UTC")
    look_once()
    return Trial.objects.get(external_id="hello__AAAA")


def url_of(run, **query):
    return reverse("run-archive", args=[run.pk], query=query or None)


def opened(response):
    assert response.status_code == 200
    found = zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content)))
    assert found.testzip() is None
    return found


def told(found):
    return json.loads(found.read("MANIFEST.json"))


def ask(client, run, **query):
    return client.get(reverse("archive-progress", args=[run.pk]), query, headers={"hx-request": "true"})


class TestGenuineJobs:
    @pytest.mark.parametrize("name", sorted(path.name for path in GENUINE.iterdir() if path.is_dir()))
    def test_a_job_comes_as_it_lies_on_disk(self, client, mirrored, name):
        run = mirrored[name]
        found = opened(client.get(url_of(run)))
        files = {str(path.relative_to(GENUINE)): path for path in (GENUINE / name).rglob("*") if path.is_file()}
        assert {entry for entry in found.namelist() if "MANIFEST" not in entry} == set(files)
        for entry, path in files.items():
            assert found.read(entry) == path.read_bytes()
        assert told(found)["missing"] == []

    def test_files_bear_their_own_times(self, client, run):
        found = opened(client.get(url_of(run)))
        changed = Path(GENUINE / "oracle-local" / "result.json").stat().st_mtime
        assert found.getinfo("oracle-local/result.json").extra[5:9] == int(changed).to_bytes(4, "little")

    @pytest.mark.parametrize("kind", TYPES)
    def test_a_type_comes_alone_and_a_trial_without_one_is_named(self, client, run, kind):
        manifest = told(opened(client.get(url_of(run, type=kind))))
        assert {row["type"] for row in manifest["files"]} <= {kind}
        assert manifest["types"] == [kind]
        have = {row["trial"] for row in manifest["files"]}
        lack = {row["trial"] for row in manifest["missing"]}
        assert have | lack >= set(run.trials.values_list("external_id", flat=True))
        assert not have & lack

    def test_a_trial_comes_in_its_folders(self, client, run, trial):
        found = opened(client.get(reverse("trial-archive", args=[run.pk, trial.pk])))
        assert {"/".join(name.split("/")[:2]) for name in found.namelist() if "MANIFEST" not in name} == {
            f"oracle-local/{trial.external_id}"
        }
        assert told(found)["trial"]["id"] == trial.external_id


class TestAnswer:
    def test_it_is_an_attachment_that_may_do_nothing(self, client, run, trial):
        response = client.get(url_of(run, type=["diff", "logs"]))
        assert response["Content-Type"] == "application/zip"
        assert response["Content-Disposition"] == "attachment; filename*=UTF-8''oracle-local-logs-diff.zip"
        assert response["Content-Security-Policy"].startswith("default-src 'none'; sandbox; ")
        assert response["Cache-Control"] == "no-store"
        response = client.get(reverse("trial-archive", args=[run.pk, trial.pk]))
        assert response["Content-Disposition"].endswith(f"''oracle-local-{trial.external_id}.zip")

    def test_it_is_not_compressed_again(self, client, run):
        response = client.get(url_of(run), headers={"accept-encoding": "gzip"})
        assert "Content-Encoding" not in response
        assert next(iter(response.streaming_content)).startswith(b"PK")

    def test_head_reads_nothing(self, client, run, monkeypatch):
        monkeypatch.setattr(archives.making, "make", None)
        response = client.head(url_of(run))
        assert (response.status_code, b"".join(response.streaming_content)) == (200, b"")
        assert response["Content-Disposition"].startswith("attachment")

    @pytest.mark.parametrize("query", ["type=config", "type=logs&type=..", "type="])
    def test_a_type_that_is_none_is_refused(self, client, run, query):
        assert client.get(f"{url_of(run)}?{query}").status_code == 400

    def test_links_are_named_and_not_followed_and_names_stay_apart(self, client, job):
        found = opened(client.get(url_of(job.run)))
        names = [name for name in found.namelist() if name.startswith("job/")]
        assert len({name.casefold() for name in names}) == len(names) == 5
        assert found.read("job/hello__AAAA/MANIFEST.json") == b"its own"
        [row] = told(found)["missing"]
        assert (row["name"], row["reason"]) == ("link.txt", "It is a link, and links are not followed.")

    def test_a_source_that_is_away_is_explained_on_a_page_and_takes_no_slot(self, client, job, monkeypatch):
        one = BoundedSemaphore(1)
        monkeypatch.setattr(slots, "slots", lambda: one)
        Source.objects.update(address="/nowhere/at/all")
        response = client.get(url_of(job.run))
        assert response.status_code == 503
        assert "The source does not answer as it should" in resolved(response)
        assert one.acquire(blocking=False)

    def test_who_finds_no_slot_is_told_when_to_come_back(self, client, job, monkeypatch):
        one = BoundedSemaphore(1)
        monkeypatch.setattr(slots, "slots", lambda: one)
        first, refused = client.get(url_of(job.run)), client.get(url_of(job.run))
        assert (refused.status_code, refused["Retry-After"]) == (503, "5")
        assert "Content-Disposition" not in refused
        opened(first)
        opened(client.get(url_of(job.run)))


class TestProgress:
    def test_a_download_is_followed_to_its_end(self, client, run, person):
        response = client.get(url_of(run, download=ID))
        before = ask(client, run, download=ID)
        assert re.search(r"</progress><span>0 of \d+</span></span>\s+trials · 0 files, 0 B", before.content.decode())
        n_files = len(told(opened(response))["files"])
        after = ask(client, run, download=ID)
        assert f"The archive is complete: {n_files} files" in text_of(parsed(after))
        assert "hx-get" in before.content.decode()
        assert "hx-get" not in after.content.decode()
        assert "The archive is complete" in after["HX-Trigger"]

    def test_one_that_is_left_is_stopped(self, client, run):
        response = client.get(url_of(run, download=ID))
        next(iter(response.streaming_content))
        # As a server does; ``response.close()`` would have the test's own connection closed with it.
        response._iterator.close()
        assert "The download was stopped" in text_of(parsed(ask(client, run, download=ID)))

    def test_one_that_breaks_says_why(self, client, run, person):
        told = Progress(person, run, ID)
        told.tally.n_missing = 2
        told.end(State.FAILED, "The file became shorter.")
        text = text_of(parsed(ask(client, run, download=ID)))
        assert "broke off after 0 files" in text
        assert "The file became shorter." in text

    def test_what_is_missing_is_said(self, client, job):
        opened(client.get(url_of(job.run, download=ID)))
        assert "; 1 missing, see its MANIFEST.txt." in text_of(parsed(ask(client, job.run, download=ID)))

    def test_somebody_else_does_not_see_it(self, client, run):
        opened(client.get(url_of(run, download=ID)))
        other = Client()
        other.force_login(make_person("eve"))
        assert "The download begins" in text_of(parsed(ask(other, run, download=ID)))

    @pytest.mark.parametrize("download", ["", "short", "../../x", ID.upper(), ID + "0"])
    def test_an_id_that_is_none_is_not_kept(self, client, run, person, download):
        opened(client.get(url_of(run, download=download)))
        assert "The download begins" in text_of(parsed(ask(client, run, download=download)))

    def test_a_page_does_not_ask_for_ever(self, client, run):
        page, n_asked = ask(client, run, download=ID), 1
        while found := re.search(r'hx-get="([^"]+)"', page.content.decode()):
            page = client.get(found[1].replace("&amp;", "&"), headers={"hx-request": "true"})
            n_asked += 1
        assert n_asked == archives.MOST_UNKNOWN + 1
        assert "cannot be told here" in text_of(parsed(page))

    def test_it_is_never_kept_by_the_browser(self, client, run):
        assert ask(client, run, download=ID)["Cache-Control"] == "no-store"

    def test_nothing_is_written_for_a_head(self, client, run, person):
        client.head(url_of(run, download=ID))
        assert progress.read(person, run, ID) is None


def test_the_files_tab_offers_each_type_and_everything(client, run):
    page = parsed(client.get(reverse("run-files", args=[run.pk])))
    [form] = [form for form in page.iter("form") if form.get("data-progress")]
    assert form.get("action") == url_of(run)
    assert (form.get("method"), form.get("data-progress")) == ("get", reverse("archive-progress", args=[run.pk]))
    boxes = [field.get("value") for field in form.iter("input") if field.get("type") == "checkbox"]
    assert boxes == list(TYPES)
    assert all(field.get("checked") is None for field in form.iter("input"))
    [place] = [tag for tag in page.iter("div") if tag.get("id") == "archive-progress"]
    assert text_of(place) == ""


def _sent(pieces):
    """How many bytes came, and how many the process took at most behind the first piece."""
    left = iter(pieces)
    n_bytes = len(next(left))
    tracemalloc.start()
    n_bytes += sum(map(len, left))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return n_bytes, peak


def test_a_run_of_fifty_trials_takes_no_more_memory_than_a_piece_of_it(client, tmp_path):
    noise = random.Random(7).randbytes(512 * 1024)
    for number in range(50):
        folder = tmp_path / "many" / "job" / f"hello__{number:04}"
        (folder / "agent").mkdir(parents=True)
        (folder / "config.json").write_text(f'{{"task": {{"path": "tasks/hello"}}, "trial_name": "{folder.name}"}}')
        (folder / "agent" / "noise.txt").write_bytes(noise)
    (tmp_path / "many" / "job" / "config.json").write_text('{"job_name": "job", "agents": []}')
    Source.objects.create(name="Many", kind="harbor", address=str(tmp_path / "many"), time_zone="UTC")
    look_once()
    url = url_of(Run.objects.get(name="job"))
    # What other threads of the process take meanwhile is counted along, so that the least of three tells.
    found = [_sent(client.get(url).streaming_content) for _ in range(3)]
    assert min(n_bytes for n_bytes, _ in found) > 50 * len(noise)
    assert min(peak for _, peak in found) < 6 * 2**20
