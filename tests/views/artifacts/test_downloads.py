"""Files as bytes: whole, by range, under their names, and never as a page of ours."""

import gzip
import os
from urllib.parse import quote, unquote

import pytest

from dashboard.domain.records import ArtifactListing
from dashboard.models import Run, Source, Trial
from dashboard.services.sync.loop import look_once
from dashboard.views.artifacts.downloads import content_type
from tests.pages import classed, parsed, resolved

pytestmark = pytest.mark.django_db

BYTES = bytes(range(256)) * 4
NAMES = [
    "plain.txt", "with space.log", "100%.txt", "50%25.txt", "a#b.txt", "what?.txt", "semi;colon.txt", 'quote"d.txt',
    "new\nline.txt",
    "back\\slash.txt", "tab\there.txt", "Ünïcode \U0001f4a3.txt", "\u202egnp.exe",
    "<script>.html", "&amp;.txt", "+plus.txt",
    b"not-utf8-\xff\xfe.txt", b"%FF-literally.txt",
]  # fmt: skip


@pytest.fixture
def trial(tmp_path):
    """One genuine-looking trial with files of every kind of name."""
    folder = tmp_path / "job" / "hello__AAAA"
    folder.mkdir(parents=True)
    (tmp_path / "job" / "config.json").write_text('{"job_name": "job", "agents": []}')
    (tmp_path / "job" / "job.log").write_text("a line\n")
    (folder / "config.json").write_text('{"task": {"path": "tasks/hello"}, "trial_name": "hello__AAAA"}')
    for name in NAMES:
        path = os.fsencode(folder) + b"/" + (name if isinstance(name, bytes) else name.encode())
        with open(path, "wb") as file:  # noqa: PTH123 - a name of bytes
            file.write(BYTES)
    (folder / "empty.txt").write_bytes(b"")
    (tmp_path / "secret.txt").write_text("not yours")
    (folder / "link.txt").symlink_to(tmp_path / "secret.txt")
    Source.objects.create(name="Jobs", kind="harbor", address=str(tmp_path), time_zone="UTC")
    look_once()
    return Trial.objects.get()


def url_of(trial, name="plain.txt"):
    return f"/runs/{trial.run_id}/trials/{trial.pk}/download/{quote(name)}"


def body(response):
    return b"".join(response.streaming_content)


