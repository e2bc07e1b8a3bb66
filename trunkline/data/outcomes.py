"""What became of a contract: an outcome per expectation, and the table that a violation prints."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import pyarrow as pa

from trunkline.data import tables

HEADINGS = ("expectation", "column", "count", "rows")
LONGEST = 70  # characters of what was expected, beside rows


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """Whether one expectation held for one column, or for the table.

    Attributes:
        type: name of the expectation in Great Expectations.
        column: the column, or "" where it is about the table or several columns.
        kwargs: what was expected.
        why: the reason that the contract gives.
        success: whether it held.
        observed: what was found, for an expectation about a whole column or table.
        unexpected_count: values that break it; 0 for an expectation about a whole.
        examples: `row_id` of up to five of them, in order of their text.
        error: the message of an error that kept it from being checked, else "".
        quarantined: rows that broke it and were set aside; `success` is about the others then.
    """

    type: str
    column: str
    kwargs: Mapping[str, Any]
    why: str
    success: bool
    observed: Any = None
    unexpected_count: int = 0
    examples: tuple[str, ...] = ()
    error: str = ""
    quarantined: int = 0


@dataclass(frozen=True, kw_only=True)
class Validation:
    """The outcomes of all expectations of a contract, in the order of the contract.

    Attributes:
        broken_by: names of the rows that break an expectation about rows, by its place; None
            where they are more than were to be kept.
    """

    dataset: str
    rows: int
    expectations: tuple[Outcome, ...]
    broken_by: Mapping[int, pa.Array | None] = field(default_factory=dict)

    @property
    def success(self) -> bool:
        """Whether every expectation held."""
        return all(outcome.success for outcome in self.expectations)


class ContractViolation(ValueError):
    """A table broke its contract; the message is a table of what, where, how often, which rows."""


def enforce(validation: Validation, remedy: str = "") -> None:
    """Pass a validation whose expectations all held.

    Args:
        validation: of all expectations.
        remedy: what else may be done about it, for the end of the message.

    Raises:
        ContractViolation: some did not.
    """
    broken = [outcome for outcome in validation.expectations if not outcome.success]
    if broken:
        raise ContractViolation(
            f"'{validation.dataset}' breaks its contract: {len(broken)} of "
            f"{len(validation.expectations)} expectations do not hold for its "
            f"{validation.rows} rows.\n\n"
            + table(broken)
            + "\n\nNothing was written. Mend the rows "
            "at their source, or the contract where it expects the wrong thing." + remedy
        )


def table(broken: Sequence[Outcome]) -> str:
    """Return what did not hold, where, how often and in which rows, as aligned lines."""
    return "\n".join(_aligned([HEADINGS, *map(_row, broken)]))


def to_json(validation: Validation) -> dict[str, Any]:
    """Return a validation as JSON's types: the same rows and contract, the same value."""
    return {
        "dataset": validation.dataset,
        "success": validation.success,
        "rows": validation.rows,
        "expectations": [asdict(outcome) for outcome in validation.expectations],
    }


def _row(outcome: Outcome) -> tuple[str, str, str, str]:
    if outcome.error:
        return outcome.type, outcome.column, "error", outcome.error
    expected = ", ".join(f"{name}={value!r}" for name, value in outcome.kwargs.items())
    if outcome.unexpected_count:
        more = outcome.unexpected_count > tables.EXAMPLES
        rows = ", ".join(outcome.examples) + (", ..." if more else "")
        wanted = f"; expected {expected}" if expected else ""
        if len(wanted) > LONGEST:
            wanted = f"{wanted[:LONGEST]}..."
        return outcome.type, outcome.column, str(outcome.unexpected_count), rows + wanted
    return outcome.type, outcome.column, "-", f"found {outcome.observed!r}, expected {expected}"


def _aligned(rows: list[tuple[str, str, str, str]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
