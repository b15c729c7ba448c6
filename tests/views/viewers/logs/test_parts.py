"""Parts of a log's page."""

import re

import pytest
from django.http import Http404

from dashboard.services.logs import Log
from dashboard.views.viewers import logs
from dashboard.views.viewers.logs import chunks
from tests.readers.made_files import MadeFile
from tests.views.viewers.logs.made_logs import made_log, numbered
from tests.views.viewers.made_subjects import assert_well_formed, part, words


def ids(html: str) -> list[int]:
    return [int(number) for number in re.findall(r'<li id="L(\d+)"', html)]


def lines(subject, name: str, **params) -> str:
    answer = part(logs, subject, name, **params)
    html = answer.content.decode()
    assert_well_formed(re.sub("</?hx-partial[^>]*>", "", html))
    return html


def seen(data: str) -> str:
    """What a page says that it has seen of a file."""
    return chunks.version(Log(MadeFile(data.encode()), made_log("").key))


def test_there_is_no_other_part():
    with pytest.raises(Http404):
        part(logs, made_log("a\n"), "other")


def test_earlier_lines_come_with_the_way_to_those_before_them():
    subject = made_log(numbered(3000))
    html = lines(subject, "chunk", to=len(numbered(2500)))
    assert (ids(html)[0], ids(html)[-1]) == (2401, 2500)
    assert html.index('data-edge="earlier"') < html.index("<li")
    assert "log-tail" not in html


def test_later_lines_come_with_the_way_to_those_after_them():
    subject = made_log(numbered(3000))
    html = lines(subject, "chunk", at=len(numbered(500)))
    assert (ids(html)[0], ids(html)[-1]) == (501, 600)
    assert html.index("<li") < html.index('data-edge="later"')
    last = lines(subject, "chunk", at=len(numbered(2950)))
    assert ids(last)[-1] == 3000
    assert "data-edge" not in last


def test_lines_in_between_end_where_the_others_begin():
    html = lines(made_log(numbered(3000)), "chunk", at=0, to=len(numbered(10)))
    assert ids(html) == list(range(1, 11))
    assert "data-edge" not in html


def test_nothing_new_is_no_content():
    answer = part(logs, made_log(numbered(3), "running"), "new", at=len(numbered(3)), v=seen(numbered(3)))
    assert answer.status_code == 204


def test_new_lines_come_with_the_next_place_to_ask_and_the_count():
    old = numbered(3)
    html = lines(made_log(numbered(5) + "half", "running"), "new", at=len(old), v=seen(old))
    assert ids(html) == [4, 5, 6]
    assert f"part=new&amp;at={len(numbered(5))}&amp;v={len(numbered(5)) + 4}-" in html
    assert html.index("log-tail") < html.index('id="L6"')
    assert "6 lines" in words(html)


def test_a_line_that_was_not_ended_comes_again_when_it_is():
    old = numbered(3) + "half"
    html = lines(made_log(numbered(3) + "half a line\n", "running"), "new", at=len(numbered(3)), v=seen(old))
    assert ids(html) == [4]
    assert "half a line" in html


def test_very_much_that_is_new_comes_as_its_end_and_a_way_to_the_rest():
    old = numbered(3)
    html = lines(made_log(numbered(30_000), "running"), "new", at=len(old), v=seen(old))
    assert (ids(html)[0], ids(html)[-1]) == (29_901, 30_000)
    assert f"part=chunk&amp;at={len(old)}&amp;to={len(numbered(29_900))}" in html
    assert html.index('data-edge="gap"') < html.index("<li")


def test_when_the_trial_is_over_the_page_asks_no_more():
    old = numbered(3)
    html = lines(made_log(numbered(3), "passed"), "new", at=len(old), v=seen(old))
    assert "log-tail" in html
    assert "hx-get" not in html


@pytest.mark.parametrize("now", ["", "other text of the same length, or longer\n" * 9, numbered(2)])
def test_a_file_that_was_replaced_or_cut_off_is_told(now):
    old = numbered(3)
    html = lines(made_log(now, "running"), "new", at=len(old), v=seen(old))
    assert "The file was replaced or cut off" in words(html)
    assert "hx-get" not in html


@pytest.mark.parametrize("version", ["", "x", "-", "99999999999999999999-x"])
def test_a_strange_version_is_a_file_that_is_not_the_same(version):
    assert "was replaced" in words(lines(made_log("a\n", "running"), "new", at=0, v=version))


def test_numbers_come_when_they_are_counted():
    subject = made_log(b"0123456789abcde\n" * 200_000)
    html = lines(subject, "numbers", at=16 * 199_000)
    assert 'data-first="199001"' in html
    assert "200,000 lines" in words(html)
    assert "hx-get" not in html


def test_a_line_that_is_counted_up_to_is_gone_to():
    answer = part(logs, made_log(numbered(50)), "seek", line="20-30")
    assert answer["HX-Redirect"] == "/page/?q=x&line=20-30#L20"


def test_what_is_shown_can_be_kept_as_a_text():
    answer = part(logs, made_log("one\n<b>\nthree\n"), "view", at=4, to=8)
    assert answer.content == b"<b>\n"
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer["Content-Disposition"] == "attachment; filename*=UTF-8''a.txt.4-8.txt"
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_a_file_that_shrinks_while_it_is_read_gives_what_is_left():
    class Shrinking(MadeFile):
        def read(self, offset, length):
            return super().read(offset, length) if offset < 10 else b""

    assert Log(Shrinking(numbered(100).encode()), made_log("").key).n_lines is not None