class TestBytes:
    def test_the_whole_file(self, client, trial):
        response = client.get(url_of(trial))
        assert (response.status_code, body(response)) == (200, BYTES)
        assert response["Content-Length"] == "1024"
        assert response["Accept-Ranges"] == "bytes"

    @pytest.mark.parametrize(
        ("asked", "first", "last"),
        [
            ("0-9", 0, 9),
            ("1000-", 1000, 1023),
            ("-24", 1000, 1023),
            ("1023-1023", 1023, 1023),
            ("1000-9999", 1000, 1023),
        ],
    )
    def test_a_range(self, client, trial, asked, first, last):
        response = client.get(url_of(trial), headers={"range": f"bytes={asked}"})
        assert (response.status_code, body(response)) == (206, BYTES[first : last + 1])
        assert response["Content-Range"] == f"bytes {first}-{last}/1024"
        assert response["Content-Length"] == str(last - first + 1)

    @pytest.mark.parametrize("asked", ["bytes=-5000", "bytes=0-", "bytes=0-1023"])
    def test_a_range_of_everything_is_the_whole(self, client, trial, asked):
        response = client.get(url_of(trial), headers={"range": asked})
        assert (response.status_code, body(response)) == (200, BYTES)

    @pytest.mark.parametrize("asked", ["bytes=1024-", "bytes=5000-6000", "bytes=-0"])
    def test_a_range_beyond_the_end_is_refused_with_the_size(self, client, trial, asked):
        response = client.get(url_of(trial), headers={"range": asked})
        assert response.status_code == 416
        assert response["Content-Range"] == "bytes */1024"
        assert response.content == b""

    @pytest.mark.parametrize(
        "asked",
        ["bytes=9-5", "bytes=0-1,5-6", "lines=1-2", "bytes=-", "bytes=a-b", "bytes=", "bytes=" + "9" * 50 + "-"],
    )
    def test_what_is_not_one_range_of_bytes_is_ignored(self, client, trial, asked):
        response = client.get(url_of(trial), headers={"range": asked})
        assert (response.status_code, body(response)) == (200, BYTES)

    def test_a_known_tag_needs_no_bytes(self, client, trial):
        etag = client.get(url_of(trial))["ETag"]
        for known in (etag, f'"other", {etag}', f"W/{etag}", "*"):
            response = client.get(url_of(trial), headers={"if-none-match": known})
            assert (response.status_code, response.content) == (304, b"")
            assert response["ETag"] == etag
        assert client.get(url_of(trial), headers={"if-none-match": '"other"'}).status_code == 200

    def test_a_download_goes_on_only_with_the_same_bytes(self, client, trial):
        etag = client.get(url_of(trial))["ETag"]
        ranged = {"range": "bytes=1000-"}
        assert client.get(url_of(trial), headers=ranged | {"if-range": etag}).status_code == 206
        assert client.get(url_of(trial), headers=ranged | {"if-range": '"other"'}).status_code == 200
        assert client.get(url_of(trial), headers=ranged | {"if-range": f"W/{etag}"}).status_code == 200

    def test_a_changed_file_has_another_tag(self, client, trial, tmp_path):
        etag = client.get(url_of(trial))["ETag"]
        (tmp_path / "job" / "hello__AAAA" / "plain.txt").write_bytes(b"new")
        assert client.get(url_of(trial), headers={"if-none-match": etag}).status_code == 200

    def test_head_tells_all_but_the_bytes(self, client, trial):
        response = client.head(url_of(trial))
        assert (response.status_code, body(response)) == (200, b"")
        assert response["Content-Length"] == "1024"

    def test_an_empty_file(self, client, trial):
        response = client.get(url_of(trial, "empty.txt"))
        assert (response.status_code, body(response), response["Content-Length"]) == (200, b"", "0")
        assert client.get(url_of(trial, "empty.txt"), headers={"range": "bytes=0-"}).status_code == 416

    def test_bytes_and_ranges_are_never_compressed_and_pages_are(self, client, trial):
        gzipped = {"accept-encoding": "gzip"}
        response = client.get(url_of(trial), headers=gzipped | {"range": "bytes=0-511"})
        assert (response.status_code, body(response)) == (206, BYTES[:512])
        assert "Content-Encoding" not in response
        assert not client.get(url_of(trial), headers=gzipped)["ETag"].startswith("W/")
        page = client.get("/runs/", headers=gzipped)
        assert b"<!doctype html>" in gzip.decompress(page.content)

    def test_a_file_that_shrinks_meanwhile_ends_early_so_that_its_length_does_not_match(self, client, trial, tmp_path):
        response = client.get(url_of(trial))
        os.truncate(tmp_path / "job" / "hello__AAAA" / "plain.txt", 100)
        assert body(response) == BYTES[:100]
        assert response["Content-Length"] == "1024"


