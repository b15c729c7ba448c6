import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from dashboard.domain import queries
from dashboard.domain.queries import Field, Operator, Query, QueryProblem, Span, Term, Value
from dashboard.domain.query_tokens import printable, scan
from dashboard.domain.query_values import MAX_VALUES

NOW = datetime(2026, 11, 21, 19, 5, 44, tzinfo=UTC)
FIELDS = {
    field.name: field
    for field in (
        Field("status", "choice", ("pending", "running", "completed", "failed", "cancelled")),
        Field("agent", "choice", ("claude code", "codex", "Terminus-2", "terminus-2")),
        Field("task", "text"),
        Field("id", "id"),
        Field("after", "date"),
        Field("cost", "number", unit="$"),
        Field("took", "duration"),
    )
}
ALPHABET = '"\\:,-*>=<. ab5d\n\x00$()OR'


def parse(text: str) -> Query:
    return queries.parse(text, FIELDS, now=NOW)


def only_problem(text: str) -> QueryProblem:
    query = parse(text)
    (problem,) = query.problems
    assert (query.terms, query.words) == ((), ())
    return problem


class TestReading:
    def test_terms_and_words_are_told_apart(self) -> None:
        query = parse('status:failed free agent:"claude code",codex "two words" -task:fix-* cost:>5')

        assert query.terms == (
            Term("status", Operator.IS, (Value("failed"),)),
            Term("agent", Operator.IS, (Value("claude code"), Value("codex"))),
            Term("task", Operator.IS, (Value("fix-*"),), negated=True),
            Term("cost", Operator.MORE, (Value("5", Span(Decimal(5), None, includes_low=False)),)),
        )
        assert query.words == ("free", "two words")
        assert query.problems == ()

    @pytest.mark.parametrize("text", ["", "   ", '""', "\x00"])
    def test_an_empty_text_asks_for_nothing(self, text: str) -> None:
        assert parse(text) == Query()

    def test_names_and_choices_may_be_written_in_capitals(self) -> None:
        assert parse("Status:FAILED").terms == (Term.of("status", "failed"),)

    def test_a_choice_spelt_exactly_is_that_one(self) -> None:
        assert parse("agent:terminus-2").terms == (Term.of("agent", "terminus-2"),)
        assert parse("agent:Terminus-2").terms == (Term.of("agent", "Terminus-2"),)

    def test_repeated_values_count_once(self) -> None:
        assert parse("status:failed,FAILED,running,,").terms == (Term.of("status", "failed", "running"),)

    @pytest.mark.parametrize(
        ("text", "pieces"), [("task:fix-*", ("fix-", "")), ("task:a**b", ("a", "b")), ("task:plain", ("plain",))]
    )
    def test_stars_part_a_text(self, text: str, pieces: tuple[str, ...]) -> None:
        assert parse(text).terms[0].values[0].pieces == pieces

    def test_stars_and_comparisons_are_plain_text_elsewhere(self) -> None:
        assert parse("id:a** task:>5..6").terms == (Term.of("id", "a**"), Term.of("task", ">5..6"))

    def test_ranges_and_lists_of_quantities_are_read(self) -> None:
        hour = timedelta(hours=1)

        assert parse("took:30m..1h").terms[0] == Term("took", Operator.RANGE, (Value("30m..1h", Span(hour / 2, hour)),))
        assert [value.span for value in parse('cost:1,"2",$1').terms[0].values] == [
            Span(Decimal(1), Decimal(1)),
            Span(Decimal(2), Decimal(2)),
            Span(Decimal(1), Decimal(1)),
        ]

    def test_dates_are_relative_to_the_given_now(self) -> None:
        span = parse("after:7d").terms[0].values[0].span

        assert span == Span(NOW - timedelta(days=7), NOW - timedelta(days=7))

    def test_control_characters_are_spaces(self) -> None:
        assert parse("one\x00two\nthree \ud800").words == ("one", "two", "three")


