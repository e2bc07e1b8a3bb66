"""Contracts: reviewed expectations about a table, checked by Great Expectations.

`clauses` says how a contract is written, `outcomes` what becomes of it.
"""

import json
import logging
import math
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pandas as pd

from trunkline.data import clauses, tables
from trunkline.data.clauses import Clause
from trunkline.data.outcomes import Outcome, Validation
from trunkline.settings import naming

if TYPE_CHECKING:
    from great_expectations.core import ExpectationValidationResult
    from great_expectations.datasource.fluent.interfaces import Batch
    from great_expectations.expectations.expectation import Expectation

# Great Expectations does not know the text type of pandas 3, so types are compared here.
OF_TYPE = "expect_column_values_to_be_of_type"
# Which rows break an expectation, by name; not how they look.
NAMING_ROWS = {
    "result_format": "COMPLETE",
    "unexpected_index_column_names": ["row_id"],
    "include_unexpected_rows": False,
}


def check(frame: pd.DataFrame, contract: Mapping[str, Any], dataset: str = "") -> Validation:
    """Return whether `frame` holds to `contract`, expectation by expectation.

    Args:
        frame: a table with a column `row_id`.
        contract: as in `clauses`.
        dataset: the dataset that the contract must be for; empty for any.

    Raises:
        ValueError: the contract has an unknown key, names a column that does not exist or an
            expectation that does not exist, or gives it arguments that it does not take.
    """
    found = dict(enumerate(clauses.read(frame, contract)))
    if dataset and contract["dataset"] != dataset:
        raise ValueError(
            f"contracts/{dataset}.json is to be the contract of '{dataset}', but its `dataset` is "
            f"'{contract['dataset']}': review it for this dataset and name it there"
        )
    typed = {place: clause for place, clause in found.items() if clause.type == OF_TYPE}
    others = {place: clause for place, clause in found.items() if clause.type != OF_TYPE}
    outcomes = {place: _type_outcome(frame, clause) for place, clause in typed.items()}
    outcomes |= _validated(frame, others)
    return Validation(
        dataset=contract["dataset"],
        rows=len(frame),
        expectations=tuple(outcomes[place] for place in found),
    )


def _type_outcome(frame: pd.DataFrame, clause: Clause) -> Outcome:
    found, expected = str(frame[clause.column].dtype), clause.kwargs.get("type_")
    return Outcome(**vars(clause), success=found == expected, observed=found)


def _validated(frame: pd.DataFrame, asked: Mapping[int, Clause]) -> dict[int, Outcome]:
    """Return the outcome of each clause that Great Expectations checks, by its place."""
    with _quietly():
        batch = _batch(frame)
        outcomes = _run(batch, asked, {"result_format": "BASIC"})
        broken = {p: asked[p] for p, outcome in outcomes.items() if not outcome.success}
        # Looking for row ids takes as long again, so only what is broken is asked for them.
        return outcomes | (_run(batch, broken, NAMING_ROWS) if broken else {})


def _batch(frame: pd.DataFrame) -> "Batch":
    # Imported here, for it takes seconds and is needed only where a contract is sound so far.
    import great_expectations as gx
    from great_expectations.data_context.types import base

    stores = base.InMemoryStoreBackendDefaults(init_temp_docs_sites=False)
    project = base.DataContextConfig(store_backend_defaults=stores)
    context = gx.get_context(project_config=project, mode="ephemeral")
    context.variables.progress_bars = base.ProgressBarsConfig(globally=False)
    asset = context.data_sources.add_pandas("memory").add_dataframe_asset("table")
    return asset.add_batch_definition_whole_dataframe("rows").get_batch({"dataframe": frame})


def _run(
    batch: "Batch", asked: Mapping[int, Clause], result_format: dict[str, Any]
) -> dict[int, Outcome]:
    from great_expectations import ExpectationSuite

    suite = ExpectationSuite(name="contract", expectations=_expectations(asked))
    results = batch.validate(suite, result_format=result_format).results
    # They come in another order than the expectations; `place` says which is which.
    return {place: _outcome(asked[place], r) for r in results for place in [_place(r)]}


@contextmanager
def _quietly() -> Iterator[None]:
    """Keep back what Great Expectations says about its own inside."""
    logger = logging.getLogger("great_expectations")
    level = logger.level
    logger.setLevel(logging.WARNING)  # it notes every method that it does not document
    try:
        with warnings.catch_warnings():
            # It imports a module of Python that is deprecated since 3.11.
            warnings.filterwarnings("ignore", "module 'sre_", DeprecationWarning)
            yield
    finally:
        logger.setLevel(level)


def _expectations(asked: Mapping[int, Clause]) -> list["Expectation"]:
    from great_expectations import expectations

    found = [vars(expectations)[name] for name in dir(expectations) if name.startswith("Expect")]
    known = {str(made.expectation_type): made for made in found if made.expectation_type}
    return [_expectation(clause, known, place) for place, clause in asked.items()]


def _expectation(clause: Clause, known: Mapping[str, Any], place: int) -> "Expectation":
    if clause.type not in known:
        hint = naming.nearest(clause.type, list(known))
        raise ValueError(f"there is no expectation '{clause.type}' in Great Expectations{hint}")
    about = {"column": clause.column} if clause.column else {}
    try:
        made: Expectation = known[clause.type](**about, **clause.kwargs, meta={"place": place})
    except (ValueError, TypeError) as error:
        raise ValueError(
            f"'{clause.type}' does not take {json.dumps(dict(clause.kwargs))} for column "
            f"'{clause.column}': {error}"
        ) from error
    return made


def _place(result: "ExpectationValidationResult") -> int:
    """Return which clause a result is of."""
    return int(result.expectation_config.meta["place"])  # type: ignore[union-attr]


def _outcome(clause: Clause, result: "ExpectationValidationResult") -> Outcome:
    found = result.result or {}
    rows = {str(entry["row_id"]) for entry in found.get("unexpected_index_list") or []}
    error = _error(result.exception_info or {})
    return Outcome(
        **vars(clause),
        success=bool(result.success) and not error,
        observed=_rounded(found.get("observed_value")),
        unexpected_count=int(found.get("unexpected_count") or 0),
        examples=tuple(sorted(rows)[: tables.EXAMPLES]),
        error=error,
    )


def _error(info: Mapping[str, Any]) -> str:
    """Return the first line of an exception met while checking, or ""."""
    entries = [info, *(entry for entry in info.values() if isinstance(entry, Mapping))]
    raised = [str(e.get("exception_message")) for e in entries if e.get("raised_exception")]
    return raised[0].splitlines()[0] if raised else ""


def _rounded(value: Any) -> Any:
    """Return what JSON can hold, floats to six significant digits."""
    if isinstance(value, float):
        return float(f"{value:.6g}") if math.isfinite(value) else str(value)
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(name): _rounded(entry) for name, entry in value.items()}
    return [_rounded(entry) for entry in value] if isinstance(value, list | tuple) else value
