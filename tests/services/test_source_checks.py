import ssl

import pytest

from dashboard.models import Source
from dashboard.services import source_checks as checks
from tests import factories

pytestmark = pytest.mark.django_db


class TestFolders:
    @pytest.fixture
    def jobs(self, tmp_path):
        folder = tmp_path / "jobs"
        folder.mkdir()
        return folder

    def test_nothing_speaks_against_a_readable_folder(self, jobs):
        assert checks.address_fault(Source(kind="harbor", address=str(jobs))) == ""

    def test_a_job_is_told_from_the_folder_that_holds_it(self, jobs):
        (jobs / "result.json").write_text('{"n_total_trials": 1}')
        assert f"holds it: {jobs.parent}" in checks.address_fault(Source(kind="harbor", address=str(jobs)))

    def test_a_folder_belongs_to_one_source_however_it_is_named(self, jobs, tmp_path):
        first = Source.objects.create(name="Nights", kind="harbor", address=str(jobs))
        Source.objects.create(name="Lost", kind="harbor", address="/no/such/folder")
        (tmp_path / "link").symlink_to(jobs)
        for address in (jobs, f"{jobs}/", tmp_path / "link", tmp_path / "jobs" / ".." / "jobs"):
            asked = Source(kind="harbor", address=str(address))
            assert checks.address_fault(asked) == "The source “Nights” shows this folder already."
        assert checks.address_fault(first) == ""

    def test_a_folder_has_no_spelling_but_its_own(self):
        assert checks.spell_address("harbor", "/Data//jobs/") == "/Data//jobs/"


class TestServers:
    @pytest.mark.parametrize(
        ("address", "told"),
        [
            ("docks.example", "must begin with http:// or https://"),
            ("ftp://docks.example", "must begin with http:// or https://"),
            ("https://me:secret@docks.example", "must not hold a user name or password"),
            ("https://docks.example/?tenant=1", "no “?” and no “#”"),
            ("https://docks.example/#top", "no “?” and no “#”"),
            ("https://docks.example:99999", "port must be a number"),
            ("https://docks.example/a/../b", "leads out of it"),
        ],
    )
    def test_what_is_no_base_url_is_said_without_repeating_it(self, address, told):
        fault = checks.address_fault(Source(kind="docks", address=address))
        assert told in fault
        assert "secret" not in fault

    def test_an_address_is_stored_in_its_one_spelling(self):
        assert checks.spell_address("docks", "HTTPS://Docks.Example:443/api/") == "https://docks.example/api"

    def test_a_tenant_of_an_address_belongs_to_one_source(self):
        first = factories.make_source("Prod", kind="docks", address="https://docks.example", tenant="a")
        same = Source(kind="docks", address="https://DOCKS.example:443/", tenant="a")
        assert checks.address_fault(same) == "The source “Prod” shows this tenant already."
        assert checks.address_fault(Source(kind="docks", address="https://docks.example", tenant="b")) == ""
        assert checks.address_fault(first) == ""

    @pytest.mark.parametrize("tenant", ["", "..", "a/../b", "a\\b", "%2e%2e"])
    def test_a_tenant_that_is_none_or_leads_out_is_refused(self, tenant):
        assert checks.tenant_fault("docks", tenant)

    @pytest.mark.parametrize("tenant", ["7a1e", "Team Größe", "a&b"])
    def test_other_tenants_are_taken(self, tenant):
        assert checks.tenant_fault("docks", tenant) == ""

    def test_only_docks_has_tenants(self):
        assert checks.tenant_fault("carrot", "t-1") == "Only a Docks server has tenants: leave this empty."
        assert checks.tenant_fault("carrot", "") == checks.tenant_fault("harbor", "") == ""

    def test_an_address_without_tenants_belongs_to_one_source(self):
        factories.make_source("Pipelines", kind="carrot", address="http://carrot.example")
        same = Source(kind="carrot", address="http://CARROT.example/")
        assert checks.address_fault(same) == "The source “Pipelines” shows this server already."

    @pytest.mark.parametrize(
        ("kind", "address", "origin"),
        [
            ("docks", "HTTPS://Docks.Example:443/api", "https://docks.example"),
            ("docks", "http://docks.example:8080", "http://docks.example:8080"),
            ("docks", "no address", ""),
            ("harbor", "/srv/jobs", ""),
        ],
    )
    def test_a_token_is_for_scheme_host_and_port(self, kind, address, origin):
        assert checks.origin_of(kind, address) == origin


