import re

import pytest
from django.http import Http404

from dashboard.views.viewers import diffs
from dashboard.views.viewers.diffs import pages
from tests.readers.diffs import samples
from tests.views.viewers.made_subjects import asked, made, part, shown, words

SEVERAL = samples.MODIFIED + samples.RENAMED + samples.ADDED + samples.DELETED + samples.MODE + samples.BINARY


def patch(path="src/app.py", lines=(), *, old=None, new=None):
    """One file's part of a patch, with the numbers that its lines need."""
    old = sum(line[0] in " -" for line in lines) if old is None else old
    new = sum(line[0] in " +" for line in lines) if new is None else new
    head = f"diff --git a/{path} b/{path}\n--- a/{path}\n+++ b/{path}\n@@ -1,{old} +1,{new} @@\n"
    return head + "".join(f"{line}\n" for line in lines)


def elements(html):
    return len(re.findall(r"<[a-z]", html))


def page(data, **params):
    return shown(diffs, made("x.patch", data), **params)


def test_a_patch_is_summed_up_and_lists_its_files():
    html = page(SEVERAL)
    assert "6 files, +5 −3" in words(html)
    assert words(html).count("src/app.py") == 1
    assert "old name.py → new name.py" in words(html)
    for mark in ("renamed", "added", "deleted", "made executable", "binary"):
        assert f'<span class="badge">{mark}</span>' in html


def test_lines_have_ids_numbers_and_signs():
    html = page(samples.MODIFIED)
    assert '<tr class="is-old" id="f1-L2">' in html
    assert '<tr class="is-new" id="f1-R3">' in html
    assert '<a href="#f1-R3">3</a>' in html
    assert '<td class="s">+</td>' in html
    assert '<td class="s">−</td>' in html


def test_words_that_differ_are_marked():
    marks = 'two<mark> </mark><span class="ow"><mark>and</mark></span><mark> more</mark>'
    assert marks in page(samples.MODIFIED)


def test_side_by_side_both_lines_stand_in_one_row():
    html = page(samples.MODIFIED, view="split")
    assert re.search(r'id="f1-L2".*id="f1-R2"', html)
    assert 'colspan="3"' in html
    assert re.search(r'data-view="split" aria-current="true"', html)


def test_side_by_side_columns_have_their_widths_whatever_the_first_row_is():
    """An added file begins with a cell over three columns, from which no browser can tell what each is wide."""
    columns = '<col class="n"><col class="s"><col class="t">' * 2
    assert f'is-split"><colgroup>{columns}</colgroup><tbody>' in page(samples.ADDED, view="split")
    assert "<col" not in page(samples.ADDED, view="unified")


def test_the_device_remembers_the_layout_and_the_address_wins():
    request, subject = asked(), made("x.patch", samples.MODIFIED)
    request.COOKIES["diff-view"] = "split"
    assert diffs.context(request, subject)["is_split"]
    request = asked(view="unified")
    request.COOKIES["diff-view"] = "split"
    assert not diffs.context(request, subject)["is_split"]


def test_code_is_coloured_by_the_name_of_its_file():
    assert '<span class="k">return</span>' in page(patch(lines=["+return 1"]))
    assert '<span class="k">' not in page(patch("a.unknown", lines=["+return 1"]))


def test_changes_of_white_space_can_be_hidden():
    data = patch(lines=["-if a:", "+if  a:", "-b", "+c"])
    assert '<tr class="is-old" id="f1-L1">' in page(data)
    assert '<tr id="f1-R1"><td class="n" id="f1-L1">' in page(data, spaces="hide")
    assert '<tr class="is-old" id="f1-L2">' in page(data, spaces="hide")
    assert "1 changed line differs in white space alone." in words(page(data, spaces="hide"))
    assert "white space" not in words(page(data)).replace("Hide white space", "")
    assert "Only white space differs." in words(page(patch(lines=["-a b", "+a  b"])))


