from dashboard.domain.trajectories import FindHit, FindResult, Place
from dashboard.views.viewers.trajectories.finds import LISTED, found
from tests.views.viewers.trajectories.made import chosen


def result(*numbers, **fields):
    hits = [FindHit(number=number, place=Place.OUTPUT, found="x") for number in numbers]
    return FindResult(hits=hits, count=len(hits), searched=9, **fields)


def test_the_first_hit_from_the_step_on_is_looked_at():
    panel = found(chosen("find=x&step=5"), result(2, 7, 9))
    assert (panel.words, panel.step) == ("2 of 3", 7)
    assert panel.next.endswith("find=x&step=9&hit=3#s9")
    assert panel.previous.endswith("find=x&step=2&hit=1#s2")


def test_a_hit_that_is_named_is_looked_at():
    panel = found(chosen("find=x&hit=3&step=1"), result(2, 7, 9))
    assert (panel.words, panel.step, panel.next) == ("3 of 3", 9, "")


def test_a_hit_that_there_is_not_is_the_last():
    assert found(chosen("find=x&hit=99"), result(2, 7)).words == "2 of 2"


def test_behind_the_last_hit_one_begins_again():
    assert found(chosen("find=x&step=50"), result(2, 7)).step == 2


def test_nothing_found_and_nothing_that_could_be_looked_for():
    assert found(chosen("find=x"), result()).words == "Not found"
    panel = found(chosen("find=("), result(problem="This is no regular expression."))
    assert (panel.words, panel.problem) == ("", "This is no regular expression.")


def test_many_hits_are_listed_in_portions():
    panel = found(chosen("find=x&hit=31"), result(*range(1, 101)))
    assert [hit.place for hit in panel.hits] == list(range(LISTED + 1, 2 * LISTED + 1))
    assert "hit=30" in panel.earlier
    assert "hit=61" in panel.later


def test_a_search_that_was_cut_off_says_so():
    panel = found(chosen("find=x"), result(2, is_cut_off=True))
    assert panel.words == "1 of 1+"
    assert "may be more" in panel.note


def test_closing_the_search_keeps_everything_else():
    assert found(chosen("find=x&regex=1&view=raw&step=3"), result(2)).close == "/page/?q=x&view=raw&step=3#s3"
