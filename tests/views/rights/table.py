"""Every address by its name: who may ask for it, with which answer. The tests walk it; docs/reference/roles.md too.

**A new address** is one line in :data:`TABLE`, by the name of its URL:

- ``thing()``: a page of something of a source (a run, a report, …): a viewer's, and 404 where one may not see it;
- ``page()``: a page or list that is of no one thing: a viewer's, and as empty as what they may see;
- ``deed(post=…)``: a form by which an operator acts; add ``of_source=True`` where it is about one thing of a source;
- ``private()``: a page of something that an operator keeps for themselves: 404 for all others;
- ``api()``: the same as ``page()``, by a token: 401 for who has none;
- ``own()``: what anybody who is signed in may do for themselves (``post=…`` where it takes a form);
- ``public()``: open to strangers;
- ``managed()``: an administrator's.

The first number is the answer to GET (and HEAD) by who may ask; ``post`` that to an empty form by who may send it,
None: it takes none (405). A new converter of an address needs a value in :func:`tests.views.rights.world.world`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from dashboard.domain.roles import Role

METHODS = ("get", "head", "post", "put", "patch", "delete", "options")
SIGN_IN = "sign-in"
"""In place of a status: led to the sign-in page."""
Answer = int | str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What an address answers."""

    get: int = 200
    post: Answer | None = None
    reads: Role | None = Role.VIEWER
    """Who may GET; None: whoever is signed in."""
    acts: Role | None = Role.OPERATOR
    """Who may POST."""
    of_source: bool = False
    """It is about one thing of one source: not there (404) for who may not see that."""
    empty: int | None = None
    """The answer to who is signed in and has no role, where a page is not as empty for them as what they see."""
    is_owned: bool = False
    """It is about one thing that an operator keeps for themselves: nobody else's, whatever their role."""
    is_managed: bool = False
    """Of such a thing: administrators get it as well."""
    is_public: bool = False
    others: int = 405
    """The answer to PUT, PATCH and DELETE."""
    put: int | None = None
    """The answer to PUT, where it is another: Django's forms take it for a POST."""
    options: int | None = None
    """The answer to OPTIONS, where it is another."""
    roleless: int = 404
    """The answer about a thing to who has no role."""
    strangers: Mapping[str, Answer] = field(default_factory=dict)
    """The answers to strangers, by method, where they are others."""


def thing(get: int = 200, **fields) -> Row:
    return Row(get=get, of_source=True, **fields)


def page(get: int = 200, **fields) -> Row:
    return Row(get=get, **fields)


def deed(get: int = 200, *, post: Answer, **fields) -> Row:
    return Row(get=get, post=post, reads=Role.OPERATOR, **fields)


def private(get: int = 200, *, post: Answer | None = None, **fields) -> Row:
    return Row(get=get, post=post, reads=None, acts=None, is_owned=True, **fields)


def api(get: int = 200, **fields) -> Row:
    return Row(get=get, is_public=True, strangers=_API, **fields)


def own(get: int = 200, **fields) -> Row:
    return Row(get=get, reads=None, acts=None, **fields)


def public(get: int = 200, **fields) -> Row:
    return Row(get=get, reads=None, acts=None, is_public=True, **fields)


def managed(get: int = 200, **fields) -> Row:
    return Row(get=get, reads=Role.ADMINISTRATOR, acts=Role.ADMINISTRATOR, **fields)


_API = {"get": 401, "head": 401}

UNREAD = 405
"""Of GET, where only a form is taken."""

NOT_YET = {"get": 200, "head": 200, "post": 200, "put": 200, "patch": 405, "delete": 405, "options": 200}
"""Of the sign-in page, which whoever is signed in is led on from."""

LED_ON = public(302, post=302, others=302, options=302, strangers=dict.fromkeys(METHODS, SIGN_IN))

