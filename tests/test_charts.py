"""Charts say in words what they draw, and draw only what there is."""

import math
import re

import pytest

from dashboard.charts import HEIGHT, WIDTH, Point, describe, line_chart


def points(*values):
    return [Point(f"run {place}", value) for place, value in enumerate(values)]


def places(drawing):
    return [(float(x), float(y)) for x, y in re.findall(r'<circle cx="([\d.]+)" cy="([\d.]+)"', drawing)]


def test_a_label_says_first_last_lowest_highest_and_the_change():
    said = describe(points(0.9, None, 0.85, 0.95), name="F1")
    assert said == "F1: 3 values, first 0.9, last 0.95, lowest 0.85, highest 0.95, change +0.05"
    assert describe(points(None), name="F1") == "F1: no values"
    assert f'role="img" aria-label="{said}"' in line_chart(points(0.9, None, 0.85, 0.95), name="F1")


def test_a_gap_breaks_the_line_and_every_value_has_a_dot_with_its_title():
    drawing = line_chart(points(1.0, 2.0, None, 3.0, math.nan, 2.5), name="n")
    assert drawing.count("<polyline") == 3
    assert re.findall(r"<title>(.*?)</title>", drawing) == ["run 0: 1", "run 1: 2", "run 3: 3", "run 5: 2.5"]
    assert drawing.count('class="last"') == 1


def test_higher_values_stand_higher_and_all_stand_within_the_box():
    found = places(line_chart(points(-1.7e308, 0.0, 1.7e308), name="n"))
    assert [x for x, _ in found] == sorted(x for x, _ in found)
    assert [y for _, y in found] == sorted((y for _, y in found), reverse=True)
    assert all(0 < x < WIDTH and 0 < y < HEIGHT for x, y in found)


@pytest.mark.parametrize("values", [(5.0,), (5.0, 5.0)])
def test_values_that_are_all_the_same_stand_in_the_middle(values):
    assert {y for _, y in places(line_chart(points(*values), name="n"))} == {HEIGHT / 2}


def test_without_a_value_nothing_is_drawn():
    assert line_chart(points(None, math.inf), name="n") == ""


def test_names_are_escaped_and_nothing_is_styled_inline():
    drawing = line_chart([Point("<b>", 1.0), Point("&", 2.0)], name='"><script>', unit="<i>")
    assert "<b>" not in drawing
    assert "<script>" not in drawing
    assert "<i>" not in drawing
    assert "style=" not in drawing
