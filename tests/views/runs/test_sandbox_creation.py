"""Creating a sandbox run of a template in the browser."""

import pytest
from django.conf import settings
from django.core.cache import cache
from django.utils import timezone

from dashboard.domain.errors import Conflict, Unreachable
from dashboard.models import Run, Source
from tests.contract.memory import KIND, MemorySource, World
from tests.pages import parsed, resolved, text_of
from tests.services.conftest import memory_kind

__all__ = ["memory_kind"]

pytestmark = pytest.mark.django_db

CANARY = "sk-canary-00bd"


@pytest.fixture
def world(memory_kind):
    MemorySource.worlds["world"] = World()
    MemorySource.worlds["world"].put_template("Shop")
    return MemorySource.worlds["world"]


@pytest.fixture
def source(world):
    return Source.objects.create(name="World", kind=KIND, address="world", next_sync_at=timezone.now())


@pytest.fixture
def send(client, source):
    """Sends the form as it is filled in by somebody, with some fields changed."""
    page = parsed(client.get("/runs/new/sandbox/"))
    [ticket] = [each.get("value") for each in page.iter("input") if each.get("name") == "ticket"]

    def post(**fields):
        given = {
            "csrfmiddlewaretoken": client.cookies[settings.CSRF_COOKIE_NAME].value, "ticket": ticket,
            "template": "Shop", "provider": "gcp", "parameters-TOTAL_FORMS": "1", "parameters-INITIAL_FORMS": "0",
            "parameters-0-name": "key", "parameters-0-value": CANARY,
        }  # fmt: skip
        return client.post(f"/runs/new/sandbox/?source={source.pk}", given | fields)

    return post


def errors(response):
    return [text_of(each) for each in parsed(response).iter("ul") if "field-errors" in each.get("class", "")]


def test_the_form_for_evaluations_leads_there_and_it_lists_the_templates(client, source):
    assert f'href="/runs/new/sandbox/?source={source.pk}"' in resolved(client.get("/runs/new/"))
    assert '<option value="Shop"' in resolved(client.get("/runs/new/sandbox/"))


def test_the_provider_is_the_clients_own_until_another_is_typed(client, source, send):
    page = parsed(client.get("/runs/new/sandbox/"))
    assert [each.get("value") for each in page.iter("input") if each.get("name") == "provider"] == ["anthropic"]
    assert "As --provider of the client" in text_of(page)
    [typed] = [each.get("value") for each in parsed(send(template="")).iter("input") if each.get("name") == "provider"]
    assert typed == "gcp"


def test_it_is_created_and_shown(client, send, world):
    response = send()
    run = Run.objects.get()
    assert response["Location"] == f"/runs/{run.pk}/"
    [(action, asked)] = world.actions
    assert (action, asked.template_id, asked.params) == ("create_sandbox", "Shop", {"key": CANARY})
    page = resolved(client.get(response["Location"]))
    assert "“Shop” was created at World." in page
    assert "It begins when" not in page
    assert CANARY not in page


def test_sent_twice_it_is_created_once(send, world):
    assert send()["Location"] == send()["Location"]
    assert len(world.actions) == 1


def test_what_does_not_fit_is_said_at_its_field(send, world):
    response = send(provider="")
    assert response.status_code == 422
    assert len(errors(response)) == 1
    assert 'href="#id_provider"' in resolved(response)
    assert CANARY not in resolved(response)
    assert world.actions == []


def test_a_refusal_is_shown_with_what_was_typed_but_for_values(send, world):
    world.refusals["create_sandbox"] = Conflict("No quota.", detail="GPUS: 0", hint="Ask for more.")
    response = send()
    assert response.status_code == 422
    page = resolved(response)
    assert all(text in page for text in ("No quota.", "GPUS: 0", "Ask for more.", 'value="gcp"', 'value="key"'))
    assert CANARY not in page


def test_a_row_more_asks_nothing(send, world):
    response = send(add_parameter="1")
    assert response.status_code == 200
    assert 'name="parameters-1-name"' in resolved(response)
    assert CANARY not in resolved(response)
    assert (errors(response), world.actions) == ([], [])


def test_a_form_without_a_ticket_is_not_sent_on(send, world):
    response = send(ticket="")
    assert response.status_code == 422
    assert "too old or not complete" in resolved(response)
    assert world.actions == []


def test_an_outcome_that_is_unknown_leads_back_to_this_form(client, send, world):
    world.lost_answers["create_sandbox"] = Unreachable("No answer.", code="timeout")
    place = send()["Location"]
    assert "The outcome is unknown: World may have created “Shop”." in resolved(client.get(place))
    ticket = place.rstrip("/").rpartition("/")[2]
    page = resolved(client.get(f"/runs/new/sandbox/?again={ticket}"))
    assert 'value="gcp"' in page
    assert 'value="key"' in page


def test_a_source_that_lists_no_templates_leaves_the_id(client, source, world):
    world.failure = Unreachable("Nobody answers there.", code="refused")
    cache.clear()
    page = resolved(client.get("/runs/new/sandbox/"))
    assert "Nobody answers there." in page
    assert '<input type="text" name="template"' in page


def test_without_a_source_that_creates_it_says_so(client):
    assert "No source can create runs" in resolved(client.get("/runs/new/sandbox/"))
