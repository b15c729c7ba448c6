"""A browser that answers no more keeps no test waiting."""

import os
import signal


def test_one_that_does_not_answer_is_killed_and_the_next_is_started(browser):
    context = browser.new_context()
    os.kill(browser._pid, signal.SIGSTOP)
    browser.end(context, patience=0.5)
    page = browser.new_context().new_page()
    assert page.evaluate("1 + 1") == 2