def test_long_stretches_without_a_change_are_folded():
    html = page(patch(lines=["-a", "+b", *[f" {n}" for n in range(30)], "+c"]))
    assert "24 unchanged lines" in words(html)
    assert re.search(r'<details class="diff-fold">.*?id="f1-R20"', html, re.DOTALL)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (samples.BINARY, "A binary file"),
        (samples.MODE, "The mode of the file changed"),
        (b"diff --git a/x b/y\nsimilarity index 100%\nrename from x\nrename to y\n", "renamed without a change"),
        (b"diff --git a/x b/x\nnew file mode 100644\nindex 0000000..e69de29\n", "An empty file."),
        (samples.ADDED, "no line end"),
    ],
)
def test_what_has_no_lines_says_why(data, told):
    assert told in words(page(data))


def test_a_broken_file_is_shown_as_text_with_the_reason_beside_whole_ones():
    html = page(samples.MODIFIED.replace(b" five\n", b"") + samples.DELETED)
    assert "cannot be told line by line" in words(html)
    assert "Line 10: hunk is shorter than expected." in words(html)
    assert "+two and more" in words(html)
    assert 'id="f2-L1"' in html


def test_many_broken_files_are_bounded_too():
    broken = patch(lines=[f"+{'x' * 200} {n}" for n in range(400)], new=1)
    html = page("".join(broken.replace("src/app.py", f"src/{n}.py") for n in range(60)))
    assert len(html) < 600_000
    assert "Show the text" in words(html)


def test_a_text_that_is_no_patch_is_shown_as_it_is():
    html = page("no patch <b>at all</b>")
    assert "not a patch" in words(html)
    assert "no patch &lt;b&gt;at all" in html
    assert "as=text" in html


def test_an_empty_patch_says_so():
    assert "Nothing changed" in words(page(b""))


def test_a_file_of_many_changes_starts_closed_and_comes_when_it_is_opened():
    data = patch(lines=[f"+line {n}" for n in range(501)])
    html = page(data)
    assert "<details>" in html
    assert 'id="f1-R1"' not in html
    assert "Show 501 changed lines" in words(html)
    assert 'hx-get="/page/?q=x&amp;part=file&amp;open=1"' in html
    opened = part(diffs, made("x.patch", data), "file", open=1).content.decode()
    assert 'id="f1-R1"' in opened
    assert "<html" not in opened


def test_without_scripts_a_link_opens_it():
    html = page(patch("a", ["+x"]) + patch("b", [f"+line {n}" for n in range(1_001)]), open=2)
    assert 'id="f2-R1"' in html
    assert re.search(r'href="/page/\?q=x&amp;open=2&amp;from=\d+#f2"', html)


def test_rows_come_in_pieces_that_together_are_the_file():
    subject = made("x.patch", patch(lines=[f"+line {n}" for n in range(3_000)]))
    start, seen = 0, []
    while start is not None:
        html = part(diffs, subject, "file", open=1, from_=start).content.decode()
        assert elements(html) <= 5_000
        seen += re.findall(r'id="f1-R(\d+)"', html)
        more = re.search(r"hx-get=\"[^\"]*from=(\d+)", html)
        start = int(more[1]) if more else None
    assert seen == [str(n) for n in range(1, 3_001)]


def test_a_line_far_down_is_shown_when_the_address_names_it():
    data = patch(lines=[f"+line {n}" for n in range(3_000)])
    html = page(data, open=1, line="R2500")
    assert 'id="f1-R2500"' in html
    assert 'id="f1-R1"' not in html
    assert "Show the file from its first change" in words(html)
    assert 'id="f1-R1"' in page(data, open=1, line="R9999999")


def test_rows_from_the_middle_on_lead_back_to_the_first():
    data = patch(lines=[f"+line {n}" for n in range(3_000)])
    assert "from its first change" in words(page(data, open=1, from_=700))
    assert "from its first change" not in part(diffs, made("x.patch", data), "file", open=1, from_=700).content.decode()