TABLE: dict[str, Row] = {
    "healthz": public(),
    "favicon": public(302),
    "home": page(302),
    "sign-in": public(302, post=302, others=302, options=302, strangers=NOT_YET),
    "one-time-link": public(404, post=404),
    "sign-out": public(UNREAD, post=SIGN_IN),
    "admin-sign-in": public(403, strangers={"get": SIGN_IN, "head": SIGN_IN}),
    "search": page(302),
    "appearance": own(UNREAD, post=302),
    "list-columns": own(UNREAD, post=302),
    "styleguide": page(),
    "source-look": thing(UNREAD, post=302),
    "run-list": page(),
    "run-export": page(),
    "run-details": page(302),
    "run-details-json": page(302),
    "run-batch": deed(post=302),
    "run-batch-result": page(404),
    "run-create": deed(post=200),
    "run-creation": page(404),
    "sandbox-create": deed(post=200),
    "run-detail": thing(),
    "run-start": deed(post=422, of_source=True),
    "run-cancel": deed(post=422, of_source=True),
    "run-stop": deed(post=422, of_source=True),
    "run-delete": deed(post=422, of_source=True),
    "run-outcome": thing(),
    "run-trials": thing(),
    "trial-export": thing(),
    "run-grid": thing(),
    "run-failures": thing(),
    "run-search": thing(),
    "run-log": thing(),
    "run-files": thing(),
    "run-archive": thing(),
    "archive-progress": thing(),
    "run-config": thing(),
    "run-inputs": thing(),
    "run-reports": thing(),
    "run-history": thing(),
    "run-compare": thing(),
    "run-result": thing(503),
    "run-file": thing(),
    "run-download": thing(),
    "run-inline": thing(415),
    "trial-detail": thing(),
    "trial-trajectory": thing(),
    "trial-diff": thing(),
    "trial-logs": thing(),
    "trial-results": thing(),
    "trial-files": thing(),
    "trial-config": thing(),
    "trial-file": thing(),
    "trial-download": thing(),
    "trial-inline": thing(415),
    "trial-archive": thing(),
    "file-frame": public(404),
    "file-frame-bytes": public(404),
    "task-list": page(),
    "task-export": page(),
    "task-detail": thing(),
    "own-report-new": deed(post=422),
    "report-list": page(),
    "report-export": page(),
    "report-new": deed(post=200),
    "report-creation": page(404),
    "report-frame": public(404),
    "report-detail": thing(),
    "report-preview": thing(302),
    "report-delete": deed(post=422, of_source=True),
    "report-retry": deed(post=422, of_source=True),
    "report-file": thing(),
    "pipelines": page(),
    "pipeline-detail": thing(),
    "pipeline-template": thing(),
    "pipeline-test": thing(),
    "run-group": thing(),
    # Signing in and one's own account.
    "account_login": public(302, post=302, others=302, options=302, strangers=NOT_YET),
    "sso": public(404),
    "sso-return": public(404),
    "mfa_authenticate": LED_ON,
    "password-forgotten": public(404, post=404),
    "password-reset": public(410, post=410, others=410, options=410),
    "account": own(),
    "mfa_index": own(),
    "session-end": own(UNREAD, post=302),
    "sso-join": own(UNREAD, post=302),
    "password-change": own(post=200, options=200, put=200),
    "account_reauthenticate": own(post=200, options=200, put=200),
    "mfa_reauthenticate": own(302, post=302, others=302, options=302),
    "mfa_activate_totp": own(302, post=302, others=302, options=302),
    "mfa_deactivate_totp": own(404, post=404, others=404, options=404),
    "mfa_view_recovery_codes": own(404, options=200),
    "mfa_download_recovery_codes": own(404),
    "mfa_generate_recovery_codes": own(302, post=302, others=302, options=302),
    # One's own things.
    "held-form": own(post=302),
    "preferences": own(post=422),
    "token-list": page(post=422, acts=Role.VIEWER, empty=403),
    "token-revoke": private(post=302, roleless=403),
    "view-list": page(),
    "view-new": page(404, post=404, acts=Role.VIEWER),
    "view-open": private(302),
    "view-edit": private(post=422),
    "view-state": private(UNREAD, post=302),
    "view-delete": private(post=302),
    "stars": page(UNREAD, post=404, acts=Role.VIEWER),
    "label-names": page(),
    "note-edit": deed(post=422, of_source=True),
    "note-delete": deed(post=302, of_source=True),
    "run-label-many": deed(post=422),
    "run-notes": thing(post=422),
    "run-labels": thing(post=422),
    "trial-notes": thing(post=422),
    "trial-labels": thing(post=422),
    "watches": page(),
    "watch-new": page(404, post=404, acts=Role.VIEWER),
    "watch-stop": private(UNREAD, post=302, roleless=403),
    "watch-stop-by-mail": public(404, post=404),
    "channel-new": page(post=422, acts=Role.VIEWER),
    "channel-detail": private(post=302),
    "channel-remove": private(post=302),
    "delivery-again": private(UNREAD, post=302),
    # Sharing.
    "run-share": deed(post=422, of_source=True),
    "report-share": deed(post=422, of_source=True),
    "share-list": page(),
    "share-revoke": private(post=302, is_managed=True),
    "share-page": public(404),
    "share-below": public(404),
    # The API and what machines ask for.
    "readyz": public(),
    "metrics": public(404),
    "api-reference": page(empty=403),
    "api-openapi": api(empty=401),
    "api-root": public(404),
    "api-nothing": public(404),
    **{
        name: api(of_source=True, roleless=401)
        for name in (
            "api-run-detail",
            "api-run-bytes",
            "api-run-artifacts",
            "api-trial-list",
            "api-trial-detail",
            "api-trial-bytes",
            "api-trial-artifacts",
            "api-report-detail",
            "api-report-bytes",
        )
    },
    **{name: api(empty=401) for name in ("api-run-list", "api-report-list", "api-task-list", "api-source-list")},
}


