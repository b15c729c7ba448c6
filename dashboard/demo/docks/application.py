"""The WSGI application: who may ask, what goes wrong, and who answers."""

import hmac
from collections import deque
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from wsgiref.types import StartResponse, WSGIEnvironment

from dashboard.demo.answers import Answer, answer_json, send
from dashboard.demo.docks.addresses import FOLDER, Signer
from dashboard.demo.docks.answers import Refusal, answer_refusal, foreign_tenant, not_found, unknown_token
from dashboard.demo.docks.calls import Call, read_call
from dashboard.demo.docks.contents import Artifact, content, exists
from dashboard.demo.docks.controls import PREFIX, control
from dashboard.demo.docks.evaluations import find_trials
from dashboard.demo.docks.faults import Faults
from dashboard.demo.docks.routes import Desk, answer_route
from dashboard.demo.docks.stores import Store
from dashboard.demo.docks.worlds import World
from dashboard.demo.ranges import answer_bytes

TENANTS = "/tenants/"


class Application:
    """A stand-in for a Docks server, as a WSGI application; safe for several threads."""

    def __init__(self, *, world: World, token: str, tenant: str, base_url: str) -> None:
        self.world = world
        self.token = token
        self.tenant = tenant
        self.base_url = base_url
        self.faults = Faults()
        self.asked: deque[tuple[str, str]] = deque(maxlen=10_000)
        """Method and path of the latest requests, the control route's left out."""
        self.signer = Signer(secret=world.store.secret)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        try:
            call = read_call(environ)
        except Refusal as refusal:
            return send(answer_refusal(refusal), start_response)
        if call.path.startswith(PREFIX):
            return send(self.attempt(lambda: control(self.faults, call)), start_response)
        self.asked.append((call.method, call.path))
        answer, count = self.faults.disturb(call.path, lambda: self.attempt(lambda: self.answer(call)))
        return send(answer, start_response, count=0 if call.method == "HEAD" else count)

    def attempt(self, work: Callable[[], Answer]) -> Answer:
        """An answer, or the refusal."""
        try:
            return work()
        except Refusal as refusal:
            return answer_refusal(refusal)

    def answer(self, call: Call) -> Answer:
        """The right answer to a request."""
        if call.path.startswith(FOLDER):
            return self.serve_artifact(call, call.path.removeprefix(FOLDER))
        if not call.path.startswith(TENANTS):
            raise not_found("Route")
        self.check_token(call)
        tenant, slash, rest = call.path.removeprefix(TENANTS).partition("/")
        if tenant != self.tenant:
            raise foreign_tenant()
        document, status = answer_route(self.desk(call), f"{slash}{rest}")
        is_wrapped = self.faults.items and isinstance(document, list)
        return answer_json({"items": document} if is_wrapped else document, status=status)

    def check_token(self, call: Call) -> None:
        """401 unless the request carries the token."""
        sent = call.headers.get("authorization", "").encode()
        if not hmac.compare_digest(sent, f"Bearer {self.token}".encode()):
            raise unknown_token()

    def desk(self, call: Call) -> Desk:
        """A request with all that it takes to answer it."""
        base_url = self.base_url or call.origin
        return Desk(world=self.world, faults=self.faults, signer=self.signer, call=call, base_url=base_url)

    def serve_artifact(self, call: Call, path: str) -> Answer:
        """The bytes of an artifact; no token, but nobody guesses its address."""
        if call.method not in {"GET", "HEAD"}:
            raise Refusal(405, "Method Not Allowed", (("Allow", "GET, HEAD"),))
        named = self.signer.read(path)
        if named is None:
            raise not_found("Artifact")
        run_id, trial_id, name = named
        evaluation = self.world.evaluation(run_id)
        trial = find_trials(evaluation).get(trial_id)
        artifact = next(each for each in Artifact if each.file_name == name)
        now = self.world.now()
        if trial is None or not exists(evaluation, trial, artifact, now):
            raise not_found("Artifact")
        return answer_bytes(call, content(evaluation, trial, artifact, now), artifact.media_type)


def make_app(
    state_dir: Path,
    *,
    now: Callable[[], datetime],
    token: str,
    tenant: str,
    base_url: str = "",
    seed: int = 7,
) -> Application:
    """A stand-in with its state in a folder, which may be empty or a former one's.

    ``now`` gives aware times. ``base_url`` is where artifacts are said to be; when it is empty, that is the address
    to which a request was sent. Raises ``ValueError`` when the state cannot be read.
    """
    world = World(Store(state_dir, now), now, seed)
    return Application(world=world, token=token, tenant=tenant, base_url=base_url.rstrip("/"))
