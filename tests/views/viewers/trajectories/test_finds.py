from dashboard.domain.trajectories import FindHit, FindResult, Place
from dashboard.views.viewers.trajectories.finds import LISTED, MOST_ROUNDS, found, further
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
    panel = found(chosen("find=x"), result(2, is_cut_off=True, next=10, is_out_of_time=True))
    assert panel.words == "1 of 1+"
    assert panel.note == "1 occurrence in steps 1–9; there may be more"
    assert panel.on.words == "Looked through as far as step 9 …"
    assert panel.on.url == panel.next == "/page/?q=x&find=x&since=10&step=10"
    assert "from=10&at=10&part=further" in panel.on.part


def test_places_that_are_not_listed_are_led_to_but_not_looked_for_by_the_page():
    panel = found(chosen("find=x"), result(2, is_cut_off=True, next=5))
    assert (panel.on.action, panel.on.part) == ("Further places", "")
    assert "since=5" in panel.on.url


def test_a_search_from_a_step_on_says_which_steps_and_leads_back():
    panel = found(chosen("find=x&since=10"), result(12))
    assert panel.note == "1 occurrence in steps 10–18"
    assert panel.begin == "/page/?q=x&find=x"
    assert panel.on is None
    assert "since" not in panel.close


def test_going_on_says_what_it_found_how_far_it_got_or_that_there_is_no_more():
    choice = chosen("find=x")
    there = further(choice, result(30), start=10, step=20, past=1)
    assert (there.words, there.part) == ("1 more occurrence in steps 20–28", "")
    assert "since=10" in there.url
    nothing = further(choice, result(next=29, is_cut_off=True, is_out_of_time=True), start=10, step=20, past=1)
    assert nothing.words == "Looked through as far as step 28 …"
    assert "since=29" in nothing.url
    assert "from=10&at=29&round=2" in nothing.part
    assert further(choice, result(), start=10, step=20, past=1).url == ""
    problem = further(choice, result(problem="Too slow.", is_cut_off=True), start=10, step=20, past=1)
    assert (problem.words, problem.url) == ("Too slow.", "")


def test_a_page_does_not_go_on_for_ever_by_itself():
    cut = result(next=29, is_cut_off=True, is_out_of_time=True)
    last = further(chosen("find=x"), cut, start=10, step=20, past=MOST_ROUNDS - 1)
    assert (last.part, last.action) == ("", "Go on")


def test_closing_the_search_keeps_everything_else():
    assert found(chosen("find=x&regex=1&view=raw&step=3"), result(2)).close == "/page/?q=x&view=raw&step=3#s3"