class TestProblems:
    def test_a_misspelt_field_is_told_with_the_one_that_was_meant(self) -> None:
        assert only_problem("-statsu:failed") == QueryProblem(
            "-statsu:failed", "I don't know “statsu”. Did you mean “status”?", "-status:failed"
        )

    def test_an_unknown_field_is_told_with_the_way_to_search_for_it(self) -> None:
        assert only_problem("https://example.com/") == QueryProblem(
            "https://example.com/",
            "I don't know “https”. To search for it as text, quote it.",
            '"https://example.com/"',
        )

    def test_a_misspelt_choice_is_told_with_the_one_that_was_meant(self) -> None:
        assert only_problem("agent:cladue-code") == QueryProblem(
            "agent:cladue-code",
            "I don't know “cladue-code” as a value of “agent”. Did you mean “claude code”?",
            'agent:"claude code"',
        )

    def test_the_one_that_was_meant_is_found_among_many(self) -> None:
        fields = {"task": Field("task", "choice", (*(f"fix-{i}-bugs" for i in range(150)), "chess-best-move"))}

        assert queries.parse("task:ches-bestmove", fields, now=NOW).problems[0].suggestion == "task:chess-best-move"

    def test_an_unknown_choice_is_told_with_all_that_there_are(self) -> None:
        problem = only_problem("status:xyz")

        assert "“pending”, “running”, “completed”, “failed”, “cancelled”." in problem.sentence
        assert problem.suggestion == ""

    def test_many_choices_are_not_all_listed(self) -> None:
        fields = {"n": Field("n", "choice", tuple(f"choice {i}" for i in range(100)))}

        assert "“choice 7” or one of 92 more." in queries.parse("n:", fields, now=NOW).problems[0].sentence

    @pytest.mark.parametrize("text", ["status:", "task:", 'task:""', "task:,", "-cost:"])
    def test_a_field_needs_a_value(self, text: str) -> None:
        problem = only_problem(text)

        assert problem.token == text
        assert "needs a value" in problem.sentence

    @pytest.mark.parametrize(
        ("text", "sentence", "suggestion"),
        [
            ("cost:lots", "I don't understand “lots” as a value of “cost”: write a number such as 5, 0.25 or 10k.", ""),
            ("-took:>90", "write a duration such as 30s, 5m, 2h or 1d", "-took:90s"),
            ("cost:5..1", "begin a range with its lower end", "cost:1..5"),
            ('cost:">5"', "write a number", ""),
            ("cost:>1,5", "either one comparison or range, or a list", ""),
            ("cost:1..2,5", "either one comparison or range, or a list", ""),
            ("after:soon", "write a date such as 2026-11-01, today, or 7d", ""),
            ("task:" + "*a" * 6, "at most 5", ""),
            ("-word", "Only fields can be left out", '"-word"'),
            ('-"a phrase"', "Only fields can be left out", '"-\\"a phrase\\""'),
        ],
    )
    def test_what_is_not_understood_is_explained(self, text: str, sentence: str, suggestion: str) -> None:
        problem = only_problem(text)

        assert problem.token == text
        assert sentence in problem.sentence
        assert problem.suggestion == suggestion

    def test_a_suggestion_is_understood(self) -> None:
        query = parse('statsu:failed rest -"open')

        corrected = [parse(query.corrected(problem)) for problem in query.problems]

        assert corrected[0].terms == (Term.of("status", "failed"),)
        assert corrected[0].problems == query.problems[1:]
        assert corrected[1].words == ('-"open', "rest")

    def test_sentences_repeat_little_of_what_was_written(self) -> None:
        assert len(only_problem("x" * 900 + ":1").sentence) < 120

    @pytest.mark.parametrize("text", ["xatus:failed", "outcome:failed", "to:5m"])
    def test_a_guess_must_be_close(self, text: str) -> None:
        assert "Did you mean" not in only_problem(text).sentence

    def test_a_field_of_another_list_is_told_as_such(self) -> None:
        elsewhere = {"outcome": "“outcome” is a field of trials.", "status": "never told: it is a field here"}

        query = queries.parse("-Outcome:failed status:failed", FIELDS, now=NOW, elsewhere=elsewhere)

        assert query.problems == (QueryProblem("-Outcome:failed", "“outcome” is a field of trials."),)
        assert query.terms == (Term.of("status", "failed"),)

    def test_what_is_understood_counts_all_the_same(self) -> None:
        assert parse("statsu:x status:failed word").terms == (Term.of("status", "failed"),)


