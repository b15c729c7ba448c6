"""A Docks tenant, or a CARROT server, on loopback that is well until a test breaks it, on the wire or beneath it."""

import io
import json
import socket
from datetime import UTC, datetime
from wsgiref.util import setup_testing_defaults

from dashboard.demo import carrot
from dashboard.demo.carrot.run_views import run_status
from dashboard.demo.docks import Application
from dashboard.demo.docks.stores import Store
from dashboard.demo.docks.worlds import World
from tests.http.faulty_server import Server, reply

TENANT = "5b0d2c9e-6f3a-4f54-9c39-0b6a3d1f7a11"
TOKEN = "docks_never-to-be-seen"
HOST = "docks.test"
NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
FINISHED, MOVING = "gemini out of quota", "pull-request-1200"


class Tenant:
    """The stand-in's application behind a server that does what it is told.

    It holds a finished evaluation run, one that runs, and a sandbox run. Its host name is found as long as
    ``is_known`` says so.
    """

    kind, of = "docks", TENANT
    """What a source of it is; ``of`` is its tenant."""

    def __init__(self, folder, tls=None):
        self.now = NOW
        self.good_tls = tls
        self._first_app = self.new_app(folder)
        self.server = Server(tls=tls)
        self.is_known = True
        self.is_refusing = False
        self.reset()

    def new_app(self, folder):
        """An application with a state of its own."""
        world = World(Store(folder, lambda: self.now), lambda: self.now, seed=7)
        world.history = {each.id: each for each in world.history.values() if each.name == FINISHED}
        world.old_sandboxes = dict(list(world.old_sandboxes.items())[:1])
        return Application(world=world, token=TOKEN, tenant=TENANT, base_url="")

    def reset(self):
        """As it was when it was new, but for what was done to its runs."""
        self.now, self.app = NOW, self._first_app
        self.app.token = TOKEN
        self.app.faults.clear()
        self.mend()

    @property
    def moving_name(self):
        """The run that goes on."""
        return MOVING

    @property
    def moving(self):
        return next(each for each in self.app.world.evaluations() if each.name == MOVING)

    def mend(self):
        """Everything is well again."""
        self.is_known, self.server.tls = True, self.good_tls
        self.server.answer(self.well)
        if self.is_refusing:
            self.is_refusing = False
            self.server.listen()

    def refuse(self):
        self.is_refusing = True
        self.server.refuse()

    def speak(self, tls):
        """Speak TLS with this context from now on, or none."""
        self.server.tls = tls
        self.server.drop()

    def well(self, peer, request):
        """The right answer."""
        return reply(**self.answer_to(request))(peer, request)

    def answer_to(self, request):
        """What the application says, as arguments of ``reply``."""
        path, _, query = request.target.partition("?")
        environ = {"REQUEST_METHOD": request.method, "PATH_INFO": path, "QUERY_STRING": query, "SCRIPT_NAME": ""}
        environ |= {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in request.headers.items()}
        environ |= {"wsgi.input": io.BytesIO(request.body), "CONTENT_LENGTH": str(len(request.body))}
        setup_testing_defaults(environ)
        started = []
        body = b"".join(self.app(environ, lambda status, headers, *_: started.extend((status, headers))))
        return {"body": body, "status": int(started[0][:3]), "headers": dict(started[1])}

    def changed(self, change):
        """A handler by which the bodies of the right answers are changed; other lists of bytes as they are."""

        def handle(peer, request):
            answer = self.answer_to(request)
            if request.method == "GET" and answer["headers"].get("Content-Type") == "application/json":
                answer["body"] = change(answer["body"])
                answer["headers"] |= {"Content-Length": str(len(answer["body"]))}
            return reply(**answer)(peer, request)

        return handle

    def changed_list(self, change):
        """A handler by which the right answers that are lists are changed."""

        def change_body(body):
            value = json.loads(body)
            return json.dumps(change(value)).encode() if isinstance(value, list) else body

        return self.changed(change_body)

    def look_up(self, host, port, *_args, **_options):
        """Stands in for the system's resolver."""
        if host not in {HOST, "localhost"} or not self.is_known:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]


class CarrotServer(Tenant):
    """The stand-in CARROT server behind the same; one small pipeline of it, with a run that moves."""

    kind, of = "carrot", ""

    def new_app(self, folder):
        app = carrot.make_app(folder, now=lambda: self.now)
        runs = app.world.table("runs")
        by_status = {run_status(run, app.world.moment): run for run in runs.values()}
        self.moving_run, *others = (by_status[status] for status in ("testrunning", "testfailed", "succeeded"))
        app.world.store.memory.tables["runs"] = {run["run_id"]: run for run in (self.moving_run, *others)}
        app.world.store.memory.tables["report_maps"] = {}
        return app

    @property
    def moving_name(self):
        return self.moving_run["name"]
