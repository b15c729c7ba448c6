"""Believable git diffs of the made-up tasks."""

import hashlib
from difflib import unified_diff
from functools import lru_cache

from dashboard.demo.harbor.tasks import Task


@lru_cache(maxsize=256)
def patch_of(task: Task, *, good: bool, with_test: bool) -> str:
    """The diff an attempt leaves: the changed file and, on request, a new test file and what was tidied beside it."""
    changed = file_patch(task.path, task.before, task.after if good else task.wrong)
    if not with_test:
        return changed
    return changed + file_patch(own_test_path(task), "", own_test_text(task)) + tidied(task)


def file_patch(path: str, before: str, after: str) -> str:
    """One file's part of a git diff; an empty ``before`` means that the file is new."""
    head = f"diff --git a/{path} b/{path}\n"
    if not before:
        head += "new file mode 100644\n"
    head += f"index {blob_id(before)}..{blob_id(after)}{' 100644' if before else ''}\n"
    lines = unified_diff(before.splitlines(), after.splitlines(), old_side(path, before), f"b/{path}", lineterm="")
    return head + "".join(f"{line}\n" for line in lines)


def old_side(path: str, before: str) -> str:
    """How git names the old side of a file."""
    return f"a/{path}" if before else "/dev/null"


def tidied(task: Task) -> str:
    """What an eager agent does beside its task: a note gets another name, a script a mode, a picture other bytes."""
    script, picture = "scripts/check.sh", "docs/before-and-after.png"
    blobs = f"{blob_id(task.before)}..{blob_id(task.after)}"
    return (
        f"{moved_note(task)}diff --git a/{script} b/{script}\nold mode 100644\nnew mode 100755\n"
        f"diff --git a/{picture} b/{picture}\nindex {blobs} 100644\nBinary files a/{picture} and b/{picture} differ\n"
    )


def moved_note(task: Task) -> str:
    """A note that is renamed, and changed a little, as git tells it."""
    old, new = "docs/NOTES.md", f"docs/{stem_of(task)}.md"
    before = f"# Notes\n\n{task.idea}\n\nSee the tests.\n"
    after = before.replace("# Notes", f"# Notes on {stem_of(task)}").replace("the tests", f"`{own_test_path(task)}`")
    head = f"diff --git a/{old} b/{new}\nsimilarity index 82%\nrename from {old}\nrename to {new}\n"
    lines = unified_diff(before.splitlines(), after.splitlines(), f"a/{old}", f"b/{new}", lineterm="")
    return f"{head}index {blob_id(before)}..{blob_id(after)} 100644\n" + "".join(f"{line}\n" for line in lines)


def blob_id(text: str) -> str:
    """A short object id, as git computes it for a blob; seven zeros for a file that is not there."""
    if not text:
        return "0000000"
    content = text.encode()
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()[:7]


def own_test_path(task: Task) -> str:
    """Where an eager agent puts its own test."""
    return f"tests/test_{stem_of(task)}_again.py"


def stem_of(task: Task) -> str:
    """The changed file's name without folder and suffix."""
    return task.path.rsplit("/", 1)[-1].split(".")[0].lower()


def own_test_text(task: Task) -> str:
    """A small test file of an eager agent."""
    bodies = (f'\n\ndef {name}_again(project):\n    assert project.check("{name}")\n' for name in task.tests[:2])
    return '"""Kept from the repair, so that the fault stays away."""' + "".join(bodies)
