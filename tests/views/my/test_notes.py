"""Notes on pages: Markdown that cannot harm, a preview without script, one's own to change."""

import pytest
from django.conf import settings
from django.test import Client

from dashboard.domain.roles import Role
from dashboard.models import Note
from dashboard.services import notes
from tests import factories
from tests.pages import classed, parsed, text_of

pytestmark = pytest.mark.django_db

HOSTILE = """<script>alert(1)</script>
[click](javascript:alert(1)) ![x](https://evil.example/pixel.png)
<img src=x onerror=alert(1)> <iframe src="//evil.example"></iframe>
</div></article><form action="//evil.example"><input name="password"></form>
"""


def of(person):
    client = Client(enforce_csrf_checks=True)
    client.force_login(person)
    return client


def send(client, path, **data):
    client.get("/preferences/")
    return client.post(path, data | {"csrfmiddlewaretoken": client.cookies[settings.CSRF_COOKIE_NAME].value})


@pytest.fixture
def run():
    return factories.make_run()


@pytest.fixture(params=["run", "trial"])
def place(request, run):
    if request.param == "run":
        return f"/runs/{run.pk}/notes/"
    return f"/runs/{run.pk}/trials/{factories.make_trial(run).pk}/notes/"


def articles(response):
    return classed(parsed(response), "note", "article")


def tab(response):
    [nav] = [nav for nav in parsed(response).iter("nav") if (nav.get("aria-label") or "").startswith("Parts of this")]
    [link] = [link for link in nav.iter("a") if text_of(link).startswith("Notes")]
    return text_of(link), link.get("aria-current")


def test_a_note_is_kept_and_counted_on_the_tab(client, place):
    assert tab(client.get(place)) == ("Notes", "page")
    response = send(client, place, text="It **broke**.")
    note = Note.objects.get()
    assert response["Location"] == f"{place}#note-{note.pk}"
    page = client.get(place)
    assert tab(page) == ("Notes 1", "page")
    [article] = articles(page)
    assert "ada" in text_of(article)
    assert [text_of(strong) for strong in article.iter("strong")] == ["ada", "broke"]


def test_everybody_reads_it_and_only_the_author_is_offered_to_change_it(client, place):
    send(client, place, text="It broke.")
    note = Note.objects.get()
    for name, role, is_offered in (
        ("grace", Role.OPERATOR, False),
        ("vera", Role.VIEWER, False),
        ("chief", Role.ADMINISTRATOR, True),
    ):
        page = of(factories.make_person(name, role=role)).get(place)
        assert "It broke." in text_of(articles(page)[0])
        assert (f"/notes/{note.pk}/" in page.content.decode()) is is_offered


def test_a_preview_shows_it_and_keeps_nothing(client, place):
    response = send(client, place, text="# Big\n\nIt **broke**.", preview="1")
    tree = parsed(response)
    [shown] = classed(tree, "note-preview")
    assert [text_of(strong) for strong in shown.iter("strong")] == ["broke"]
    assert [text_of(heading) for heading in shown.iter("h3")] == ["Preview: not kept yet", "Big"]
    [field] = tree.iter("textarea")
    assert text_of(field) == "# Big It **broke**."
    assert not Note.objects.exists()


@pytest.mark.parametrize("preview", [{}, {"preview": "1"}])
def test_a_hostile_note_harms_nobody(client, place, preview):
    response = send(client, place, text=HOSTILE, **preview)
    page = response if preview else client.get(place)
    tree = parsed(page)
    shown = classed(tree, "markdown")[0]
    assert not {each.tag for each in shown.iter()} & {"script", "img", "iframe", "form", "input"}
    assert not [link for link in shown.iter("a") if not (link.get("href") or "").startswith("https://")]
    assert not [each for each in shown.iter() if any(name.startswith("on") for name in each.attrib)]
    assert not [each for each in tree.iter("script") if not each.get("src")]


@pytest.mark.parametrize("text", ["", "  \n", "x" * (notes.LONGEST + 1)])
def test_what_cannot_be_kept_is_told_and_stays_typed(client, place, text):
    response = send(client, place, text=text)
    assert response.status_code == 422
    [field] = parsed(response).iter("textarea")
    assert field.get("aria-invalid") == "true"
    assert len("".join(field.itertext())) >= len(text.strip())
    assert not Note.objects.exists()


