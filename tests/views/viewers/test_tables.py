"""Tables of files: what a person sees of their rows, and the ways to the others."""

import pytest
from django.http import Http404

from dashboard.views.viewers import tables as viewer
from tests.views.viewers.made_subjects import made, part, shown, words


@pytest.fixture(autouse=True)
def _own_indexes(settings, tmp_path):
    settings.VAR_DIR = tmp_path


NAMED = "task,score\n" + "".join(f"task-{number},{number}\n" for number in range(2, 1_001))


def test_rows_have_their_numbers_and_columns_their_names() -> None:
    html = shown(viewer, made("a.csv", NAMED))

    assert '<th scope="col">task</th><th scope="col" class="num">score</th>' in html
    assert '<th scope="row" class="num">2</th><td>task-2</td><td class="num">2</td>' in html
    assert "Rows 1–200 of 1,000" in html
    assert "task-201" not in html


def test_later_rows_are_a_page_of_their_own_under_the_same_names() -> None:
    html = shown(viewer, made("a.csv", NAMED), from_=930)

    assert '<th scope="col">task</th>' in html
    assert "Rows 801–1,000 of 1,000" in html
    assert "task-1000" in html
    assert 'href="/page/?q=x&amp;from=601" aria-label="Earlier rows"' in html
    assert 'href="/page/?q=x" aria-label="First rows"' in html


def test_a_row_that_there_is_not_leads_to_the_last() -> None:
    assert "Rows 801–1,000 of 1,000" in shown(viewer, made("a.csv", NAMED), from_=10**17)


def test_the_first_row_is_what_a_person_says() -> None:
    html = shown(viewer, made("a.csv", NAMED), show="rows")

    assert '<th scope="row" class="num">1</th><td>task</td>' in html
    assert 'href="/page/?q=x&amp;show=names"' in html


def test_the_way_to_the_other_reading_of_the_first_row_says_what_it_does() -> None:
    named = words(shown(viewer, made("a.csv", NAMED)))
    assert "Show the first row as data" in named
    assert "of 1,000; row 1 is the heading" in named

    unnamed = words(shown(viewer, made("a.csv", NAMED), show="rows"))
    assert "Show the first row as heading" in unnamed
    assert "is the heading" not in unnamed


def test_quotes_that_do_not_close_are_told() -> None:
    html = shown(viewer, made("a.csv", 'a,b\n1,"2\n3,4\n' * 2))

    assert "Quotes do not close. Row 2, 5" in words(html) or "Quotes do not close. Rows 2, 5" in words(html)
    assert 'href="/page/?q=x&amp;as=text"' in html


def test_what_is_wider_than_a_page_is_told() -> None:
    assert "300 more" in shown(viewer, made("a.csv", "1," * 499 + "1\n"))


def test_a_big_file_is_counted_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(viewer, "BUDGET", 1)
    subject = made("a.csv", "a,b\n" * 600_000)

    assert "at least 262,144" in shown(viewer, subject)
    assert "Count on" in shown(viewer, subject)
    html = shown(viewer, subject)
    assert "of 600,000" in html
    assert "Count on" not in html


def test_an_empty_file_is_told() -> None:
    assert "The file is empty" in shown(viewer, made("a.csv", ""))


def test_hostile_cells_are_text() -> None:
    html = shown(viewer, made("a.csv", '<script>x</script>,"\'><img onerror=x>"\n=cmd|x,\x1b[0m\u202e\n'))

    assert "&lt;script&gt;x&lt;/script&gt;" in html


def test_there_are_no_parts() -> None:
    with pytest.raises(Http404):
        part(viewer, made("a.csv", ""), "x")
