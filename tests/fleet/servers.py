"""A PostgreSQL and a Redis of one's own, for a while, where Debian's packages are installed."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote


def is_installed() -> bool:
    """Whether both are on this machine."""
    return _binaries() is not None and shutil.which("redis-server") is not None


@contextmanager
def servers() -> Iterator[tuple[str, str]]:
    """The addresses of the two, by sockets in a folder that is gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="quayside-"))
    binaries = _binaries()
    if binaries is None:
        raise RuntimeError("PostgreSQL is not installed.")
    folder.chmod(0o755)
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    redis = _start_redis(folder)
    try:
        _start_postgres(folder, binaries)
        yield f"postgres://quayside@{quote(str(folder), safe='')}/postgres", f"redis://{folder}/redis.sock"
    finally:
        _run([str(binaries / "pg_ctl"), "-D", str(folder / "data"), "-m", "immediate", "stop"], check=False)
        redis.terminate()
        redis.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _start_postgres(folder: Path, binaries: Path) -> None:
    data = str(folder / "data")
    _run([str(binaries / "initdb"), "-D", data, "-U", "quayside", "-A", "trust", "-E", "UTF8", "--no-locale"])
    options = f"-k {folder} -c listen_addresses='' -c max_connections=200"
    _run([str(binaries / "pg_ctl"), "-D", data, "-l", str(folder / "log"), "-w", "-o", options, "start"])


def _start_redis(folder: Path) -> "subprocess.Popen[bytes]":
    socket = folder / "redis.sock"
    words = ["redis-server", "--port", "0", "--unixsocket", str(socket), "--save", "", "--dir", str(folder)]
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 20
    while not socket.exists():
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError("Redis did not start.")
        time.sleep(0.05)
    return process


def _run(words: Sequence[str], *, check: bool = True) -> None:
    """PostgreSQL refuses to run as root."""
    first = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    subprocess.run([*first, *words], check=check, stdout=subprocess.DEVNULL)


def _binaries() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    return found[-1] if found else None