class TestCombinations:
    @pytest.mark.parametrize(
        ("text", "instead"),
        [
            ("(task:a OR task:b)", "task:a,b"),
            ("task:a OR task:b OR task:a", "task:a,b"),
            ('status:failed AND (task:"two words" OR task:"(b)")', 'status:failed task:"two words","(b)"'),
            ("( task:a OR task:b ) -status:failed", "task:a,b -status:failed"),
            ("task:(a)", "task:a"),
            ("task:f(1) OR task:b", "task:f(1),b"),
            ("task:a) status:failed", "task:a status:failed"),
        ],
    )
    def test_are_told_with_what_to_write_instead(self, text: str, instead: str) -> None:
        query = parse(text)

        assert {problem.sentence for problem in query.problems} == {
            "Write agent:codex,nop for either; terms side by side must all hold."
        }
        assert {query.corrected(problem) for problem in query.problems} == {instead}
        assert parse(instead).problems == ()

    @pytest.mark.parametrize(
        "text",
        ["task:a OR status:failed", "task:a OR", "OR task:a", "task:a OR OR task:b", "task:a OR -task:b", "a OR b",
         "cost:>5 OR cost:<1", "(statsu:a OR task:b)", "(", ")", "OR", "AND"],
    )  # fmt: skip
    def test_that_cannot_be_said_come_without_a_suggestion(self, text: str) -> None:
        told = [problem for problem in parse(text).problems if "for either" in problem.sentence]

        assert told
        assert not any(problem.suggestion for problem in told)

    def test_of_terms_leave_those_that_stand_alone_in_force(self) -> None:
        assert parse("task:a OR task:b").terms == (Term.of("task", "a"), Term.of("task", "b"))

    @pytest.mark.parametrize("text", ['"OR"', '"AND" "(a"', "or and", "foo(bar)", "ORacle", 'task:"(a)"', "task:f(1)"])
    def test_are_not_seen_in_quotes_and_within_words(self, text: str) -> None:
        assert parse(text).problems == ()
        assert parse(text).text == text

    @pytest.mark.parametrize("value", ["(a)", "a)", "(", "OR"])
    def test_are_not_seen_in_values_that_a_link_asks_for(self, value: str) -> None:
        assert parse(Term.of("task", value).text).terms == (Term.of("task", value),)


class TestBounds:
    def test_what_comes_after_a_thousand_characters_is_left_out_and_told(self) -> None:
        query = parse("status:failed " + "x" * 900 + " " + "y" * 200)

        assert query.words == ("x" * 900,)
        assert "1,000 characters" in query.problems[0].sentence
        assert parse(query.text) == Query(query.terms, query.words)

    def test_a_single_word_without_end_is_cut(self) -> None:
        assert parse("x" * 2000).words == ("x" * 1000,)

    def test_what_comes_after_forty_terms_is_left_out_and_told(self) -> None:
        query = parse("word " * 39 + "status:failed another")

        assert (len(query.words), len(query.terms)) == (39, 1)
        assert "40 terms" in query.problems[0].sentence

    def test_a_thousand_characters_and_forty_words_are_read(self) -> None:
        assert parse(" ".join(["x" * 24] * 40)).problems == ()

    def test_values_of_one_term_are_bounded(self) -> None:
        assert parse("task:" + ",".join(map(str, range(MAX_VALUES)))).problems == ()
        assert "at most 40" in only_problem("task:" + ",".join(map(str, range(MAX_VALUES + 1)))).sentence


def in_any_order(query: Query) -> list[QueryProblem]:
    """Its problems with a token, the words of what to write instead sorted."""
    found = [problem for problem in query.problems if problem.token]
    return [replace(problem, suggestion=" ".join(sorted(problem.suggestion.split()))) for problem in found]


class TestText:
    @pytest.mark.parametrize(
        ("text", "canonical"),
        [
            ('  two   STATUS:failed,  agent:"codex"', "status:failed agent:codex two"),
            ("cost:>=$5 -took:1h..2h after:7d", "cost:>=$5 -took:1h..2h after:7d"),
            ('task:"a,b",c "x y', 'task:"a,b",c "x y"'),
            ('"status:failed" "-x" "\\""', '"status:failed" "-x" "\\""'),
            ("statsu:x word", "word statsu:x"),
        ],
    )
    def test_is_canonical(self, text: str, canonical: str) -> None:
        assert parse(text).text == canonical

    @given(
        st.lists(
            st.text(st.sampled_from(ALPHABET), max_size=8)
            | st.sampled_from([*(f"{name}:" for name in FIELDS), "status:failed", "took:1h", "after:today"])
        ).map("".join)
        | st.text()
    )
    @example('task:"a \\')
    @example('-"a" b "')
    @example("(task:: task:5")
    def test_read_again_gives_the_same_query(self, text: str) -> None:
        query = parse(text)
        assume(len(query.text) <= queries.MAX_CHARACTERS)

        again = parse(query.text)

        assert again.terms == query.terms
        assert again.words == query.words
        # What to write instead follows the order in which it was written, and the canonical text has problems last.
        assert in_any_order(again) == in_any_order(query)

    def test_choices_with_odd_characters_are_read_back(self) -> None:
        fields = {"agent": Field("agent", "choice", ('a\n"b", -c', "\x1bx:y"))}
        query = Query((Term.of("agent", *fields["agent"].choices),))

        assert queries.parse(query.text, fields, now=NOW) == query


