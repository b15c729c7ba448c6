"""Notebooks of strangers: what is read of them, whatever they are."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.readers import values
from dashboard.readers.notebooks import CellKind, Notebook, NotNotebook, Output, OutputKind, read
from dashboard.readers.notebooks import outputs as outputs_module
from tests.readers.notebooks.made_notebooks import code, notebook, png, shown

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "cells",
                    "worksheets",
                    "cell_type",
                    "source",
                    "input",
                    "outputs",
                    "output_type",
                    "data",
                    "text",
                    "metadata",
                ]
            ),
            inner | st.sampled_from(["code", "markdown", "heading", "stream", "error", "display_data"]),
            max_size=4,
        )
    ),
    max_leaves=20,
)


def only(output: object) -> Output:
    [found] = read(notebook(code("x", output))).cells[0].outputs
    return found


@given(st.dictionaries(st.sampled_from(["cells", "worksheets", "metadata"]), ANYTHING))
def test_no_shape_of_values_breaks_it(value: dict[str, object]) -> None:
    try:
        found = read(json.dumps(value).encode())
    except NotNotebook:
        return
    assert isinstance(found, Notebook)
    assert len(found.cells) <= found.total


def test_cells_keep_their_order_kind_and_number() -> None:
    cells = [
        {"cell_type": "markdown", "source": ["# A\n", "b"]},
        code(["import os\n", "os"], execution_count=7),
        {"cell_type": "raw", "source": "c"},
    ]
    found = read(notebook(*cells, metadata={"language_info": {"name": "r"}}))

    assert [(cell.kind, cell.source, cell.number) for cell in found.cells] == [
        (CellKind.MARKDOWN, "# A\nb", None),
        (CellKind.CODE, "import os\nos", 7),
        (CellKind.RAW, "c", None),
    ]
    assert found.language == "r"


def test_format_3_is_read_too() -> None:
    cells = [
        {"cell_type": "heading", "level": 2, "source": "A"},
        {
            "cell_type": "code",
            "input": ["1\n", "2"],
            "prompt_number": 3,
            "outputs": [
                {"output_type": "stream", "stream": "stderr", "text": "careful"},
                {"output_type": "pyout", "text": ["2"], "html": "<b>2</b>", "prompt_number": 3},
                {"output_type": "display_data", "png": png()},
                {"output_type": "pyerr", "ename": "E", "evalue": "v", "traceback": []},
            ],
        },
    ]
    found = read(json.dumps({"nbformat": 3, "worksheets": [{"cells": cells}]}).encode())

    assert found.cells[0].source == "## A"
    assert (found.cells[1].source, found.cells[1].number) == ("1\n2", 3)
    kinds = [(output.kind, output.text, output.stream) for output in found.cells[1].outputs]
    assert kinds == [
        (OutputKind.TERMINAL, "careful", "stderr"),
        (OutputKind.TERMINAL, "2", ""),
        (OutputKind.PICTURE, "", ""),
        (OutputKind.ERROR, "E: v", ""),
    ]
    assert found.cells[1].outputs[1].not_shown == ("HTML",)


def test_the_richest_form_that_cannot_run_is_given_and_the_others_are_named() -> None:
    output = only(shown(text_plain="plain", text_html="<script>", image_png=png(), application_javascript="x()"))

    assert output.kind is OutputKind.PICTURE
    assert output.picture is not None
    assert (output.picture.mime, output.picture.base64) == ("image/png", png())
    assert output.not_shown == ("JavaScript", "HTML")
    assert only({"output_type": "display_data", "data": {"image/svg+xml": "<svg/>"}}).not_shown == ("SVG",)
    assert only(shown(text_html="<b>")).kind is OutputKind.NOTHING
    assert only(shown(text_markdown="**a**", text_plain="a")).kind is OutputKind.MARKDOWN
    assert only(shown(application_json={"a": 1})).text == '{\n  "a": 1\n}'


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        ("no base 64!", "This picture cannot be read."),
        ("PHNjcmlwdD4=", "This picture is not of the kind that it claims to be."),
        (png(100_000, 100_000), "This picture has 100000 × 100000 pixels, which is too many to be shown."),
        ("A" * (outputs_module.MAX_PICTURE * 2), "This picture is too big to be shown here."),
        ({"a": 1}, "This picture is not of the kind that it claims to be."),
    ],
)
def test_what_only_claims_to_be_a_picture_is_not_given(data: object, problem: str) -> None:
    picture = only(shown(image_png=data)).picture

    assert picture is not None
    assert (picture.problem, picture.base64) == (problem, "")


def test_a_traceback_is_text_with_its_colours() -> None:
    output = only({"output_type": "error", "ename": "E", "evalue": "v", "traceback": ["\x1b[31mE\x1b[0m", "v"]})

    assert (output.kind, output.text) == (OutputKind.ERROR, "\x1b[31mE\x1b[0m\nv")


def test_texts_and_outputs_are_bounded() -> None:
    outputs = [{"output_type": "stream", "name": "stdout", "text": ["x" * 100] * 5_000}] * 80
    [cell] = read(notebook(code("y" * 10**6, *outputs))).cells

    assert len(cell.source) == outputs_module.MAX_TEXT + 1
    assert len(cell.outputs[0].text) == outputs_module.MAX_TEXT + 1
    assert (len(cell.outputs), cell.more_outputs) == (50, 30)


def test_cells_come_in_stretches() -> None:
    data = notebook(*(code(str(number)) for number in range(250)))

    assert (read(data, first=120).first, len(read(data, first=120).cells)) == (100, 100)
    assert (read(data, first=10**9).first, len(read(data, first=10**9).cells)) == (200, 50)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "It is not JSON"),
        (b'{"cells": [{"cell_type": "co', "It is not JSON"),
        (b'{"a": 1}', "It is JSON, but it has no cells."),
        (b"[1]", "It is JSON, but it has no cells."),
        (b'{"cells":' * 10_000 + b"1" + b"}" * 10_000, "It is nested too deeply"),
    ],
)
def test_what_is_no_notebook_is_told(data: bytes, reason: str) -> None:
    with pytest.raises(NotNotebook, match=reason):
        read(data)


def test_a_bomb_of_values_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(values, "MOST_VALUES", 1_000_000)

    with pytest.raises(NotNotebook, match="too many values"):
        read(b'{"cells": [' + b"[]," * 600_000 + b"1]}")
