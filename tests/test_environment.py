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
    ("url", "place"),
    [
        ("redis:///tmp/tmp.81x/redis.sock/1", "unix:///tmp/tmp.81x/redis.sock?db=1"),
        ("redis:///run/2/redis.sock", "unix:///run/2/redis.sock?db=0"),
        ("redis://cache.example:6379/3", "redis://cache.example:6379/3"),
    ],
)
def test_digits_in_the_path_of_a_caches_socket_are_no_database(given, url, place):
    assert given(CACHE_URL=url)["CACHE_URL"]["LOCATION"] == place
