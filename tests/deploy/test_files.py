"""The files by which it is deployed name settings, commands and paths that there are."""

import os
import re
import shutil
import stat
import subprocess
from pathlib import Path

import pytest
import yaml
from django.core.management import get_commands

from dashboard.environment import SETTINGS

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text())
UNITS = sorted((ROOT / "deploy/systemd").glob("*.service"))
KNOWN = {setting.name for setting in SETTINGS} | {f"{setting.name}_FILE" for setting in SETTINGS}
OURS = ("prepare", "web", "sync")


@pytest.mark.parametrize("service", OURS)
def test_containers_are_given_settings_that_there_are(service):
    assert set(COMPOSE["services"][service]["environment"]) <= KNOWN


def test_units_are_given_settings_that_there_are():
    names = re.findall(r"^([A-Z_]+)=", (ROOT / "deploy/quayside.env").read_text(), re.MULTILINE)
    given = [name for unit in UNITS for name in re.findall(r"\b([A-Z_]+)=%d/", unit.read_text())]
    assert len(names) >= 5
    assert len(given) == 3 * len(UNITS)
    assert set(names) | set(given) <= KNOWN


def test_every_secret_is_a_file_that_the_script_makes():
    made = set(re.findall(r"^make_one (\w+)", (ROOT / "deploy/new-secrets.sh").read_text(), re.MULTILINE))
    assert set(COMPOSE["secrets"]) == made
    assert {Path(secret["file"]).name for secret in COMPOSE["secrets"].values()} == made
    assert "/secrets/" in (ROOT / ".gitignore").read_text().splitlines()


def test_secrets_are_nobodys_but_their_readers(tmp_path):
    (tmp_path / "deploy").mkdir()
    script = shutil.copy(ROOT / "deploy/new-secrets.sh", tmp_path / "deploy")
    made = tmp_path / "secrets"
    made.mkdir(mode=0o711)
    for _ in range(2):
        subprocess.run(["sh", script], check=True, capture_output=True)
    assert stat.S_IMODE(made.stat().st_mode) == 0o700
    told = {each.name: (stat.S_IMODE(each.stat().st_mode), each.stat().st_uid) for each in made.iterdir()}
    is_root, image = os.geteuid() == 0, (ROOT / "Dockerfile").read_text()
    [user] = re.findall(r"^USER (\d+):", image, re.MULTILINE)
    ours = (0o400, int(user)) if is_root else (0o444, os.geteuid())
    assert told == {
        "database_password": (0o400, os.geteuid()),
        **dict.fromkeys(COMPOSE["services"]["web"]["secrets"], ours),
    }


def test_the_cache_of_the_example_is_no_port_that_every_account_can_ask():
    [place] = re.findall(r"^CACHE_URL=(.+)$", (ROOT / "deploy/quayside.env").read_text(), re.MULTILINE)
    assert place.startswith("redis:///")
    socket = place.removeprefix("redis://").rpartition("/")[0]
    assert f"unixsocket {socket}" in (ROOT / "docs/how-to/deploy.md").read_text()


def test_what_is_run_is_a_command_of_ours():
    said = [COMPOSE["services"][service]["command"][0] for service in OURS]
    started = [
        re.search(r"^ExecStart=/opt/quayside/bin/quayside (\w+)", unit.read_text(), re.MULTILINE) for unit in UNITS
    ]
    assert {*said, *(found[1] for found in started if found)} == set(OURS)
    assert set(OURS) <= get_commands().keys()


@pytest.mark.parametrize("service", OURS)
def test_our_containers_can_change_nothing_but_what_they_keep(service):
    said = COMPOSE["services"][service]
    assert (said["read_only"], said["cap_drop"]) == (True, ["ALL"])
    assert "no-new-privileges:true" in said["security_opt"]
    assert [mount for mount in said["volumes"] if not mount.endswith(":ro")] == ["kept:/var/lib/quayside"]


def test_only_the_proxy_can_be_reached_from_outside():
    assert [name for name, service in COMPOSE["services"].items() if "ports" in service] == ["caddy"]
    assert COMPOSE["networks"]["inside"] == {"internal": True}
    assert COMPOSE["services"]["postgres"]["networks"] == COMPOSE["services"]["valkey"]["networks"] == ["inside"]


def test_the_image_takes_along_what_it_is_built_from_and_does_not_run_as_root():
    steps = (ROOT / "Dockerfile").read_text()
    kept = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    assert all((ROOT / path).exists() for path in kept)
    for path in re.findall(r"^COPY (?!--from)(.+) \S+$", steps, re.MULTILINE):
        assert all((ROOT / word).exists() for word in path.split())
    assert re.findall(r"^USER (.+)$", steps, re.MULTILINE) == ["10001:10001"]
    assert steps.count("--require-hashes") == 2
    assert "pip install --quiet --no-deps" in steps