def expected(row: Row, role: str | None, method: str, *, is_hidden: bool) -> Answer:
    """What the table says is answered to ``role`` (None: a stranger; empty: signed in without a role)."""
    if role is None and (method in row.strangers or not row.is_public):
        return row.strangers.get(method, SIGN_IN)
    if method == "options":
        return row.others if row.options is None else row.options
    if method == "put" and row.put is not None:
        return row.put
    if method in {"put", "patch", "delete"} or (method == "post" and row.post is None):
        return row.others
    if method != "post" and row.get == UNREAD:
        return UNREAD
    return _of_post(row, role, is_hidden) if method == "post" else _of_get(row, role, is_hidden)


def _of_get(row: Row, role: str | None, is_hidden: bool) -> int:
    refusal = _refusal(row, role, row.reads, is_hidden)
    return row.get if refusal is None else refusal


def _of_post(row: Row, role: str | None, is_hidden: bool) -> Answer:
    assert row.post is not None
    refusal = _refusal(row, role, row.acts, is_hidden)
    return row.post if refusal is None else refusal


def _refusal(row: Row, role: str | None, wanted: Role | None, is_hidden: bool) -> int | None:
    """404 of what is not there for one, 403 of what another role may, None where nothing speaks against it.

    Who has no role gets pages that are of no one thing, empty.
    """
    if (row.of_source or row.is_owned) and role == "":
        return row.roleless
    if row.is_owned and role not in {Role.OPERATOR, Role.ADMINISTRATOR if row.is_managed else Role.OPERATOR}:
        return 404
    if row.of_source and is_hidden and role != Role.ADMINISTRATOR:
        return 404
    if role == "" and row.empty is not None:
        return row.empty
    if wanted is None or (wanted is Role.VIEWER and not row.of_source) or (role and Role(role).covers(wanted)):
        return None
    return 403
