"""Rows that break their contract: the run stops, or they are set aside and the rest goes on."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trunkline.data import contracts, outcomes
from trunkline.data.outcomes import ContractViolation, Outcome, Validation
from trunkline.data.stored import Stored
from trunkline.settings.dataset import Dataset

FAILED = "failed_expectations"  # the column of the rows set aside that says why
ASIDE = " To go on without a few such rows, set `on_violation: quarantine`."


def keep(
    table: Stored, contract: Mapping[str, Any], name: str, settings: Dataset
) -> tuple[Stored, Validation]:
    """Return the rows that hold to a contract, and what was found of it.

    Rows that break an expectation about rows are set aside if `settings` says so; all
    expectations are then checked again on the rest, and must hold.

    Args:
        table: all rows.
        contract: as in `clauses`.
        name: the dataset that the contract must be for.
        settings: `on_violation`, and the share of the rows that may be set aside.

    Raises:
        ContractViolation: the rest does not hold to the contract, or is too small.
        ValueError: the contract is wrong itself, or the table has a column of the name `FAILED`.
    """
    if settings.on_violation == "stop":
        found = contracts.check(table, contract, name)
        broken = [outcome for outcome in found.expectations if not outcome.success]
        by_rows = all(outcome.unexpected_count for outcome in broken)
        outcomes.enforce(found, ASIDE if by_rows else "")
        return table, found
    if FAILED in table.types:
        raise ValueError(
            f"the table has a column '{FAILED}', in which rows that are set aside say why: rename "
            "it in the source, or let `on_violation` be stop"
        )
    limit = math.floor(table.rows * settings.quarantine_share)
    found = contracts.check(table, contract, name, keep=limit)
    aside = contracts.names(found)
    if aside is None or len(aside) > limit:
        raise ContractViolation(_too_many(found, aside, settings.quarantine_share))
    if not len(aside):
        outcomes.enforce(found)
        return table, found
    kept = table.without(aside)
    again = contracts.check(kept, contract, name)
    outcomes.enforce(again)
    return kept, _joined(found, again)


def rows(
    table: Stored, validation: Validation, settings: Dataset
) -> tuple[pa.Schema, Iterator[pa.RecordBatch]]:
    """Return the rows set aside, in the table's order, with a last column that says why.

    Args:
        table: all rows.
        validation: what was found, with the names of the rows that break it.
        settings: where violations stop the run there are no rows, and no such column.
    """
    if settings.on_violation == "stop":
        return table.schema, iter(())
    why = [
        (f"{outcome.type}({outcome.column or _named(outcome)})", names)
        for place, outcome in enumerate(validation.expectations)
        if (names := validation.broken_by.get(place)) is not None
    ]
    schema = table.schema.append(pa.field(FAILED, pa.large_string()))
    any_of = pa.chunked_array([names for _, names in why], pa.large_string()).unique()
    batches = table.batches(table.schema.names)
    return schema, (_reasoned(batch, any_of, why, schema) for batch in batches)


def kept(table: Stored) -> np.ndarray | None:
    """Return of each row of the file whether it is kept, bool `[rows]`; None if all are."""
    if not len(table.aside):
        return None
    whole = replace(table, aside=table.aside.slice(0, 0))
    parts = [
        pc.invert(pc.is_in(batch.column("row_id"), table.aside)).to_numpy(zero_copy_only=False)
        for batch in whole.batches(["row_id"])
    ]
    return np.concatenate(parts)


def _reasoned(
    batch: pa.RecordBatch, any_of: pa.Array, why: list[tuple[str, pa.Array]], schema: pa.Schema
) -> pa.RecordBatch:
    """Return the rows of a batch that break something, with what they break."""
    broken = batch.filter(pc.is_in(batch.column("row_id"), any_of))
    reasons = pa.array([""] * broken.num_rows, pa.large_string())
    for reason, rows in why:
        there = pc.is_in(broken.column("row_id"), rows)
        separator = pc.if_else(pc.equal(reasons, ""), "", "; ").cast(pa.large_string())
        longer = pc.binary_join_element_wise(
            reasons, pa.scalar(reason, pa.large_string()), separator
        )
        reasons = pc.if_else(there, longer, reasons)
    return pa.RecordBatch.from_arrays([*broken.columns, reasons], schema=schema)


def _named(outcome: Outcome) -> str:
    pair = [str(outcome.kwargs[key]) for key in ("column_A", "column_B") if key in outcome.kwargs]
    return ", ".join([*pair, *outcome.kwargs.get("column_list", [])])


def _joined(found: Validation, again: Validation) -> Validation:
    """Return what holds of the rest, with the rows that broke it before they were set aside."""
    told = list(again.expectations)
    for place, names in found.broken_by.items():
        before = found.expectations[place]
        told[place] = replace(
            told[place],
            unexpected_count=before.unexpected_count,
            examples=before.examples,
            quarantined=len(names) if names is not None else 0,
        )
    return replace(found, expectations=tuple(told))


def _too_many(found: Validation, aside: pa.Array | None, share: float) -> str:
    broken = [found.expectations[place] for place in found.broken_by]
    counted = f"{len(aside)} rows" if aside is not None else "the rows that break it"
    return (
        f"'{found.dataset}' breaks its contract: {counted} of {found.rows} are more than the share "
        f"of {share:g} that `quarantine_share` lets be set aside.\n\n"
        + outcomes.table(broken)
        + "\n\nNothing was written. Mend the rows at their source, or the contract where it "
        "expects the wrong thing, or raise `quarantine_share`."
    )
