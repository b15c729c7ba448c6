import re
from pathlib import Path

import pytest

from dashboard import environment
from dashboard.environment import SettingsError

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "settings.md"
REQUIRED = {"SECRET_KEY": "k" * 32, "ALLOWED_HOSTS": "quay.example"}


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch):
    for setting in environment.SETTINGS:
        monkeypatch.delenv(setting.name, raising=False)


@pytest.fixture
def given(monkeypatch):
    def give(**values):
        for name, value in (REQUIRED | values).items():
            monkeypatch.setenv(name, value)
        return environment.read()

    return give


def test_the_defaults_are_those_that_are_written_down(given, monkeypatch):
    by_default = given()
    said = {
        s.name: s.default.replace("VAR_DIR", str(Path("var").absolute())) for s in environment.SETTINGS if s.default
    }
    assert given(**said) == by_default


def test_every_setting_that_is_read_is_described(given):
    assert set(given()) == {setting.name for setting in environment.SETTINGS}


def test_everything_that_is_wrong_is_said_at_once(monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "short")
    monkeypatch.setenv("PORT", "70000")
    monkeypatch.setenv("PLAIN_HTTP", "perhaps")
    with pytest.raises(SettingsError) as error:
        environment.read()
    text = str(error.value)
    for name in ("SECRET_KEY", "ALLOWED_HOSTS", "PORT", "PLAIN_HTTP"):
        assert re.search(rf"^  {name}: ", text, re.MULTILINE)
    assert "docs/reference/settings.md" in text


def test_a_wrong_secret_is_not_repeated(monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "canary")
    with pytest.raises(SettingsError) as error:
        environment.read()
    assert "canary" not in str(error.value)


def test_settings_may_stand_in_a_file(tmp_path, monkeypatch):
    file = tmp_path / "settings.env"
    file.write_text("SECRET_KEY=" + "f" * 32 + "\nALLOWED_HOSTS=a.example,b.example\nPORT=9000\n")
    monkeypatch.setenv("PORT", "9001")
    values = environment.read(file)
    assert (values["ALLOWED_HOSTS"], values["PORT"]) == (["a.example", "b.example"], 9001)


def test_the_page_of_settings_says_what_the_code_says():
    rows = re.findall(r"^\| `([A-Z_]+)` \| (.*?) \| (.*) \|$", PAGE.read_text(), re.MULTILINE)
    described = {name: (default, purpose) for name, default, purpose in rows}
    assert described == {s.name: (_written(s.default), s.purpose) for s in environment.SETTINGS}


def _written(default):
    if default is None:
        return "required"
    return f"`{default}`" if default else "none"


def test_with_tls_cookies_are_bound_to_their_host(given):
    assert environment.cookie_name("session", given()) == "__Host-session"


def test_dashboards_at_two_ports_of_a_host_have_cookies_of_their_own(given):
    names = [environment.cookie_name("session", given(PLAIN_HTTP="true", PORT=port)) for port in ("8000", "8410")]
    assert names == ["session-8000", "session-8410"]


def test_behind_a_proxy_every_process_knows_the_same_cookie(given):
    names = {environment.cookie_name("csrf", given(PLAIN_HTTP="true", TRUSTED_PROXY="true", PORT=p)) for p in "12"}
    assert names == {"csrf"}


@pytest.mark.parametrize("origin", ["", "https://files.example", "http://files.example:8000", "https://files:80"])
def test_a_second_origin_is_written_as_browsers_do(given, origin):
    assert given(ARTIFACT_ORIGIN=origin)["ARTIFACT_ORIGIN"] == origin


@pytest.mark.parametrize(
    "origin",
    [
        "https://files.example:443",
        "http://files.example:80",
        "https://files.example:0443",
        "https://Files.example",
        "https://files.example.",
        "https://files.example/",
        "files.example",
    ],
)
def test_other_spellings_of_a_second_origin_are_refused(given, origin):
    with pytest.raises(SettingsError, match="ARTIFACT_ORIGIN: Not an origin"):
        given(ARTIFACT_ORIGIN=origin)


