from dashboard.views.viewers import others
from tests.pages import classed, text_of
from tests.views.viewers.made_pages import folder, kept_trial, shown

__all__ = ["folder", "kept_trial", "shown"]


def test_a_file_is_told_by_type_size_and_time(shown):
    _, tree = shown(others, "verifier/a.sqlite", b"SQLite format 3\0" + b"\0" * 84)
    facts = text_of(next(iter(classed(tree, "kv"))))
    assert facts.startswith("Type SQLite database Size 100 B Changed 20")


def test_its_first_bytes_are_shown_as_numbers_and_letters(shown):
    _, tree = shown(others, "a.bin", b"\0<script>\xff")
    assert "".join(tree.find(".//pre").itertext()) == ("00000000  003c736372697074 3eff              .<script>.")


def test_an_empty_file_is_said_to_be_empty(shown):
    html, tree = shown(others, "a.bin", b"")
    assert tree.find(".//pre") is None
    assert "The file is empty" in html
