from django.http import QueryDict

from dashboard.views.viewers.trajectories import choices
from tests.views.viewers.made_subjects import made
from tests.views.viewers.trajectories.made import chosen


def test_every_choice_stays_in_the_addresses_that_change_another():
    choice = chosen("show=tools&errors=1&view=raw&open=all&within=sub&find=x&regex=1")
    assert choice.url(step=7) == (
        "/page/?q=x&show=tools&errors=1&view=raw&open=all&within=sub&find=x&regex=1&step=7#s7"
    )


def test_the_usual_choices_leave_the_address_alone():
    assert chosen("show=messages,reasoning,tools,outputs&open=some&view=x&find=").url() == "/page/?q=x"


def test_a_kind_is_taken_away_and_given_back():
    without = chosen().toggled("reasoning")
    assert "show=messages%2Ctools%2Coutputs" in without
    assert "show" not in chosen("show=messages,tools,outputs").toggled("reasoning")


def test_nothing_shown_is_not_the_same_as_nothing_said():
    choice = chosen("show=tools")
    nothing = QueryDict(choice.toggled("tools").partition("?")[2].partition("#")[0])
    assert choices.read(choice.subject, nothing).shown == frozenset()


def test_numbers_that_are_none_are_the_first_step():
    for said in ("", "0", "-3", "x", "٣", "1" * 400):
        assert chosen(f"step={said}").step == 1
    assert chosen("step=115").is_step_asked


def test_pieces_name_no_anchor():
    assert chosen().part("text", step=3, item="r") == "/page/?q=x&step=3&item=r&part=text"


def test_forms_carry_what_they_do_not_ask_for():
    subject = made("a.json", "")
    choice = choices.read(subject, QueryDict("find=a&case=1&view=raw"))
    assert choice.hidden("find", "case") == [("q", "x"), ("view", "raw")]
