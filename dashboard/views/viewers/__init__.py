"""Viewers: one module for each kind of file, all behind the one seam that :mod:`.choice` describes."""
