import os
import stat

import pytest
from cryptography.fernet import Fernet

from dashboard.environment import MIN_SECRET_LENGTH
from dashboard.start import keys
from dashboard.start.faults import StartFault


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_the_folder_is_its_owners_alone(tmp_path):
    folder = tmp_path / "a" / "var"
    keys.make_folder(folder)
    assert mode(folder) == 0o700


def test_a_folder_that_is_there_is_left_as_it_is(tmp_path):
    tmp_path.chmod(0o755)
    keys.make_folder(tmp_path)
    assert mode(tmp_path) == 0o755


def test_a_folder_that_cannot_be_made_is_a_fault(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(StartFault, match="cannot be made"):
        keys.make_folder(tmp_path / "file" / "var")


def test_a_folder_that_may_not_be_written_is_a_fault(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(StartFault, match="Nothing can be kept"):
        keys.make_folder(tmp_path)


def test_the_key_is_made_once_and_kept_for_its_owner(tmp_path):
    key = keys.secret_key(tmp_path)
    assert len(key) >= MIN_SECRET_LENGTH
    assert keys.secret_key(tmp_path) == key
    assert mode(tmp_path / keys.KEY_FILE) == 0o600


def test_two_installations_have_different_keys(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    assert keys.secret_key(tmp_path / "a") != keys.secret_key(tmp_path / "b")


def test_where_another_start_was_faster_its_key_is_the_key(tmp_path, monkeypatch):
    kept = tmp_path / keys.KEY_FILE

    def be_slower(_bytes):
        kept.write_text("the other one's key\n")
        return "ours"

    monkeypatch.setattr(keys.secrets, "token_urlsafe", be_slower)
    assert keys.secret_key(tmp_path) == "the other one's key"


def test_keys_for_tokens_are_made_once_for_their_owner_and_open_what_they_sealed(tmp_path):
    made = keys.token_keys(tmp_path)
    assert keys.token_keys(tmp_path) == made
    assert mode(tmp_path / keys.TOKEN_KEYS_FILE) == 0o600
    assert Fernet(made).decrypt(Fernet(made).encrypt(b"a token")) == b"a token"


def test_a_new_key_is_put_before_the_old_one_in_a_line_of_its_own(tmp_path):
    old, new = keys.token_keys(tmp_path), Fernet.generate_key().decode()
    (tmp_path / keys.TOKEN_KEYS_FILE).write_text(f"{new}\n{old}\n")
    assert keys.token_keys(tmp_path) == f"{new},{old}"
