"""Speaks the Docks REST API: one short function per route, JSON in and out.

All routes lie below ``{address}/tenants/{tenant}``. Reads are tried again twice where nobody waits for them. Actions
are sent once; ``Unreachable`` with the code ``timeout`` or ``reset`` means that their outcome is not known.

An answer 404 is only ``Missing`` where the API itself is there and speaks of that very thing; a wrong address, a wrong
tenant and a proxy that knows nothing all answer 404 too. ``BadAnswer`` (``no_api``) stands for those.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial
from http import HTTPStatus

from dashboard.domain.actions import EvaluationRequest, SandboxRequest
from dashboard.domain.errors import BadAnswer, Missing, SourceError, Unreachable
from dashboard.domain.records import Json, SourceConfig
from dashboard.http import ACTION_LIMITS, Classify, Limits, Params, Refusal
from dashboard.http.failures import explain_refusal
from dashboard.http.messages import Mask
from dashboard.sources.docks.ids import RunId, WireKind
from dashboard.sources.ranges import RangeSession
from dashboard.sources.sessions import Peer, session_with
from dashboard.sources.texts import clean

BACKGROUND = Limits(deadline=10, retries=2)
URGENT = Limits(deadline=2, read=2)
TRIALS_BYTES = 64 * 2**20
"""All trials of a run come in one answer."""
TEMPLATES = 50
"""How many templates are asked for."""

Route = tuple[str, ...]
EVALUATIONS = WireKind.EVALUATION.route
SANDBOXES = WireKind.SANDBOX.route
DATASETS: Route = ("datasets",)

NO_API = "no_api"
"""The code where not even the list is there that things would be in."""

_WORDLESS = "no_word"
_MOST_MISSING = 20


class DocksClient:
    """The API as one tenant and token see it. Cheap to construct."""

    def __init__(self, config: SourceConfig) -> None:
        self.clock_skew: timedelta | None = None
        """The server's clock minus ours, as the last answer to a question told it."""
        self._config = config
        self._limits = URGENT if config.is_urgent else BACKGROUND
        self._base = ("tenants", config.tenant) if config.tenant else ()
        self._peer = Peer.of(config)

    def list_runs(self, kind: WireKind) -> list[Json]:
        """The newest runs of a kind, as many as the source is configured to list."""
        return self._get_list(kind.route, limit=self._config.list_limit)

    def get_run(self, run_id: RunId, *, is_urgent: bool = False) -> dict[str, Json]:
        """One run. Raises ``Missing``."""
        limits = URGENT if is_urgent else self._limits
        with self._confirming(run_id.kind.route):
            return self._object(self._get((*run_id.kind.route, run_id.wire), limits=limits))

    def list_trials(self, run_id: str) -> list[Json]:
        """All trials of an evaluation run that is there."""
        limits = replace(self._limits, max_bytes=TRIALS_BYTES)
        try:
            return self._items(self._get((*EVALUATIONS, run_id, "trials"), limits=limits))
        except Missing as error:
            sentence = "The source knows the run and not its trials."
            raise self._bad(sentence, code="no_trials", detail=error.detail) from error

    def get_trial(self, run_id: str, trial_id: str) -> dict[str, Json]:
        """One trial, for a person who waits. Raises ``Missing``."""
        with self._confirming(EVALUATIONS):
            return self._object(self._get((*EVALUATIONS, run_id, "trials", trial_id), limits=URGENT))

    def list_datasets(self) -> list[Json]:
        """The data sets."""
        return self._get_list(DATASETS)

    def get_dataset(self, dataset_id: str) -> dict[str, Json]:
        """One data set. Raises ``Missing``."""
        with self._confirming(DATASETS):
            return self._object(self._get((*DATASETS, dataset_id)))

    def list_tasks(self, dataset_id: str) -> list[Json]:
        """The tasks of a data set. Raises ``Missing``."""
        with self._confirming(DATASETS):
            return self._items(self._get((*DATASETS, dataset_id, "tasks")))

    def list_templates(self) -> list[Json]:
        """The templates of sandbox runs."""
        return self._get_list(("templates",), limit=TEMPLATES)

    def stop(self, run_id: str) -> Mapping[str, Json]:
        """Stop a sandbox run."""
        return self._act(SANDBOXES, run_id, "stop")

    def cancel(self, run_id: str) -> Mapping[str, Json]:
        """Cancel an evaluation run."""
        return self._act(EVALUATIONS, run_id, "cancel")

    def start(self, run_id: str) -> Mapping[str, Json]:
        """Start an evaluation run."""
        return self._act(EVALUATIONS, run_id, "start")

    def create_evaluation(self, request: EvaluationRequest) -> Mapping[str, Json]:
        """Create an evaluation run. What the source says in return never repeats the agents' variables."""
        secrets = [value for one in request.agent_variants for value in one.environment.reveal().values()]
        return self._post(EVALUATIONS, json=evaluation_body(request), secrets=secrets)

    def create_sandbox(self, request: SandboxRequest) -> Mapping[str, Json]:
        """Create a sandbox run of a template. What the source says in return never repeats the parameters."""
        body = {"template_id": request.template_id, "provider": request.provider, "params": dict(request.params)}
        return self._post(SANDBOXES, json=body, secrets=list(request.params.values()))

    def _session(self) -> RangeSession:
        try:
            return session_with(self._peer)
        except ValueError as error:
            raise Unreachable(str(error), source=self._config.name, code="config") from None

    def _get(self, route: Route, *, params: Params | None = None, limits: Limits | None = None) -> Json:
        limits, classify = limits or self._limits, self._classify()
        answer = self._session().get_json((*self._base, *route), params=params, limits=limits, classify=classify)
        self.clock_skew = answer.clock_skew
        return answer.value

    def _post(self, route: Route, *, json: Json = None, secrets: Sequence[str] = ()) -> Mapping[str, Json]:
        answer = self._session().request_json(
            "POST", (*self._base, *route), json=json, limits=ACTION_LIMITS, classify=self._classify(secrets)
        )
        return answer.value if isinstance(answer.value, dict) else {}

    def _act(self, runs: Route, run_id: str, verb: str) -> Mapping[str, Json]:
        with self._confirming(runs):
            return self._post((*runs, run_id, verb))

    def _get_list(self, route: Route, *, limit: int | None = None) -> list[Json]:
        try:
            return self._items(self._get(route, params={"limit": limit}))
        except (Missing, BadAnswer) as error:
            if error.code != _WORDLESS and not isinstance(error, Missing):
                raise
            raise self._bad(
                "The source has no such list.",
                code=NO_API,
                detail=error.detail,
                hint="Are the address and the tenant right?",
            ) from error

    @contextmanager
    def _confirming(self, route: Route) -> Iterator[None]:
        """``Missing`` leaves this block only if the list of such things is there: then the API and the tenant are."""
        try:
            yield
        except Missing:
            self._get_list(route, limit=1)
            raise

    def _items(self, value: Json) -> list[Json]:
        """The entries of a list, in either of the forms that the API has for it."""
        items = value.get("items") if isinstance(value, dict) else value
        if not isinstance(items, list):
            raise self._bad("The source answered with something that is not a list.", code="bad_response")
        return items

    def _object(self, value: Json) -> dict[str, Json]:
        if not isinstance(value, dict):
            raise self._bad("The source answered with something that is not an object.", code="bad_response")
        return value

    def _bad(self, sentence: str, *, code: str, detail: str = "", hint: str = "") -> BadAnswer:
        return BadAnswer(sentence, source=self._config.name, code=code, detail=detail, hint=hint)

    def _classify(self, secrets: Sequence[str] = ()) -> Classify:
        mask = Mask({str(number): secret for number, secret in enumerate((self._config.token, *secrets))})
        return partial(explain, mask=mask)