@pytest.mark.parametrize(
    ("origin", "values"),
    [
        ("https://quay.example", {}),
        ("https://quay.example:9000", {"ALLOWED_HOSTS": "runs.example,Quay.example."}),
        ("https://runs.example", {"BASE_URL": "https://runs.example"}),
        ("http://localhost:9000", {"ALLOWED_HOSTS": "localhost"}),
        ("http://127.0.0.1:8000", {"ALLOWED_HOSTS": "localhost,127.0.0.1,[::1]"}),
    ],
)
def test_a_second_origin_under_whose_name_pages_are_asked_for_is_refused(given, origin, values):
    with pytest.raises(SettingsError, match="ARTIFACT_ORIGIN: Pages are asked for under"):
        given(ARTIFACT_ORIGIN=origin, **values)


@pytest.mark.parametrize(
    ("origin", "hosts"),
    [
        ("https://files.quay.example", ".quay.example,quay.example"),
        ("http://localhost:8000", "localhost,127.0.0.1,[::1]"),
    ],
)
def test_another_name_is_a_second_origin(given, origin, hosts):
    assert given(ARTIFACT_ORIGIN=origin, ALLOWED_HOSTS=hosts)["ARTIFACT_ORIGIN"] == origin


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("redis:///tmp/tmp.81x/redis.sock/1", "unix:///tmp/tmp.81x/redis.sock?db=1"),
        ("redis:///run/2/redis.sock", "unix:///run/2/redis.sock?db=0"),
        ("redis://cache.example:6379/3", "redis://cache.example:6379/3"),
    ],
)
def test_digits_in_the_path_of_a_caches_socket_are_no_database(given, url, place):
    assert given(CACHE_URL=url)["CACHE_URL"]["LOCATION"] == place


@pytest.mark.parametrize("name", ["SECRET_KEY", "DATABASE_URL", "OIDC_CLIENT_SECRET", "EMAIL_URL"])
def test_any_setting_may_stand_in_a_file_of_its_own(given, tmp_path, name):
    texts = {"SECRET_KEY": "f" * 40, "DATABASE_URL": "postgres://u:p@db/q", "EMAIL_URL": "smtp://mail:25"}
    file = tmp_path / "secret"
    file.write_text(texts.get(name, "hush") + "\n")
    plain = given(BASE_URL="https://quay.example", **{name: texts.get(name, "hush")})
    filed = given(BASE_URL="https://quay.example", **{f"{name}_FILE": str(file), name: REQUIRED.get(name, "")})
    assert filed[name] == plain[name]


def test_files_that_cannot_be_read_are_named_all_at_once(given, tmp_path):
    (tmp_path / "bytes").write_bytes(b"\xff\xfe")
    with pytest.raises(SettingsError) as error:
        given(SECRET_KEY_FILE=str(tmp_path / "nowhere"), TOKEN_KEYS_FILE=str(tmp_path / "bytes"))
    assert "SECRET_KEY_FILE: Cannot be read" in str(error.value)
    assert "TOKEN_KEYS_FILE: Holds no text" in str(error.value)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"EMAIL_URL": "smtp://mail.example:25"}, "BASE_URL: Wanted by EMAIL_URL"),
        ({"OIDC_ISSUER": "https://id.example"}, "OIDC_CLIENT_ID: Wanted by OIDC_ISSUER"),
        ({"OIDC_ISSUER": "http://id.example"}, "OIDC_ISSUER: Not an issuer"),
        ({"OIDC_ROLES": "eng=captain"}, "OIDC_ROLES: “captain” is not a role"),
        ({"SSO_ONLY": "true"}, "SSO_ONLY: Nobody could come in"),
        ({"SSO_ROLE": "captain"}, "SSO_ROLE: "),
        ({"SSO_DOMAINS": "@example.org"}, "SSO_DOMAINS: “@example.org” is not a domain"),
        ({"BASE_URL": "https://quay.example/"}, "BASE_URL: Not an origin"),
        ({"SECOND_FACTOR": "sometimes"}, "SECOND_FACTOR: "),
        (
            {"SECOND_FACTOR": "administrators", "TOKEN_KEYS": ""},
            "SECOND_FACTOR: Nobody could turn one on without TOKEN_KEYS",
        ),
    ],
)
def test_ways_in_that_lead_nowhere_are_refused(given, values, said):
    with pytest.raises(SettingsError, match=said):
        given(**values)


def test_groups_of_the_provider_are_read_as_roles(given):
    values = given(
        OIDC_ISSUER="http://localhost:9000", OIDC_CLIENT_ID="quay", OIDC_ROLES="quay-admins=administrator,eng=operator"
    )
    assert values["OIDC_ROLES"] == {"quay-admins": "administrator", "eng": "operator"}
