"""Comma- or tab-separated values of any size: an index of where rows begin, and any stretch of rows (RFC 4180).

What people and programs write instead is borne: other separators, rows of unequal length, quotes that never close.
"""

from dashboard.readers.tables.dialects import Dialect, dialect_of, is_number, start_of
from dashboard.readers.tables.indexes import STRIDE, Index
from dashboard.readers.tables.rows import MAX_CELL, MAX_CELLS, Row, rows

__all__ = ["MAX_CELL", "MAX_CELLS", "STRIDE", "Dialect", "Index", "Row", "dialect_of", "is_number", "rows", "start_of"]