def evaluation_body(request: EvaluationRequest) -> dict[str, Json]:
    """The body that creates an evaluation run. It holds secrets: it goes to the source and nowhere else."""
    body: dict[str, Json] = {
        "name": request.name,
        "max_concurrent": request.max_concurrent,
        "attempts_per_task": request.attempts_per_task,
        "agent_variants": [
            {"name": one.name, "config": _config(one.agent, one.model, one.environment.reveal())}
            for one in request.agent_variants
        ],
    }
    body |= {"dataset_uri": request.dataset_uri} if request.dataset_uri else {}
    return body | ({"task_slugs": list(request.task_slugs)} if request.task_slugs else {})


def _config(agent: str, model: str, variables: dict[str, str]) -> dict[str, Json]:
    config: dict[str, Json] = {"type": agent, "model": model, "env_vars": variables}
    return {key: value for key, value in config.items() if value}


def explain(refusal: Refusal, *, mask: Mask) -> SourceError:
    """The error for a refusal: no 404 without a word is believed; tasks that the source misses are named."""
    if refusal.status == HTTPStatus.NOT_FOUND and not refusal.message:
        return BadAnswer("The source found nothing there, and does not say what (status 404).", code=_WORDLESS)
    error = explain_refusal(refusal)
    error.detail = mask.hide("\n".join(part for part in (error.detail, _missing_tasks(refusal.value)) if part))
    error.hint = mask.hide(error.hint)
    return error


def _missing_tasks(value: Json) -> str:
    detail = value.get("detail") if isinstance(value, dict) else None
    missing = detail.get("missing_tasks") if isinstance(detail, dict) else None
    if not isinstance(missing, list) or not missing:
        return ""
    named = ", ".join(clean(str(slug), 200) for slug in missing[:_MOST_MISSING])
    more = f" and {len(missing) - _MOST_MISSING:,} more" if len(missing) > _MOST_MISSING else ""
    return f"Missing tasks: {named}{more}."
