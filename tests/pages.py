"""What tests of pages share: somebody signed in, the genuine jobs mirrored, pages read as a browser reads them."""

import re
from pathlib import Path

import html5lib
import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import reverse

import dashboard
from dashboard.models import Run, Source, Trial
from dashboard.services.sync.loop import look_once
from dashboard.views.kept import PARTS
from dashboard.views.runs.polls import FRAGMENTS, STATES
from tests.factories import make_person

GENUINE = Path(dashboard.__file__).parent / "demo" / "harbor" / "jobs"


@pytest.fixture(autouse=True)
def _empty_cache():
    """Rows and counts are kept by primary key and version, which tests use again."""
    cache.clear()
    PARTS.clear()
    FRAGMENTS.clear()
    STATES.clear()


@pytest.fixture
def person(db):
    return make_person()


@pytest.fixture
def client(person):
    """Somebody who is signed in, whose browser sends CSRF tokens or is refused."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(person)
    return client


@pytest.fixture
def stranger(db):
    return Client()


@pytest.fixture(scope="module")
def mirrored(django_db_setup, django_db_blocker):
    """The genuine jobs in the mirror, read once for a module and rolled back after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        Source.objects.create(name="Genuine jobs", kind="harbor", address=str(GENUINE), time_zone="UTC")
        look_once()
        yield {run.name: run for run in Run.objects.all()}
        transaction.set_rollback(True)


TABS = ("detail", "trials", "grid", "failures", "log", "files", "config", "reports", "history", "notes")


def tab_urls(run):
    return [reverse(f"run-{tab}", args=[run.pk]) for tab in TABS]


def urls_of_everything():
    """Every page about every run, trial and task that is mirrored."""
    for run in Run.objects.all():
        yield from tab_urls(run)
    for trial in Trial.objects.all():
        yield reverse("trial-detail", args=[trial.run_id, trial.pk])
        yield reverse("task-detail", args=[trial.task_id])
    yield from ("/runs/", "/tasks/", "/styleguide/", "/runs/?q=status:failed")


def check_all(client):
    """All pages answer and are resolved; their texts by address."""
    texts = {}
    for url in dict.fromkeys(urls_of_everything()):
        response = client.get(url)
        assert response.status_code == 200, url
        texts[url] = resolved(response)
    return texts


def parsed(response):
    """The page as a tree, read strictly enough that what is wrong with it raises."""
    return html5lib.parse(response.content, namespaceHTMLElements=False)


def text_of(element):
    """What one reads, with single spaces."""
    return " ".join("".join(element.itertext()).split())


def classed(tree, name, tag="*"):
    return [element for element in tree.iter(None if tag == "*" else tag) if name in element.get("class", "").split()]


def row_ids(response, prefix="run"):
    """Primary keys of the rows of a list, in order."""
    return [int(pk) for pk in re.findall(rf'<tr id="{prefix}-(\d+)"', response.content.decode())]


def resolved(response):
    """The page's text, after checking that every variable of its template resolved."""
    text = response.content.decode()
    assert "UNRESOLVED" not in text, re.findall(r".{60}UNRESOLVED\[.{40}", text, re.DOTALL)[:5]
    return text
