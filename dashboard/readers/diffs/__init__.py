"""Unified diffs, as git and its elders write them: which files one changes, and the lines of each.

:mod:`.outlines` names a patch's files with their counts, so that a page can list them; :mod:`.files` reads the lines
of one of them from its own bytes; :mod:`.rows` arranges them side by side or one below the other, :mod:`.words` says
which words of two lines differ. Nothing here raises for what a text holds: what is no diff is told as a problem.
"""
