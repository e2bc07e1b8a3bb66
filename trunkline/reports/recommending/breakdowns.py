"""What stands beside the accuracy of recommenders: what they show, to whom, of what kind."""

from collections.abc import Sequence
from typing import Any

from trunkline.reports import names, numbers
from trunkline.reports.recommending import tables
from trunkline.reports.recommending.measured import Measured
from trunkline.reports.recommending.tables import Grid

_SHOWN = {
    "coverage": "Coverage",
    "gini": "Gini index",
    "novelty": "Novelty (bits)",
    "popularity": "Popularity (users)",
}
_STARTS = {
    "warm": "Known user and item",
    "cold_users": "New user",
    "cold_items": "New item",
}
_GROUPS = {"head": "popular", "tail": "rarer", "cold": "new"}


def shown(study: Measured) -> Grid:
    """Lay out what lists show of the catalogue, beside the main metric."""
    judged = study.lists
    metric = numbers.scale(judged.main).name
    found = {(e.model, judged.main): tables.spanned(judged.main, vars(e)) for e in judged.ranked()}
    for row in study.records["shown"]:
        found[row["model"], row["metric"]] = _shown(row)
    return Grid(
        title=f"Accuracy beside what the lists show, at {_length(judged.main)}",
        columns=(metric, *_SHOWN.values()),
        rows=tables.lines(found, (judged.main, *_SHOWN), judged),
    )


def activity(study: Measured) -> Grid | None:
    """Lay out the main metric by how many interactions users have in training."""
    rows = study.records["activity"]
    if not rows:
        return None
    named = {row["group"]: f"{group(row['group'])} ({_users(row['n'])})" for row in rows}
    title = f"{numbers.scale(study.lists.main).name} by interactions of the user in training"
    return tables.grid(title, rows, "group", named, study.lists)


def starts(study: Measured) -> Grid | None:
    """Lay out the main metric of new users and new items, apart; None where none is new."""
    rows = study.records["starts"]
    if {row["start"] for row in rows} <= {"warm"}:
        return None
    named = {
        row["start"]: f"{_STARTS.get(row['start'], row['start'])} ({_users(row['n'])})"
        for row in rows
    }
    title = f"{numbers.scale(study.lists.main).name} of test items by what training knows of them"
    return tables.grid(title, rows, "start", named, study.lists)


def popularity(study: Measured) -> Grid | None:
    """Lay out shares of places and hits, and recall, by popularity of the items."""
    every = study.records["popularity"]
    there = {row["group"] for row in every if row["relevant"] or row["listed"]}
    rows = [row for row in every if row["group"] in there]
    if not rows:
        return None
    found = {}
    for row in rows:
        recall = row["recall"]
        found[row["model"], f"{row['group']} listed"] = numbers.share(row["listed"])
        found[row["model"], f"{row['group']} hits"] = numbers.share(row["hits"])
        found[row["model"], f"{row['group']} recall"] = (
            tables.spanned(f"recall@{_k(study.lists.main)}", recall) if recall else numbers.ABSENT
        )
    groups = dict.fromkeys(row["group"] for row in rows)
    cases = [f"{one} {what}" for what in ("recall", "listed", "hits") for one in groups]
    titles = {"recall": "Recall: {}", "listed": "Places: {}", "hits": "Hits: {}"}
    return Grid(
        title=f"By popularity of the items. {_relevant(rows)}",
        columns=tuple(
            titles[what].format(_GROUPS.get(one, one))
            for one, what in (case.split() for case in cases)
        ),
        rows=tables.lines(found, cases, study.lists),
    )


def group(name: str) -> str:
    """Write a group of users by their interactions in training."""
    return "none" if name == "cold" else name.replace("-", numbers.ABSENT)


def _relevant(rows: Sequence[Any]) -> str:
    """Say how many items each group has, and which share of the test items."""
    one = {row["group"]: row for row in rows}
    said = [
        f"{row['items']} {_GROUPS.get(name, name)} items have {numbers.share(row['relevant'])} of "
        "the test items"
        for name, row in one.items()
    ]
    return f"{names.listed(said)}."


def _shown(row: Any) -> str:
    """Write a value with its interval, or where it is of all lists together with its spread."""
    metric = row["metric"]
    if "low" in row:
        return tables.spanned(metric, row)
    number = numbers.number(metric, row["value"])
    percent = "\N{NO-BREAK SPACE}%" if numbers.scale(metric).factor == 100 else ""
    around = tables.spread(metric, row["spread"], row["repeats"])
    return f"{number}{percent}{'' if around == numbers.ABSENT else f' {around}'}"


def _users(count: int) -> str:
    return f"{count} user{'' if count == 1 else 's'}"


def _k(metric: str) -> str:
    return metric.partition("@")[2]


def _length(metric: str) -> str:
    return f"{_k(metric)} places a list"
