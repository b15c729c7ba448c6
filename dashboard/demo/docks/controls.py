"""``/_stand-in/``: the switches by HTTP, for whoever sits on the same machine. No real server has this.

::

    GET    /_stand-in/faults   the switches
    POST   /_stand-in/faults   sets those that the body names; ``queue`` adds faults
    DELETE /_stand-in/faults   everything as it should be
"""

from dashboard.demo.answers import Answer, Json, answer_json
from dashboard.demo.docks.answers import Refusal, invalid, not_found
from dashboard.demo.docks.calls import Call
from dashboard.demo.docks.faults import FIELDS, Fault, Faults, Form, Kind

PREFIX = "/_stand-in/"
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
KINDS: dict[str, tuple[type, ...]] = {
    "status": (int,),
    "count": (int,),
    "message": (str,),
    "where": (str,),
    "retry_after": (int, type(None)),
    "seconds": (int, float),
}


def control(faults: Faults, call: Call) -> Answer:
    """Answer a request to the switches; 403 unless it comes from this machine and from no web page."""
    if not is_local(call):
        raise Refusal(403, "Only for this machine")
    if call.path != f"{PREFIX}faults":
        raise not_found("Switch")
    if call.method == "POST":
        turn(faults, call.json())
    elif call.method == "DELETE":
        faults.clear()
    elif call.method != "GET":
        raise Refusal(405, "Method Not Allowed")
    return answer_json(faults.document())


def is_local(call: Call) -> bool:
    """Whether a request was sent on this machine, to this machine, and by no browser."""
    host = call.headers.get("host", "").rsplit(":", 1)[0]
    return call.remote in {"127.0.0.1", "::1"} and host in LOOPBACK and "origin" not in call.headers


def turn(faults: Faults, wanted: dict[str, Json]) -> None:
    """Set the switches that are named; 422 and nothing set when a value does not fit."""
    latency, gone, queue = wanted.get("latency", 0), wanted.get("gone", []), wanted.get("queue", [])
    fits = isinstance(latency, int | float) and isinstance(gone, list) and isinstance(queue, list)
    fits = fits and all(isinstance(wanted.get(name, True), bool) for name in ("items", "gs"))
    if not fits or not wanted.keys() <= {"latency", "gone", "queue", "items", "gs"}:
        raise invalid(("value_error", "Unknown switch, or a value that does not fit", ("body",)))
    made = [make_fault(entry) for entry in as_list(queue)]
    for name in wanted.keys() & {"latency", "items", "gs"}:
        setattr(faults, name, wanted[name])
    if "gone" in wanted:
        faults.gone = frozenset(map(str, as_list(gone)))
    for fault in made:
        faults.add(fault)


def as_list(value: Json) -> list[Json]:
    """A list, for the type checker."""
    return value if isinstance(value, list) else []


def make_fault(entry: Json) -> Fault:
    """A fault from its fields; 422 when one does not fit."""
    problem = invalid(("value_error", "Not a fault", ("body", "queue")))
    if not isinstance(entry, dict) or not entry.keys() <= FIELDS:
        raise problem
    if not all(isinstance(entry[name], kinds) for name, kinds in KINDS.items() if name in entry):
        raise problem
    try:
        chosen = {"kind": Kind(entry.get("kind", "answer")), "form": Form(entry.get("form", "object"))}
    except ValueError:
        raise problem from None
    return Fault(**(entry | chosen))