class TestDress:
    def test_it_is_an_attachment_that_may_do_nothing(self, client, trial):
        for response in (client.get(url_of(trial)), client.get(url_of(trial), headers={"range": "bytes=9999-"})):
            assert response["Content-Disposition"].startswith("attachment;")
            assert response["X-Content-Type-Options"] == "nosniff"
            assert response["Content-Security-Policy"].startswith("default-src 'none'; sandbox; ")
            assert response["Cross-Origin-Resource-Policy"] == "same-origin"
            assert response["Cache-Control"] == "private, no-cache"

    @pytest.mark.parametrize(
        ("name", "kind"),
        [
            ("a.TXT", "text/plain; charset=utf-8"), ("a.patch", "text/plain; charset=utf-8"),
            ("a.json", "application/json"),
            ("a.png", "image/png"), ("a.html", "application/octet-stream"), ("a.svg", "application/octet-stream"),
            ("a.js", "application/octet-stream"), ("noending", "application/octet-stream"),
            ("html.", "application/octet-stream"),
        ],
    )  # fmt: skip
    def test_its_type_is_our_own_choice(self, name, kind):
        assert content_type(name) == kind

    def test_every_file_is_listed_and_its_links_lead_to_its_bytes_under_its_name(self, client, trial):
        page = parsed(client.get(f"/runs/{trial.run_id}/trials/{trial.pk}/files/"))
        [files] = classed(page, "files", "ul")
        links = [link.get("href") for link in files.iter("a") if link.get("download") is not None]
        assert len(links) == len(NAMES) + 2
        saved = set()
        for link in links:
            response = client.get(link)
            assert response.status_code == 200, link
            assert body(response)[:4] in {BYTES[:4], b"", b'{"ta'}
            head, _, name = response["Content-Disposition"].partition("filename*=UTF-8''")
            assert head == "attachment; "
            assert not set(name) & set('\r\n";/\\ ')
            saved.add(unquote(name))
        assert {name for name in NAMES if isinstance(name, str) and "%" not in name} <= saved

    def test_the_page_of_a_file_shows_it_as_text(self, client, trial):
        page = parsed(client.get(f"/runs/{trial.run_id}/trials/{trial.pk}/files/"))
        [files] = classed(page, "files", "ul")
        for link in files.iter("a"):
            if link.get("download") is None:
                response = client.get(link.get("href"))
                assert response.status_code == 200, link.get("href")
                resolved(response)
        assert "The file is empty" in resolved(client.get(f"/runs/{trial.run_id}/trials/{trial.pk}/file/empty.txt"))

    def test_signs_that_are_no_text_never_reach_a_page(self, client, trial):
        text = resolved(client.get(f"/runs/{trial.run_id}/trials/{trial.pk}/file/plain.txt"))
        assert not set(text) & {chr(number) for number in range(32) if chr(number) not in "\t\n\r"}

    def test_a_link_is_named_and_not_followed(self, client, trial):
        page = resolved(client.get(f"/runs/{trial.run_id}/trials/{trial.pk}/files/"))
        assert "It is a link, and links are not followed." in page
        assert client.get(url_of(trial, "link.txt")).status_code in {403, 404}


class TestRefusals:
    @pytest.mark.parametrize(
        "path",
        [
            "..%2F..%2Fsecret.txt", "../../secret.txt", "%2e%2e/%2e%2e/secret.txt", "....//secret.txt", "/etc/passwd",
            "%2Fetc%2Fpasswd", "plain.txt%00.png", "plain.txt/", "a/./plain.txt", "./plain.txt", "..\\..\\secret.txt",
            "%252e%252e/secret.txt", "%FF", "%EF%BF%BD", "not-there.txt", "~/.ssh/id_rsa", "C:\\secret.txt", "x" * 3000,
        ],
    )  # fmt: skip
    @pytest.mark.parametrize("what", ["download", "file"])
    def test_a_path_that_leads_elsewhere_is_a_404_page(self, client, trial, path, what):
        for base in (f"/runs/{trial.run_id}/trials/{trial.pk}/{what}/", f"/runs/{trial.run_id}/{what}/"):
            response = client.get(base + path)
            assert response.status_code == 404, base + path
            assert b"not yours" not in response.content

    def test_a_run_has_only_its_own_files(self, client, trial):
        assert client.get(f"/runs/{trial.run_id}/download/job.log").status_code == 200
        assert client.get(f"/runs/{trial.run_id}/download/hello__AAAA/plain.txt").status_code == 404

    def test_a_file_of_another_trials_run_is_not_there(self, client, trial):
        other = Run.objects.create(
            source=trial.run.source, name="o", external_id="o", status="completed", version=1, created_version=1,
            first_seen_at=trial.run.first_seen_at,
        )  # fmt: skip
        assert client.get(f"/runs/{other.pk}/trials/{trial.pk}/download/plain.txt").status_code == 404

    @pytest.mark.parametrize("what", ["download", "file"])
    def test_a_source_that_fails_is_explained_on_a_page(self, client, trial, what):
        Source.objects.update(address="/nowhere/at/all")
        response = client.get(f"/runs/{trial.run_id}/trials/{trial.pk}/{what}/plain.txt")
        assert response.status_code == 503
        text = resolved(response)
        assert "The source does not answer as it should" in text
        assert "Source: Jobs" in text
        assert "/runs/" in text


def test_a_listing_that_was_cut_off_says_so(client, trial, monkeypatch):
    monkeypatch.setattr("dashboard.services.artifacts.of_trial", lambda trial: ArtifactListing(is_cut_off=True))
    text = resolved(client.get(f"/runs/{trial.run_id}/trials/{trial.pk}/files/"))
    assert "No files." in text
