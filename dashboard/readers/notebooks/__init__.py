"""Notebooks as Jupyter writes them (nbformat 3 and 4), read leniently: cells, their sources and their outputs.

Nothing is run, and what could run is named, not given. The format: https://nbformat.readthedocs.io/en/latest/
"""

from dashboard.readers.notebooks.outputs import Output, OutputKind, Picture
from dashboard.readers.notebooks.reading import MAX_BYTES, Cell, CellKind, Notebook, NotNotebook, read

__all__ = ["MAX_BYTES", "Cell", "CellKind", "NotNotebook", "Notebook", "Output", "OutputKind", "Picture", "read"]