def test_a_note_of_the_longest_length_is_kept_however_lines_end(client, run):
    text = "ab\r\n" * (notes.LONGEST // 3)
    assert send(client, f"/runs/{run.pk}/notes/", text=text).status_code == 302


def test_changing_and_deleting_without_script(client, place):
    send(client, place, text="It broke.")
    note = Note.objects.get()
    assert "It broke." in client.get(f"/notes/{note.pk}/").content.decode()
    assert "Preview" in text_of(parsed(send(client, f"/notes/{note.pk}/", text="Mended", preview="1")))
    assert send(client, f"/notes/{note.pk}/", text="It is mended.")["Location"] == place
    assert "edited" in text_of(articles(client.get(place))[0])
    assert send(client, f"/notes/{note.pk}/", text="").status_code == 422
    assert "Delete this note?" in client.get(f"/notes/{note.pk}/delete/").content.decode()
    assert send(client, f"/notes/{note.pk}/delete/")["Location"] == place
    assert not Note.objects.exists()


def hidden(response, name):
    return [each.get("value") for each in parsed(response).iter("input") if each.get("name") == name]


def test_of_a_note_that_changed_meanwhile_both_texts_are_shown_and_one_is_kept_on_purpose(client, run, person):
    path = f"/notes/{factories.make_note(run, person).pk}/"
    [began_from] = hidden(client.get(path), "began_from")
    assert send(client, path, text="Of **one tab**", began_from=began_from).status_code == 302
    preview = send(client, path, text="Of the other", began_from=began_from, preview="1")
    assert hidden(preview, "began_from") == [began_from]
    late = send(client, path, text="Of the other", began_from=began_from)
    tree = parsed(late)
    assert late.status_code == 409
    assert "changed since you opened it" in text_of(tree)
    assert [text_of(strong) for strong in classed(tree, "note-preview")[0].iter("strong")] == ["one tab"]
    assert [text_of(field) for field in tree.iter("textarea")] == ["Of the other"]
    assert Note.objects.get().text == "Of **one tab**"
    [state] = hidden(late, "began_from")
    assert send(client, path, text="Of the other", began_from=state).status_code == 302
    assert Note.objects.get().text == "Of the other"


def test_others_and_viewers_change_nothing(client, run, person):
    note = factories.make_note(run, person)
    for other in (factories.make_person("grace"), factories.make_person("vera", role=Role.VIEWER)):
        theirs = of(other)
        for path in (f"/notes/{note.pk}/", f"/notes/{note.pk}/delete/"):
            assert theirs.get(path).status_code == 403
            assert send(theirs, path, text="Mine now.").status_code == 403
    assert send(theirs, f"/runs/{run.pk}/notes/", text="x").status_code == 403
    assert "textarea" not in theirs.get(f"/runs/{run.pk}/notes/").content.decode()
    assert [each.text for each in Note.objects.all()] == ["It **broke**."]


def test_a_note_at_what_one_may_not_see_is_not_there_and_not_lost(client, run, person):
    note = factories.make_note(run, person)
    run.source.groups.add(factories.make_role("inner"))
    for path in (f"/runs/{run.pk}/notes/", f"/notes/{note.pk}/", f"/notes/{note.pk}/delete/"):
        assert client.get(path).status_code == 404
        assert send(client, path, text="x").status_code == 404
    assert Note.objects.count() == 1


def test_whoever_writes_has_no_page_change_under_their_hands(client):
    run = factories.make_run(status="running")
    page = parsed(client.get(f"/runs/{run.pk}/notes/"))
    assert not [each for each in page.iter() if each.get("data-live")]


@pytest.mark.parametrize("kind", ["sandbox", "test"])
def test_runs_of_every_kind_have_notes(client, kind):
    run = factories.make_test_run() if kind == "test" else factories.make_run(kind="sandbox")
    assert tab(client.get(f"/runs/{run.pk}/")) == ("Notes", None)