class TestEditing:
    def test_a_part_is_taken_out(self) -> None:
        query = parse("status:failed status:running word statsu:x")

        assert query.without(query.terms[0]).text == "status:running word statsu:x"
        assert query.without("word").text == "status:failed status:running statsu:x"
        assert query.without(query.problems[0]).text == "status:failed status:running word"

    def test_a_term_is_added_once(self) -> None:
        term = Term.of("agent", "claude code")

        assert parse("status:failed word").with_term(term).with_term(term).text == (
            'status:failed agent:"claude code" word'
        )

    def test_a_term_replaces_those_of_its_field(self) -> None:
        query = parse("status:failed -status:running cost:5")

        assert query.with_term(Term.of("status", "pending", negated=True), replacing=True).text == (
            "cost:5 -status:pending"
        )


class TestSuggestions:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("sta", ["status:"]),
            ("word -STA", ["-status:"]),
            ("status:", ["status:pending", "status:running", "status:completed", "status:failed", "status:cancelled"]),
            ("status:c", ["status:completed", "status:cancelled"]),
            ("-Status:FAI", ["-status:failed"]),
            ("agent:codex", ["agent:codex"]),
            ("agent:codex,c", ['agent:codex,"claude code"']),
            ('agent:"cl', ['agent:"claude code"']),
            ('agent:"claude code","t', ['agent:"claude code",Terminus-2', 'agent:"claude code",terminus-2']),
            ("agent:code", ["agent:codex", 'agent:"claude code"']),
            ("after:", ["after:today", "after:yesterday", "after:7d", "after:30d"]),
            ("cost:>", []),
            ("unknown:x", []),
            ("zzz", []),
            ('agent:"codex"', []),
            ('"sta', []),
        ],
    )
    def test_complete_the_last_token(self, text: str, expected: list[str]) -> None:
        assert queries.suggest(text, FIELDS) == expected

    @pytest.mark.parametrize("text", ["", "status:failed "])
    def test_are_all_fields_where_a_token_may_begin(self, text: str) -> None:
        assert queries.suggest(text, FIELDS) == [f"{name}:" for name in FIELDS]

    def test_are_few(self) -> None:
        fields = {"n": Field("n", "choice", tuple(map(str, range(100))))}

        assert len(queries.suggest("n:1", fields)) == queries.MAX_SUGGESTIONS

    @given(st.text(st.sampled_from(ALPHABET + "status:fgn")))
    def test_are_given_for_any_text(self, text: str) -> None:
        for suggestion in queries.suggest(text, FIELDS):
            assert not parse(suggestion + ("7d" if suggestion == "after:" else "")).words


@given(st.text(st.sampled_from(ALPHABET)) | st.text())
def test_any_text_is_read_and_nothing_is_lost(text: str) -> None:
    tokens = [token for token in scan(printable(text).strip()) if token.name or token.is_negated or token.parts[0].text]
    assume(len(tokens) <= queries.MAX_TERMS)

    query = parse(text)

    assert len(query.terms) + len(query.words) + len(query.problems) == len(tokens)


@pytest.mark.parametrize(
    "unit",
    [
        '"',
        "\\",
        '"\\',
        "a:",
        "a:,",
        ",",
        "-",
        "statsu:x ",
        "status:x ",
        "a:a-long-name-of-a-gent ",
        "took:1h",
        "*",
        "\x00",
        "(",
        "(a:b OR ",
        "task:a OR ",
    ],
)
def test_hostile_texts_cost_milliseconds(unit: str) -> None:
    fields = FIELDS | {"a": Field("a", "choice", tuple(f"a long name of an agent, no. {i}" for i in range(2000)))}
    text = unit * (1_000_000 // len(unit))
    started = time.process_time()

    queries.parse(text, fields, now=NOW)
    queries.parse("task:" + text, fields, now=NOW)
    queries.suggest(text, fields)

    assert time.process_time() - started < 1
