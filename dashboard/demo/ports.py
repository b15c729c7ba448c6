"""Ports on loopback for stand-ins."""

import socket

HOST = "127.0.0.1"


def is_free(port: int) -> bool:
    """Whether nobody answers at that port now."""
    try:
        with socket.create_server((HOST, port)):
            return True
    except OSError:
        return False


def find_port(kept: int) -> tuple[int, int]:
    """A port that is free now, the kept one if it can be, and that one if somebody else took it, or 0."""
    if kept and is_free(kept):
        return kept, 0
    with socket.create_server((HOST, 0)) as found:
        port: int = found.getsockname()[1]
    return port, kept


def explain_moved(name: str, taken: int, port: int) -> str:
    """What is said when a stand-in moves."""
    return f"Port {taken} is taken by another program: the stand-in {name} server answers at port {port} from now on."
