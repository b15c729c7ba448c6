"""Nothing of a hidden source stands in any answer, in whatever words one asks."""

import re

import pytest
from django.apps import apps
from django.db import models, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dashboard.models import Run, Source, Task, Trial
from dashboard.services import api_tokens
from dashboard.views.kept import PARTS
from tests import factories
from tests.views.rights import walking
from tests.views.rights.canaries import MIRRORED, WORD, hide, share_task, texts
from tests.views.rights.table import TABLE, UNREAD
from tests.views.rights.world import world

pytestmark = pytest.mark.django_db

PART = f"*{WORD[1:]}*"
QUERIES = (
    *(f"{field}:{PART}" for field in ("agent", "model", "error", "task", "source", "label", "owner", "test")),
    WORD[1:], "agent:canarx", "error:canari", "dataset:canarx", "runs:>1", "trials:>3",
)  # fmt: skip
"""None of them says the word itself: a page repeats what it was asked."""
LISTS = ("run-list", "task-list", "report-list", "run-export", "task-export", "report-export")


@pytest.fixture(scope="module")
def hidden(django_db_setup, django_db_blocker):
    """The visible half of the world of the table, a task that both sources tried, and the canaries."""
    with django_db_blocker.unblock(), transaction.atomic():
        found = world()
        hide()
        shared = share_task(Source.objects.get(name="Open"))
        yield found, shared, found.people
        transaction.set_rollback(True)


def text_of(response):
    body = b"".join(response.streaming_content) if response.streaming else response.content
    told = f"{response.headers} {response.cookies}"
    return f"{body.decode(errors='replace')} {told}"


def client_of(person, **headers):
    client = Client(headers=headers)
    client.force_login(person)
    return client


def test_the_word_stands_in_every_text_of_every_kind_of_row(hidden):
    for model in MIRRORED:
        for field in texts(model):
            holds = model.objects.filter(**{f"{field.name}__contains": WORD})
            assert holds.exists(), f"{model.__name__}.{field.name}"


def test_every_kind_of_row_that_a_source_brings_is_among_them():
    """A new model that leads to a source has to be hidden as well."""
    known = {*MIRRORED, *UNSHOWN}
    for model in apps.get_app_config("dashboard").get_models():
        leads = {field.related_model for field in model._meta.concrete_fields if field.is_relation}
        if leads & {Source, Run, Trial}:
            assert model in known or model.__name__ in UNSHOWN, model.__name__


UNSHOWN = ("StateChange", "Star", "Watch", "Delivery", "ShareLink")
"""Models that lead to a source and hold no text of it, or are shown to their owners alone."""


@pytest.mark.parametrize("role", ["viewer", "operator"])
def test_no_page_says_it(hidden, role):
    found, _, known = hidden
    client = client_of(known[role])
    for name, pattern in dict(walking.patterns()).items():
        if name not in TABLE or TABLE[name].get == UNREAD or name == "sign-out":
            continue
        address = reverse(name, kwargs={key: found.visible[key] for key in pattern.pattern.converters})
        assert WORD not in text_of(client.get(address)), name


@pytest.mark.parametrize("htmx", [False, True])
def test_no_list_says_it_or_counts_it_whatever_one_asks_for(hidden, htmx):
    _, _, known = hidden
    client = client_of(known["viewer"], **({"hx-request": "true"} if htmx else {}))
    for name in LISTS:
        kwargs = {"kind": "csv"} if name.endswith("export") else {}
        for query in QUERIES:
            shown = text_of(client.get(reverse(name, kwargs=kwargs), {"q": query}))
            assert WORD not in shown, f"{name} {query}"
        assert WORD not in text_of(client.get(reverse(name, kwargs=kwargs)))


@pytest.mark.parametrize("query", [f"agent:{PART}", f"error:{PART}", "runs:>1", "trials:>3", "solved:sometimes"])
def test_a_task_that_both_tried_is_not_found_by_what_is_hidden_of_it(hidden, query):
    _, shared, known = hidden
    found = text_of(client_of(known["viewer"]).get(reverse("task-export", args=["json"]), {"q": query}))
    assert shared.name not in found


def test_figures_of_a_task_that_both_tried_are_of_the_visible_one(hidden):
    _, shared, known = hidden
    client = client_of(known["viewer"])
    rows = client.get(reverse("task-export", args=["json"]), {"q": "name:shared-task", "columns": "task,runs,trials"})
    assert '"runs": 1' in text_of(rows)
    page = text_of(client.get(reverse("task-detail", args=[shared.pk])))
    assert WORD not in page


def test_what_is_kept_for_one_who_sees_all_is_not_shown_to_others(hidden):
    """The task's row is kept for the insider first: it says seven trials more."""
    _, shared, known = hidden
    insider = client_of(factories.make_person("insider", groups=["insiders"]))
    rows = {}
    for name, client in (("insider", insider), ("viewer", client_of(known["operator"]))):
        shown = text_of(client.get(reverse("task-list"), {"q": "name:shared-task"}))
        rows[name] = re.sub(r"\s+", " ", re.search(rf'<tr id="task-{shared.pk}".*?</tr>', shown, re.DOTALL)[0])
    assert rows["insider"] != rows["viewer"]


@pytest.mark.parametrize(
    "text", [WORD, f"{WORD}-task", f"{WORD} run", f"{WORD}-1", f"{WORD}-0", f"{WORD} test", "shared-task canary"]
)
def test_the_search_finds_nothing_of_it(hidden, text):
    _, _, known = hidden
    response = client_of(known["operator"]).get(reverse("search"), {"q": text}, follow=True)
    shown = text_of(response)
    for link in re.findall(r'href="(/(?:runs|tasks|tests|groups|templates|pipelines)/\d+/)', shown):
        assert text_of(client_of(known["operator"]).get(link)).count(WORD) == 0
    assert not {f"/runs/{pk}/" for pk in _hidden(Run, "source")} & set(re.findall(r"/runs/\d+/", shown))
    assert not {f"/tasks/{pk}/" for pk in Task.objects.filter(name__contains=WORD).values_list("pk", flat=True)} & set(
        re.findall(r"/tasks/\d+/", shown)
    )


def test_the_api_says_nothing_of_it(hidden):
    found, _, known = hidden
    secret = api_tokens.create(known["viewer"], "test", days=9, now=timezone.now()).secret
    client = Client(headers={"authorization": f"Bearer {secret}"})
    for name, pattern in dict(walking.patterns()).items():
        if name.startswith("api-"):
            address = reverse(name, kwargs={key: found.visible[key] for key in pattern.pattern.converters})
            assert WORD not in text_of(client.get(address)), name
            assert WORD not in text_of(client.get(address, {"limit": 100, "sort": "name"})), name


def test_an_insider_does_read_it(hidden):
    """Else the tests above would hold of empty pages."""
    client = client_of(factories.make_person("in", groups=["insiders"]))
    PARTS.clear()
    shown = {name: text_of(client.get(reverse(name))) for name in ("run-list", "task-list", "report-list", "pipelines")}
    assert [name for name, text in shown.items() if WORD not in text] == []


def _hidden(model: type[models.Model], source: str) -> list[int]:
    return list(model.objects.filter(**{f"{source}__name__contains": WORD}).values_list("pk", flat=True))