class TestTokens:
    @pytest.mark.parametrize("text", ["tok en", "tok\ten", "töken", "tok\nen", "tok\x7fen"])
    def test_what_cannot_be_sent_is_refused_without_repeating_it(self, text):
        with pytest.raises(ValueError, match="cannot be sent") as raised:
            checks.seal_token(text)
        assert text not in str(raised.value)

    def test_what_can_be_sent_is_sealed(self):
        assert checks.seal_token("docks_a-token").reveal() == "docks_a-token"

    def test_without_keys_that_is_said(self, settings):
        settings.TOKEN_KEYS = []
        with pytest.raises(ValueError, match="no TOKEN_KEYS to encrypt it with"):
            checks.seal_token("docks_a-token")


class TestBundles:
    @pytest.fixture
    def bundle(self, tmp_path):
        path = tmp_path / "ca.pem"
        authorities = ssl.create_default_context().get_ca_certs(binary_form=True)
        if not authorities:
            pytest.skip("This machine has no certificate authorities to make a file of.")
        path.write_text(ssl.DER_cert_to_PEM_cert(authorities[0]))
        return path

    def test_a_file_of_certificates_is_taken_and_none_is_needed(self, bundle):
        assert checks.bundle_fault(str(bundle)) == ""
        assert checks.bundle_fault("") == ""

    def test_what_holds_no_certificate_is_refused(self, tmp_path):
        path = tmp_path / "ca.pem"
        for text in ("", "not a certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"):
            path.write_text(text)
            assert checks.bundle_fault(str(path)) == "The file holds no certificates in PEM form."

    def test_what_is_no_file_that_can_be_read_is_refused(self, tmp_path, monkeypatch):
        assert checks.bundle_fault("ca.pem") == "Give the whole path of the file, from / on."
        assert checks.bundle_fault(str(tmp_path)) == f"{tmp_path} is not a file."
        large = tmp_path / "large.pem"
        large.write_bytes(b"x" * 11)
        monkeypatch.setattr(checks, "_LARGEST_BUNDLE", 10)
        assert checks.bundle_fault(str(large)) == "The file is too large for certificates."
        long = f"/{'x' * 300}"
        assert checks.bundle_fault(long).startswith(f"The file {long} cannot be read: ")


class TestRoots:
    def test_addresses_of_files_and_buckets_are_taken(self):
        assert checks.root_faults("https://files.example/runs\r\n\r\n gs://bucket/a b?#%\ns3://bucket-2\n") == []
        assert checks.root_faults("") == []

    @pytest.mark.parametrize(
        ("line", "told"),
        [
            ("file:///etc/passwd", "It must begin with https://, http://, gs:// or s3://."),
            ("files.example/runs", "It must begin with https://, http://, gs:// or s3://."),
            ("https", "It must begin with https://, http://, gs:// or s3://."),
            ("gs://", "The address names no bucket."),
            ("https://me:secret@files.example", "must not hold a user name"),
            ("https://files.example/a/../b", "leads out of it"),
            ("https://files.example/?sign=1", "no “?” and no “#”"),
            ("https://files.example/#a", "no “?” and no “#”"),
        ],
    )
    def test_what_cannot_be_fetched_below_is_said_by_line(self, line, told):
        [fault] = checks.root_faults(f"gs://bucket\n\n{line}")
        assert fault.startswith("Line 3: ")
        assert told in fault

    def test_there_is_a_bound_to_them(self):
        lines = "\n".join(f"gs://bucket/{number}" for number in range(101))
        assert checks.root_faults(lines) == ["Give 100 addresses at most."]