def test_files_that_nobody_writes_start_closed():
    html = page(patch("package-lock.json", ["+{}"]))
    assert "lock file" in words(html)
    assert "<details>" in html


def test_a_page_stays_bounded_however_much_there_is():
    lines = [f"{sign}value_{n} = compute({n}, 'x', [1, 2, 3])" for n in range(200) for sign in "-+"]
    data = "".join(patch(f"src/f{n}.py", lines) for n in range(300))
    for view in ("unified", "split"):
        html = page(data, view=view)
        assert elements(html) <= 4_700
        assert len(html) <= 500_000
        assert "Files 1–100 of 300" in words(html)
        assert 'hx-trigger="click, revealed"' in html


def test_later_files_are_on_later_pages():
    data = "".join(patch(f"f{n:03}.txt", ["+x"]) for n in range(1, 251))
    html = page(data, at=101)
    assert 'id="f101"' in html
    assert 'id="f100"' not in html
    assert 'rel="prev"' in html
    assert 'id="f250"' in page(data, open=250)
    assert 'id="f201"' in page(data, at=10**12)


@pytest.mark.parametrize("params", [{"open": 2}, {"open": 0}, {"open": "x"}, {}])
def test_a_part_that_there_is_not_is_not_found(params):
    with pytest.raises(Http404):
        part(diffs, made("x.patch", samples.MODIFIED), "file", **params)
    with pytest.raises(Http404):
        part(diffs, made("x.patch", samples.MODIFIED), "nothing", open=1)


def test_html_in_paths_and_lines_is_text():
    evil = '"><script>alert(1)</script><img src=x onerror=alert(1)>'
    for view in ("unified", "split"):
        html = page(patch(f"x/{evil}.html", [f"-{evil}", f"+{evil}!"]), view=view)
        assert "<script" not in html
        assert "<img" not in html
        assert "alert(1)" in words(html)


def test_a_line_break_in_a_name_is_seen():
    assert "na␊me" in words(page(samples.QUOTED))


def test_terminal_codes_are_pictures():
    html = page(patch(lines=["+\x1b[31mred\x1b[0m"]))
    assert "\x1b" not in html
    assert "␛" in html


def test_marks_that_turn_the_direction_of_text_are_named():
    html = page(patch(lines=["+access = 'user\u202e \u2066// admin'", "+zero\u200bwidth"]))
    assert "\u202e" not in html
    assert "hidden: U+202E right-to-left override" in words(html)
    assert "U+200B zero width space" in words(html)


def test_a_return_that_came_is_seen():
    assert "␍" in page(patch(lines=["-a", "+a\r"]))


def test_a_line_of_ten_megabytes_is_cut():
    html = page(patch("a.txt", ["-" + "a " * 5_000_000, "+b"]), open=1)
    assert len(html) < 20_000
    assert "9,998,000 characters more" in words(html)


def test_many_hunks_of_one_file_are_bounded():
    hunks = "".join(f"@@ -{n} +{n} @@\n-a{n}\n+b{n}\n" for n in range(1, 60_000, 3))
    data = f"diff --git a/x b/x\n--- a/x\n+++ b/x\n{hunks}"
    assert elements(page(data)) < 100
    assert elements(page(data, open=1)) <= 5_000


def test_lines_that_are_told_twice_have_one_id_each():
    hunk = "@@ -1 +1 @@\n-a\n+b\n"
    html = page(f"diff --git a/x b/x\n--- a/x\n+++ b/x\n{hunk * 3}")
    assert html.count('id="f1-L1"') == 1


def test_what_stands_before_the_first_file_can_be_read():
    html = page(samples.MAILED)
    assert "Do things" in words(html)
    assert "2 files" in words(html)


def test_files_are_of_the_page_that_shows_them():
    assert pages.FILES * 26 < pages.ELEMENTS
