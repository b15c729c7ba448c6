"""The folder of what is kept, and the secrets in it that are made at the first start."""

import base64
import os
import secrets
from pathlib import Path

from dashboard.start.faults import StartFault

KEY_FILE = "secret-key"
TOKEN_KEYS_FILE = "token-keys"  # noqa: S105 - the name of a file


def make_folder(path: Path) -> None:
    """Make the folder, for its owner alone, if it is not there. Raises ``StartFault`` where that cannot be."""
    try:
        if not path.is_dir():
            path.mkdir(parents=True)
            path.chmod(0o700)
    except OSError as error:
        raise StartFault(f"The folder {path} cannot be made: {error.strerror}.") from error
    if not os.access(path, os.W_OK | os.X_OK):
        raise StartFault(f"Nothing can be kept in {path}: it may not be written by you.")


def secret_key(var_dir: Path) -> str:
    """The key that signs sessions and forms: the one kept there, or a new one (mode 600)."""
    kept = var_dir / KEY_FILE
    if not kept.is_file():
        _keep(kept, secrets.token_urlsafe(48))
    return kept.read_text().strip()


def token_keys(var_dir: Path) -> str:
    """The keys that encrypt access tokens, newest first, with commas between: those kept there, or a new one."""
    kept = var_dir / TOKEN_KEYS_FILE
    if not kept.is_file():
        _keep(kept, base64.urlsafe_b64encode(secrets.token_bytes(32)).decode())
    return ",".join(kept.read_text().split())


def _keep(path: Path, text: str) -> None:
    """Where another start was faster, its key is the key."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(descriptor, "w") as file:
        file.write(text + "\n")
