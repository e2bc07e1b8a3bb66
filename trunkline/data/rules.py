"""Rules of a contract that no row can hold to by itself: they are about parts and other tables.

They stand beside the expectations, `{"type", "column" | "columns", "kwargs", "why"}`:

- `no_copies_across_parts`: no row of a later part has the values of an earlier part's row in these
  columns (train comes before validation, validation before test); `decimals` rounds fractions
  first; `similarity` compares texts by their shingles of `shingle` characters.
- `groups_on_one_side`: rows of one value lie in one part.
- `time_order`: no row is newer than a row of a later part; with `each`, of one of the same value.
- `known_in_train`: each value of a later part is a training row's too; of so large a share of the
  later rows as `cold` declares it may not be.
- `foreign_key`: each value is one of `column` of `dataset`.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from trunkline.data import outcomes, rules_across, rules_keys, rules_known, rules_texts, tables
from trunkline.data.outcomes import Outcome, Validation
from trunkline.data.rules_rows import Rows
from trunkline.settings import naming

KEYS = ("type", "column", "columns", "kwargs", "why")
# What each rule takes in `kwargs`.
OPTIONS: Mapping[str, Mapping[str, type | tuple[type, ...]]] = {
    "no_copies_across_parts": {"decimals": int, "similarity": (int, float), "shingle": int},
    "groups_on_one_side": {},
    "time_order": {"each": str},
    "known_in_train": {"cold": (int, float)},
    "foreign_key": {"dataset": str, "column": str},
}
SHINGLE = 5  # characters
LEAST = 0.5  # similarity; below it nearly all pairs of texts would have to be looked at


def check(contract: Mapping[str, Any], rows: Rows, keys: pd.DataFrame) -> tuple[Outcome, ...]:
    """Return whether each rule of a contract holds.

    Args:
        contract: its `rules`; none hold trivially.
        rows: the dataset's table, with the part of each row.
        keys: of all datasets that are referred to, as `rules_keys.table`.

    Raises:
        ValueError: a rule is not written as it must be, or names what does not exist.
    """
    found = []
    for number, entry in enumerate(contract.get("rules", []), start=1):
        where = f"rule {number} of the contract for '{contract['dataset']}'"
        try:
            found.append(_outcome(entry, rows, keys))
        except ValueError as error:
            raise ValueError(f"{where}: {error}") from error
    return tuple(found)


def enforce(
    held: Validation, contract: Mapping[str, Any], rows: Rows, keys: pd.DataFrame
) -> Validation:
    """Return a validation with the rules that held too.

    Args:
        held: of the expectations.
        contract: its `rules`.
        rows: the dataset's table, with the part of each row.
        keys: as `check`.

    Raises:
        ContractViolation: some did not hold.
        ValueError: as `check`.
    """
    told = (*held.expectations, *check(contract, rows, keys))
    whole = replace(held, expectations=told)
    outcomes.enforce(whole)
    return whole


def _outcome(entry: Mapping[str, Any], rows: Rows, keys: pd.DataFrame) -> Outcome:
    _known(entry, KEYS, "key")
    kind, options = str(entry.get("type")), entry.get("kwargs", {})
    if kind not in OPTIONS:
        hint = naming.suggestion(kind, list(OPTIONS))
        raise ValueError(f"there is no rule '{kind}'{hint}")
    _known(options, tuple(OPTIONS[kind]), "argument in `kwargs`")
    for name, value in options.items():
        if isinstance(value, bool) or not isinstance(value, OPTIONS[kind][name]):
            raise ValueError(f"'{name}' of {kind} cannot be {value!r}")
    columns = _columns(entry, kind, rows)
    count, examples = _broken(kind, columns, options, rows, keys)
    shown = columns[0] if len(columns) == 1 else ", ".join(entry.get("columns", columns))
    return Outcome(
        type=kind,
        column=shown,
        kwargs=options,
        why=entry.get("why", ""),
        success=not count,
        unexpected_count=count,
        examples=examples,
    )


def _broken(
    kind: str, columns: list[str], options: Mapping[str, Any], rows: Rows, keys: pd.DataFrame
) -> tuple[int, tuple[str, ...]]:
    """Return how many rows break a rule, and examples."""
    if kind == "groups_on_one_side":
        return rules_across.groups(rows, columns[0])
    if kind == "time_order":
        return _times(columns[0], options, rows)
    if kind == "known_in_train":
        cold = float(options.get("cold", 0))
        if not 0 <= cold <= 1:
            raise ValueError(f"expected 'cold' from 0 to 1, a share of rows, received {cold:g}")
        return rules_known.strangers(rows, columns[0], cold)
    if kind == "foreign_key":
        for name in OPTIONS[kind]:
            if name not in options:
                raise ValueError(f"foreign_key needs '{name}' in `kwargs`: what is referred to")
        return rules_keys.strangers(rows, columns[0], keys, options)
    return _copies(columns, options, rows)


def _times(column: str, options: Mapping[str, Any], rows: Rows) -> tuple[int, tuple[str, ...]]:
    if "each" not in options:
        return rules_across.times(rows, column)
    each = tables.columns(pd.DataFrame(columns=list(rows.names)), [options["each"]])
    if len(each) > 1:
        raise ValueError(f"expected one column in 'each' of time_order, received {', '.join(each)}")
    return rules_known.times(rows, column, each[0])


def _copies(
    columns: list[str], options: Mapping[str, Any], rows: Rows
) -> tuple[int, tuple[str, ...]]:
    if "similarity" not in options:
        if "shingle" in options:
            raise ValueError("'shingle' cuts texts for a 'similarity', which is not stated")
        return rules_across.copies(rows, columns, options.get("decimals"))
    return _near(columns, options, rows)


def _near(
    columns: list[str], options: Mapping[str, Any], rows: Rows
) -> tuple[int, tuple[str, ...]]:
    similarity, shingle = float(options["similarity"]), options.get("shingle", SHINGLE)
    if "decimals" in options:
        raise ValueError("'decimals' rounds numbers, 'similarity' compares texts: state one")
    if not LEAST <= similarity <= 1:
        raise ValueError(f"expected 'similarity' from {LEAST} to 1, received {similarity:g}")
    if shingle < 1:
        raise ValueError(f"expected 'shingle' of at least 1 character, received {shingle}")
    return rules_texts.near(rows, columns, similarity, shingle)


def _columns(entry: Mapping[str, Any], kind: str, rows: Rows) -> list[str]:
    """Return the columns that a rule is about: for copies all, if none is named."""
    patterns = [*entry.get("columns", []), *([entry["column"]] if "column" in entry else [])]
    copies = kind == "no_copies_across_parts"
    if not patterns and copies and "similarity" not in entry.get("kwargs", {}):
        return [name for name in rows.names if name != "row_id"]
    found = tables.columns(pd.DataFrame(columns=list(rows.names)), patterns)
    if not found or (len(found) > 1 and not copies):
        raise ValueError(
            f"{kind} is about {'columns of text' if copies else 'one column'}, received "
            f"{', '.join(found) or 'none'}: name it in `column`"
        )
    return found


def _known(entries: Mapping[str, Any], known: tuple[str, ...], what: str) -> None:
    for name in entries:
        if name not in known:
            raise ValueError(f"unknown {what} '{name}'{naming.suggestion(name, known)}")
