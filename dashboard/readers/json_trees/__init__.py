"""JSON of any depth, read a level at a time: only what is opened is looked into, and nothing is made of the rest.

It bears documents that are half written, of ten thousand levels, or one a line. Members are found by their place in
the bytes (RFC 8259, and the NaN and Infinity that Python writes), and named by JSON Pointers (RFC 6901).
"""

from dashboard.readers.json_trees.documents import Document, NoSuchNode, Step, document
from dashboard.readers.json_trees.nodes import MAX_POINTER, Kind, Listing, Node
from dashboard.readers.json_trees.scanning import BrokenJson, TooLong

__all__ = [
    "MAX_POINTER",
    "BrokenJson",
    "Document",
    "Kind",
    "Listing",
    "NoSuchNode",
    "Node",
    "Step",
    "TooLong",
    "document",
]
