"""What Linux tells of the processes we started: who belongs to whom, memory, processor time."""

import os
from collections.abc import Iterator
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


def family(pid: int) -> Iterator[int]:
    """A process and all below it."""
    yield pid
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            yield from family(int(child))


def words(pid: int) -> list[str]:
    """Its command line."""
    return Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").split("\0")[:-1]


def resident_megabytes(pid: int) -> float:
    """Memory it holds, shared pages included."""
    return _kilobytes(f"/proc/{pid}/status", "VmRSS:") / 1024


def peak_megabytes(pid: int) -> float:
    """The most memory it ever held, shared pages included."""
    return _kilobytes(f"/proc/{pid}/status", "VmHWM:") / 1024


def forget_peak(pid: int) -> None:
    """Count the most memory anew from here on."""
    Path(f"/proc/{pid}/clear_refs").write_text("5")


def proportional_megabytes(pid: int) -> float:
    """Memory it holds, each shared page divided by those who share it: these add up."""
    return _kilobytes(f"/proc/{pid}/smaps_rollup", "Pss:") / 1024


def processor_seconds(pid: int) -> float:
    """Time on a processor since it began, in its own code and in the kernel's."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def load() -> str:
    """How busy the machine has been in the last minute, for a remark."""
    return f"{os.getloadavg()[0]:.1f} on {os.cpu_count()} processors"


def _kilobytes(path: str, label: str) -> int:
    lines = Path(path).read_text().splitlines()
    return next((int(line.split()[1]) for line in lines if line.startswith(label)), 0)
