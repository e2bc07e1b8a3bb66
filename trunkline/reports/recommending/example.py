"""One user's history, and what a model lists for them."""

import datetime
from dataclasses import dataclass
from typing import Any

from trunkline.reports import numbers
from trunkline.reports.recommending import looks
from trunkline.reports.recommending.measured import Measured

_SOURCES = {
    "features": "from facts about the user",
    "popularity": "from popularity",
}


@dataclass(frozen=True, kw_only=True)
class Line:
    """One item of a list or a history.

    Attributes:
        rank: in the list; empty in a history.
        note: why it is listed; how and when it was taken.
        taken: whether the user took it later.
    """

    title: str
    item: str
    note: str
    rank: str = ""
    taken: bool = False


@dataclass(frozen=True, kw_only=True)
class Example:
    """What is shown of one user.

    Attributes:
        hits: items of the list that the user took later.
    """

    user: str
    model: str
    history: tuple[Line, ...]
    listed: tuple[Line, ...]
    hits: int


def example(study: Measured) -> Example | None:
    """Return the example of a study; None where nobody has a list."""
    record = study.records["example"]
    if not record.get("list"):
        return None
    listed = tuple(_listed(row) for row in record["list"])
    steps = study.settings.interactions.unit == "steps"
    return Example(
        user=str(record["user"]),
        model=looks.look(study.lister).label,
        history=tuple(_had(row, steps=steps) for row in record["history"]),
        listed=listed,
        hits=sum(line.taken for line in listed),
    )


def _had(row: Any, *, steps: bool) -> Line:
    parts = [f"rated {numbers.compact(row['rating'])}"] if row.get("rating") is not None else []
    parts += [_when(row["time"], steps=steps)] if row.get("time") is not None else []
    return Line(title=_title(row), item=_item(row), note=", ".join(parts))


def _when(time: int, *, steps: bool) -> str:
    """Write a time in seconds since 1970 as its day; a step has none."""
    if steps:
        return f"step {time}"
    start = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
    return (start + datetime.timedelta(seconds=time)).date().isoformat()


def _listed(row: Any) -> Line:
    parts = [
        row["reason"],
        _SOURCES.get(row["source"], ""),
        f"score {numbers.compact(row['score'])}",
    ]
    return Line(
        title=_title(row),
        item=_item(row),
        note="; ".join(part for part in parts if part),
        rank=str(row["rank"]),
        taken=bool(row["taken"]),
    )


def _title(row: Any) -> str:
    return str(row["item"] if row.get("title") is None else row["title"])


def _item(row: Any) -> str:
    """Return the id where it is not the title already."""
    return "" if _title(row) == str(row["item"]) else str(row["item"])
