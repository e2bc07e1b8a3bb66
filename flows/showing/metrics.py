"""The metrics of a run beside those of the last commit, every number with its interval."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from flows.showing import files, markdown, numbers
from flows.showing.numbers import Number

HEADINGS = ("Metric", "Now", "Change", "Last commit")


@dataclass(frozen=True)
class Change:
    """A metric now and in the last commit.

    Args:
        file: The file's path from the root.
        name: Its keys, joined by dots; "" where `problem` says all.
        now: Its value now; None where it is gone.
        then: Its value in the last commit; None where it is new.
        problem: Why the file has no values now, else "".
    """

    file: str
    name: str = ""
    now: Number | None = None
    then: Number | None = None
    problem: str = ""

    @property
    def label(self) -> str:
        """What it is called."""
        return f"{self.file}: {self.name}" if self.name else self.file


def changes(root: Path, paths: Sequence[str], revision: str = "HEAD") -> tuple[Change, ...]:
    """Return every metric of some files; a file that cannot be read has one entry that says so.

    Args:
        root: The folder of `dvc.yaml`.
        paths: The files, from `root`.
        revision: The commit to compare with.
    """
    return tuple(change for path in paths for change in _of_file(root, path, revision))


def markdown_table(found: Sequence[Change]) -> str:
    """Return the metrics as a table in Markdown; "" where there are none."""
    rows = [(markdown.code(change.label), *_safe(change)) for change in found]
    return markdown.table(HEADINGS, rows, numbers=3) if rows else ""


def records(found: Sequence[Change]) -> list[dict[str, str]]:
    """Return the metrics as rows under headings."""
    return [dict(zip(HEADINGS, (change.label, *cells(change)), strict=True)) for change in found]


def lines(found: Sequence[Change], most: int = 10) -> list[str]:
    """Return what changed in the metrics as lines for a terminal.

    Args:
        found: The metrics.
        most: So many lines of metrics at most.
    """
    read = [change for change in found if not change.problem]
    moved = [change for change in read if not numbers.same(change.now, change.then)]
    told = [f"Metrics: {change.label} {change.problem}" for change in found if change.problem]
    if read and not moved:
        told.append(f"Metrics: {len(read)}, as in the last commit")
    if moved:
        told.append(f"Metrics: {len(moved)} of {len(read)} changed since the last commit")
    width = max((len(change.label) for change in moved[:most]), default=0)
    for change in moved[:most]:
        now, step, then = cells(change)
        told.append(f"  {change.label:{width}}  {then} -> {now}  {step}".rstrip())
    return told + [f"  and {len(moved) - most} more"] * (len(moved) > most)


def cells(change: Change) -> tuple[str, str, str]:
    """Return a metric now, how far it moved, and what it was in the last commit, as text."""
    if change.problem:
        return change.problem, "", ""
    if change.now is None or change.then is None:
        return _lone(change.now), "", _lone(change.then)
    places = numbers.decimals(change.now)
    return (
        numbers.written(change.now, places),
        numbers.step(change.now, change.then, places),
        numbers.written(change.then, places),
    )


def _of_file(root: Path, path: str, revision: str) -> Iterator[Change]:
    now, then = files.read(root / path), files.committed(root, path, revision)
    if now.problem:
        yield Change(path, problem=now.problem)
        return
    ours, theirs = dict(numbers.flatten(now.value)), dict(numbers.flatten(then.value))
    for name in dict.fromkeys([*ours, *theirs]):
        yield Change(path, name, ours.get(name), theirs.get(name))


def _lone(number: Number | None) -> str:
    if number is None:
        return files.NOT_THERE
    return numbers.written(number, numbers.decimals(number))


def _safe(change: Change) -> tuple[str, ...]:
    """Return the cells for Markdown; brackets of intervals stay readable as they are."""
    now, *before = cells(change)
    return (markdown.text(now) if change.problem else now, *before)
