"""The WSGI application: what goes wrong, and who answers."""

from collections import deque
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from wsgiref.types import StartResponse, WSGIEnvironment

from dashboard.demo.answers import Answer, send
from dashboard.demo.calls import Call, Unreadable
from dashboard.demo.carrot.answers import Refusal, nothing
from dashboard.demo.carrot.desks import Desk, Mode, Shape, Switches
from dashboard.demo.carrot.events import catch_up
from dashboard.demo.carrot.faults import Faults
from dashboard.demo.carrot.files import FOLDER, serve_file
from dashboard.demo.carrot.history import write_history
from dashboard.demo.carrot.routes import BASE, answer_route
from dashboard.demo.carrot.stores import Store
from dashboard.demo.carrot.worlds import World

BODY_LIMIT = 8 << 20


class Application:
    """A stand-in for a CARROT server, as a WSGI application; safe for several threads."""

    def __init__(self, *, world: World, switches: Switches | None = None, base_url: str = "") -> None:
        self.world = world
        self.switches = switches or Switches()
        self.base_url = base_url
        self.faults = Faults()
        self.asked: deque[tuple[str, str]] = deque(maxlen=10_000)
        """Method and address (path and query) of the latest requests."""

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        try:
            call = Call.read(environ, BODY_LIMIT)
        except Unreadable as unreadable:
            return send(nothing(unreadable.status).answer, start_response)
        self.asked.append((call.method, f"{call.path}?{call.query_string}".rstrip("?")))
        answer, count = self.faults.disturb(call.path, lambda: self.attempt(call))
        return send(answer, start_response, count=0 if call.method == "HEAD" else count)

    def attempt(self, call: Call) -> Answer:
        """An answer, or the refusal. Nobody else changes anything meanwhile."""
        try:
            with self.world.lock:
                return self.answer(call)
        except Refusal as refusal:
            return refusal.answer

    def answer(self, call: Call) -> Answer:
        """The right answer to a request."""
        catch_up(self.world)
        desk = Desk(
            world=self.world,
            switches=self.switches,
            call=call,
            base_url=self.base_url or call.origin,
            moment=self.world.moment,
            gone=self.faults.gone,
        )
        if call.path.startswith(FOLDER):
            return serve_file(desk)
        if not call.path.startswith(f"{BASE}/"):
            raise nothing(404)
        return answer_route(desk)


def make_app(
    state_dir: Path,
    *,
    now: Callable[[], datetime],
    mode: str = "strict",
    base_url: str = "",
    reporting: bool = True,
    image_builds: bool = True,
    shape: str = "1.0",
    is_empty: bool = False,
) -> Application:
    """A stand-in with its state in a folder, which may be empty or a former one's.

    ``now`` gives aware times. ``mode`` is ``strict`` or ``lenient``; ``reporting`` and ``image_builds`` say what the
    server is configured for; ``shape`` is the version whose JSON it speaks (``0.4``, ``0.6``, ``0.6.3``, ``1.0``): all
    of these are ``switches`` that can be changed while it serves. ``base_url`` is where files are said to be; when it
    is empty, that is the address to which a request was sent. With ``is_empty`` a new one has nothing in it, and
    nothing begins by itself. Raises ``ValueError`` when the state cannot be read.
    """
    store = Store(state_dir, now)
    world = World(store, now)
    if store.is_new:
        if not is_empty:
            write_history(world)
        world.save()
    switches = Switches(mode=Mode(mode), reporting=reporting, image_builds=image_builds, shape=Shape(shape))
    return Application(world=world, switches=switches, base_url=base_url.rstrip("/"))
