"""WDL texts: kept once for each content, and said to be below this server."""

import hashlib
import re

from dashboard.demo.answers import Answer
from dashboard.demo.carrot.answers import problem
from dashboard.demo.carrot.worlds import World

WORKFLOW = re.compile(r"^\s*workflow\s+\w+\s*\{", re.MULTILINE)
ELSEWHERE = "version 1.0\n\n# {}\nworkflow Elsewhere {{\n}}\n"
SCHEMES = ("gs://", "http://", "https://")


def keep_wdl(world: World, text: str) -> str:
    """The location of a text, which is kept now if it was not."""
    digest = hash_wdl(text)
    world.table("wdls").setdefault(digest, {"text": text})
    return f"local:{digest}"


def hash_wdl(text: str) -> str:
    """SHA-512, in hexadecimal."""
    return hashlib.sha512(text.encode()).hexdigest()


def hash_of(location: str | None) -> str | None:
    """The hash of what is at a location; None for what is not here."""
    is_here = location is not None and location.startswith("local:")
    return location.removeprefix("local:") if location and is_here else None


def answer_wdl(world: World, location: str) -> Answer:
    """The text at a location, of which no header says what it is."""
    digest = hash_of(location)
    text = world.table("wdls")[digest]["text"] if digest else ELSEWHERE.format(location)
    return Answer(body=text.encode(), type="")


def check_wdl(which: str, text: str) -> str:
    """The text, if it looks like a workflow; else 400 as womtool would have it."""
    if WORKFLOW.search(text):
        return text
    said = "ERROR: Finished parsing without consuming all tokens."
    raise problem(400, "Invalid WDL", f"Submitted {which} WDL failed WDL validation with womtool message: {said}")


def check_location(location: str, *, takes_gs: bool) -> str:
    """A location that could be fetched; 422 for a bucket where those are disabled, 500 for anything else."""
    if location.startswith("gs://") and not takes_gs:
        raise problem(422, "Using GS URIs for WDLs is disabled", "This CARROT server takes no GS URIs for WDLs")
    if not location.startswith(SCHEMES) or ".invalid/" in location:
        raise problem(500, "Failed to retrieve resource", f"Attempt to retrieve resource at {location} failed")
    return location
