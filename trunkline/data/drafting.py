"""A first contract, drafted from the data: for a person to review, correct and commit.

Each expectation is wider than what was seen (`widening`), so that the draft holds for the table
it was drafted from and for more of the same; each says in its `why` what was seen. A person
knows what a draft cannot: which values are errors already, and what must never happen.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from trunkline.data import drafting_columns, profiles, widening
from trunkline.data.drafting_columns import Expected
from trunkline.data.profiles import Column

Entry = dict[str, Any]
LIKELY = ("label", "labels", "target", "class", "category", "outcome", "y")  # names of labels


def draft(
    dataset: str, columns: Sequence[Column], schema: Mapping[str, Any], labels: Sequence[str]
) -> dict[str, Any]:
    """Return a contract that a table holds to, as `clauses` has it.

    Args:
        dataset: its name.
        columns: what its columns hold.
        schema: `{"columns": [{"name", "type"}]}`, as ingest wrote it.
        labels: columns that hold classes; none: those whose name is one of `LIKELY`.
    """
    types = {column["name"]: column["type"] for column in schema["columns"]}
    named = [column for column in columns if column.name in (labels or LIKELY)]
    classes = {column.name for column in named if column.values}
    found = [
        *(expected for c in columns for expected in drafting_columns.of_all(c, types[c.name])),
        *_families([c for c in columns if c.name not in classes and c.name != "row_id"]),
        *(expected for c in columns if c.name in classes for expected in _label(c)),
    ]
    known = [column.name for column in columns]
    rows = columns[0].rows
    return {
        "dataset": dataset,
        "description": f"Drafted from {rows:,} rows of {len(columns)} columns. Say here what "
        "they are and where they come from.",
        "licence": "Say here under which terms the rows may be used.",
        "expectations": [*_table(columns), *_entries(found, known)],
    }


def _table(columns: Sequence[Column]) -> list[Entry]:
    low, high = widening.count(columns[0].rows, widening.ROWS)
    return [
        {
            "type": "expect_table_row_count_to_be_between",
            "kwargs": {"min_value": low, "max_value": high},
            "why": f"There were {columns[0].rows:,} rows; half as many or twice as many are news.",
        },
        {
            "type": "expect_table_column_count_to_equal",
            "kwargs": {"value": len(columns)},
            "why": "A column that comes or goes is to be noticed.",
        },
    ]


def _label(column: Column) -> Iterator[tuple[str, Expected]]:
    for expected in drafting_columns.of_label(column):
        yield column.name, expected


def _families(columns: Sequence[Column]) -> Iterator[tuple[str, Expected]]:
    """Yield what is expected of the values of each column; a family shares its bounds."""
    for family in profiles.by_family(columns):
        told = drafting_columns.together(family)
        for expected in drafting_columns.of_values(told, alone=len(family) == 1):
            yield from ((column.name, expected) for column in family)


def _entries(found: Sequence[tuple[str, Expected]], known: Sequence[str]) -> Iterator[Entry]:
    """Yield a line for each expectation, with all columns of which the same is expected."""
    groups: dict[str, tuple[Expected, list[str]]] = {}
    for name, expected in found:
        if "*" not in name:  # in a contract it stands for other columns too
            key = json.dumps([expected.type, expected.kwargs, expected.why], sort_keys=True)
            groups.setdefault(key, (expected, []))[1].append(name)
    for expected, names in groups.values():
        short = _patterns(names, known)
        where = {"columns": short} if len(names) > 1 else {"column": names[0]}
        kwargs = {"kwargs": expected.kwargs} if expected.kwargs else {}
        yield {"type": expected.type, **where, **kwargs, "why": expected.why}


def _patterns(names: Sequence[str], known: Sequence[str]) -> list[str]:
    """Return names, those of a family as one pattern where it stands for no other column."""
    chosen = set(names)
    short: dict[str, None] = {}
    for name in names:
        stem = name.rstrip("0123456789")
        meant = [one for one in known if one.startswith(stem)]
        family = (
            stem not in ("", name) and len(meant) > profiles.MEMBERS and chosen.issuperset(meant)
        )
        short[f"{stem}*" if family else name] = None
    return list(short)
