from types import SimpleNamespace

import pytest
from django.template import Context, Engine

from dashboard import formats
from dashboard.templatetags import components


def rendered(source, **context):
    return Engine(builtins=["dashboard.templatetags.components"]).from_string(source).render(Context(context))


def test_an_icon_without_a_label_is_hidden_from_assistive_technology():
    html = rendered('{% icon "refresh" %}')
    assert 'aria-hidden="true"' in html
    assert 'role="img"' not in html
    assert 'icons.svg#refresh"' in html


def test_an_icon_with_a_label_has_its_name_and_its_size():
    html = rendered('{% icon "failed" label=label size=20 %}', label="<Failed>")
    assert 'role="img" aria-label="&lt;Failed&gt;"' in html
    assert 'width="20" height="20"' in html
    assert "aria-hidden" not in html


def test_an_icon_name_cannot_leave_its_attribute():
    assert '"><script' not in rendered("{% icon name %}", name='x"><script>')


@pytest.mark.parametrize("name", components.FORMATTERS)
def test_every_formatter_is_a_filter_of_its_name(name):
    assert components.register.filters[name] is getattr(formats, name)


def test_current_is_the_first_item_that_says_so():
    items = [SimpleNamespace(name="a", is_current=False), SimpleNamespace(name="b", is_current=True)]
    assert rendered("{% with one=items|current %}{{ one.name }}{% endwith %}", items=items) == "b"
    assert components.current([{"is_current": False}, {"name": "c", "is_current": True}]) == {
        "name": "c",
        "is_current": True,
    }


@pytest.mark.parametrize("items", [None, [], [{"name": "a"}], [SimpleNamespace(name="a")]])
def test_current_is_nothing_where_no_item_says_so(items):
    assert components.current(items) is None


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("HC WGS1_run_2026-11-22 18:07:23.9 UTC", ("HC WGS1_run_", "2026-11-22 18:07:23.9 UTC")),
        ("nightly 2026-11-22T18:07:23Z", ("nightly ", "2026-11-22T18:07:23Z")),
        ("2026-11-22 18:07", ("2026-11-22 18:07", "")),
        ("2026-11-22__18-07-23", ("2026-11-22__18-07-23", "")),
        ("Sample 1_run_2023-02-16", ("Sample 1_run_2023-02-16", "")),
        ("", ("", "")),
    ],
)
def test_a_name_that_ends_in_a_moment_comes_in_two_parts(name, parts):
    assert components.before_moment(name) == parts
