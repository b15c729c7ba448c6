from pathlib import Path

import pytest

from dashboard import environment
from dashboard.start.options import Options
from dashboard.start.surroundings import database_file, surroundings, surroundings_of_command


@pytest.fixture
def options(tmp_path):
    return make(tmp_path)


def make(var_dir, **said):
    return Options(**{"jobs": (), "host": "127.0.0.1", "port": 8000, "var_dir": var_dir} | said)


def test_a_start_without_any_settings_is_complete(options, monkeypatch):
    made = surroundings(options, {})
    for setting in environment.SETTINGS:
        monkeypatch.delenv(setting.name, raising=False)
    for name, value in made.items():
        monkeypatch.setenv(name, value)
    values = environment.read()
    assert values["DATABASE_URL"]["NAME"] == str(options.var_dir / "quayside.sqlite3")
    assert (values["PLAIN_HTTP"], values["ONE_TIME_SIGN_IN"], values["LOG_FORMAT"]) == (True, True, "text")
    assert values["ALLOWED_HOSTS"] == ["localhost", "127.0.0.1", "[::1]"]
    assert (values["WEB_HOST"], values["PORT"]) == ("127.0.0.1", 8000)


def test_a_folder_with_odd_letters_is_found_again(tmp_path, monkeypatch):
    odd = tmp_path / "50% off? #1 ü"
    odd.mkdir()
    for name, value in surroundings(make(odd), {}).items():
        monkeypatch.setenv(name, value)
    assert environment.read()["DATABASE_URL"]["NAME"] == str(odd / "quayside.sqlite3")


def test_what_is_set_already_wins(options):
    given = {"DATABASE_URL": "postgres://quay.example/quayside", "LOG_FORMAT": "json", "PLAIN_HTTP": "false"}
    assert surroundings(options, given).items() >= given.items()


def test_what_is_set_to_nothing_is_filled_in(options):
    assert surroundings(options, {"LOG_FORMAT": "", "SECRET_KEY": ""})["LOG_FORMAT"] == "text"


def test_a_given_key_is_used_and_none_is_made(options):
    given = {"SECRET_KEY": "k" * 40, "TOKEN_KEYS": "dGhlc2Uga2V5cyBhcmUgZm9yIHRlc3RzIG9ubHkhISE="}
    assert surroundings(options, given).items() >= given.items()
    assert not list(options.var_dir.iterdir())


def test_keys_for_tokens_are_made_once_and_fit(options, monkeypatch):
    made = surroundings(options, {})
    assert surroundings(options, {"TOKEN_KEYS": ""})["TOKEN_KEYS"] == made["TOKEN_KEYS"]
    for name, value in made.items():
        monkeypatch.setenv(name, value)
    assert environment.read()["TOKEN_KEYS"] == [made["TOKEN_KEYS"]]


@pytest.mark.parametrize(
    ("host", "given"),
    [("127.0.0.1", {"TRUSTED_PROXY": "true"}), ("10.0.0.7", {"TLS_CERTIFICATE": "/c.pem", "TLS_KEY": "/k.pem"})],
)
def test_behind_a_proxy_and_off_loopback_tls_stays_and_no_link_is_offered(tmp_path, host, given):
    made = surroundings(make(tmp_path, host=host), given)
    assert (made["PLAIN_HTTP"], made["ONE_TIME_SIGN_IN"]) == ("false", "false")


def test_a_link_cannot_be_switched_on_off_loopback(tmp_path):
    made = surroundings(make(tmp_path, host="10.0.0.7"), {"PLAIN_HTTP": "true", "ONE_TIME_SIGN_IN": "true"})
    assert made["ONE_TIME_SIGN_IN"] == "false"


def test_host_names_given_come_beside_our_own(tmp_path):
    made = surroundings(make(tmp_path, host="fe80::1"), {"ALLOWED_HOSTS": "quay.example, localhost"})
    assert made["ALLOWED_HOSTS"] == "quay.example,localhost,127.0.0.1,[::1],[fe80::1]"


def test_each_choice_of_folders_has_a_database_of_its_own(tmp_path):
    a, b = Path("/a"), Path("/b")
    files = [database_file(make(tmp_path, jobs=jobs)) for jobs in [(), (a,), (b,), (a, b)]]
    assert len(set(files)) == 4
    assert database_file(make(tmp_path, jobs=(b, a))) == files[3]
    assert {file.parent for file in files} == {tmp_path}


def test_a_command_finds_what_a_start_left(options):
    key = surroundings(options, {})["SECRET_KEY"]
    made = surroundings_of_command(options, {"LOG_LEVEL": "DEBUG", "ONE_TIME_SIGN_IN": "false"})
    assert (made["SECRET_KEY"], made["LOG_LEVEL"], made["ONE_TIME_SIGN_IN"]) == (key, "DEBUG", "false")


def test_for_a_command_nothing_is_made_up_where_nothing_was_started(options):
    assert surroundings_of_command(options, {"LOG_LEVEL": "DEBUG"}) == {"LOG_LEVEL": "DEBUG"}
    assert not list(options.var_dir.iterdir())


def test_a_command_of_a_configured_server_is_left_alone(options):
    surroundings(options, {})
    assert surroundings_of_command(options, {"SECRET_KEY": "k" * 40}) == {"SECRET_KEY": "k" * 40}


def test_a_key_in_a_file_is_as_good_as_one_that_is_set(options):
    given = {"SECRET_KEY_FILE": "/run/secrets/key"}
    assert surroundings_of_command(options, given) == given


def test_a_stand_in_needs_no_settings_and_leaves_no_key_behind(tmp_path, monkeypatch):
    options = make(tmp_path / "var", command=("demo", "docks"))
    for setting in environment.SETTINGS:
        monkeypatch.delenv(setting.name, raising=False)
    for name, value in surroundings_of_command(options, {}).items():
        monkeypatch.setenv(name, value)
    assert environment.read()["VAR_DIR"] == tmp_path / "var"
    assert not (tmp_path / "var").exists()


@pytest.mark.parametrize("more", [{}, {"SECRET_KEY": "k" * 40}])
def test_a_folder_that_is_said_wins_over_one_that_was_exported(options, tmp_path, more):
    surroundings(options, {})
    found = surroundings_of_command(options, {"VAR_DIR": str(tmp_path / "exported"), **more})
    assert found["VAR_DIR"] == str(options.var_dir)
