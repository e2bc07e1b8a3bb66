"""Great Expectations on a frame: what it finds for each clause of a contract.

Its pandas engine looks at a frame of some rows, or of one column. The SQL engine is not used: it
has no dialect for DuckDB (its checks of patterns need one), the dialect that others publish for
SQLAlchemy fails on DuckDB 2's catalogue, and means would differ from those of small tables.
Its `Batch` is not used either, for it hashes all cells before it looks at any of them.
"""

import json
import logging
import math
import re
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pandas as pd

from trunkline.data.clauses import Clause
from trunkline.settings import naming

if TYPE_CHECKING:
    from great_expectations.core import ExpectationValidationResult
    from great_expectations.expectations.expectation import Expectation

COUNTS = {"result_format": "BASIC"}
ROWS = {"result_format": "COMPLETE", "include_unexpected_rows": False}
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
# It compares other types value by value, in Python; these hold the same numbers.
FASTER = {"int": "int64", "uint": "int64", "float": "float64"}


class Judge:
    """Great Expectations, with the clauses of one contract.

    Raises:
        ValueError: an expectation does not exist, or does not take its arguments.
    """

    def __init__(self, asked: Mapping[int, Clause]) -> None:
        with _quietly():
            # Imported here, for it takes seconds and is needed only where a contract is sound.
            import great_expectations as gx
            from great_expectations.data_context.types import base

            self._made = _expectations(asked)
            stores = base.InMemoryStoreBackendDefaults(init_temp_docs_sites=False)
            project = base.DataContextConfig(store_backend_defaults=stores)
            self._context = gx.get_context(project_config=project, mode="ephemeral")
            bars = base.ProgressBarsConfig(globally=False)
            self._context.variables.progress_bars = bars

    def by_row(self, place: int) -> bool:
        """Return whether a clause is about rows, each for itself or among others."""
        from great_expectations.expectations import expectation

        kinds = (
            expectation.ColumnMapExpectation,
            expectation.ColumnPairMapExpectation,
            expectation.MulticolumnMapExpectation,
        )
        return isinstance(self._made[place], kinds)

    def judge(
        self, frame: pd.DataFrame, places: list[int], result_format: dict[str, Any]
    ) -> dict[int, dict[str, Any]]:
        """Return what is found of each clause: Great Expectations' result, `success`, `error`.

        Args:
            frame: the columns that the clauses are about.
            places: of the clauses.
            result_format: `COUNTS`, or `ROWS` for the places of unexpected rows in the frame.
        """
        from great_expectations.execution_engine.pandas_batch_data import PandasBatchData
        from great_expectations.execution_engine.pandas_execution_engine import (
            PandasExecutionEngine,
        )
        from great_expectations.validator.validator import Validator

        with _quietly():
            engine = PandasExecutionEngine()
            rows = frame.reset_index(drop=True)
            given = PandasBatchData(engine, rows)
            engine.load_batch_data("rows", given)
            validator = Validator(execution_engine=engine, data_context=self._context)
            results = validator.graph_validate(
                configurations=[self._made[place].configuration for place in places],
                runtime_configuration={"result_format": dict(result_format)},
            )
        # It and the engine hold each other, and so the rows of many groups, until Python looks.
        given._dataframe = pd.DataFrame()
        # They come in another order than the expectations; `place` says which is which.
        return {_place(result): _found(result) for result in results}


def comparable(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the same values in types that Great Expectations compares column by column."""
    kinds = {}
    for name, kind in frame.dtypes.items():
        plain = str(kind).rstrip("0123456789")
        if str(kind) != "uint64" and plain in FASTER and str(kind) != FASTER[plain]:
            kinds[name] = FASTER[plain]
        elif str(kind) == "datetime64[us]" and _in_nanoseconds(frame[name]):
            kinds[name] = "datetime64[ns]"
    return frame.astype(kinds) if kinds else frame


def _in_nanoseconds(days: pd.Series) -> bool:
    known = days.dropna()
    low, high = pd.Timestamp.min.as_unit("us"), pd.Timestamp.max.as_unit("us")
    return known.empty or bool(low < known.min() and known.max() < high)


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
            # Conditions that it wants are objects of Python, which no JSON can hold.
            text = "(The condition_parser|Passing a string to the row_condition)"
            warnings.filterwarnings("ignore", text, DeprecationWarning)
            yield
    finally:
        logger.setLevel(level)


def _expectations(asked: Mapping[int, Clause]) -> dict[int, "Expectation"]:
    from great_expectations import expectations

    found = [vars(expectations)[name] for name in dir(expectations) if name.startswith("Expect")]
    known = {str(made.expectation_type): made for made in found if made.expectation_type}
    return {place: _expectation(clause, known, place) for place, clause in asked.items()}


def _expectation(clause: Clause, known: Mapping[str, Any], place: int) -> "Expectation":
    if clause.type not in known:
        hint = naming.nearest(clause.type, list(known))
        raise ValueError(f"there is no expectation '{clause.type}' in Great Expectations{hint}")
    about = {"column": clause.column} if clause.column else {}
    kwargs = {name: _instant(name, value) for name, value in clause.kwargs.items()}
    try:
        made: Expectation = known[clause.type](**about, **kwargs, meta={"place": place})
    except (ValueError, TypeError) as error:
        raise ValueError(
            f"'{clause.type}' does not take {json.dumps(dict(clause.kwargs))} for column "
            f"'{clause.column}': {error}"
        ) from error
    return made


def _instant(name: str, value: Any) -> Any:
    """Return a bound that is a day as the instant it begins, which it can compare with times."""
    day = name in ("min_value", "max_value") and isinstance(value, str) and DAY.fullmatch(value)
    return f"{value}T00:00:00" if day else value


def _place(result: "ExpectationValidationResult") -> int:
    """Return which clause a result is of."""
    return int(result.expectation_config.meta["place"])  # type: ignore[union-attr]


def _found(result: "ExpectationValidationResult") -> dict[str, Any]:
    found = dict(result.result or {})
    error = _error(result.exception_info or {})
    observed = rounded(found.get("observed_value"))
    return {
        **found,
        "observed_value": observed,
        "success": bool(result.success) and not error,
        "error": error,
    }


def _error(info: Mapping[str, Any]) -> str:
    """Return the first line of an exception met while checking, or ""."""
    entries = [info, *(entry for entry in info.values() if isinstance(entry, Mapping))]
    raised = [str(e.get("exception_message")) for e in entries if e.get("raised_exception")]
    return raised[0].splitlines()[0] if raised else ""


def rounded(value: Any) -> Any:
    """Return what JSON can hold, floats to six significant digits."""
    if isinstance(value, float):
        return float(f"{value:.6g}") if math.isfinite(value) else str(value)
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(name): rounded(entry) for name, entry in value.items()}
    return [rounded(entry) for entry in value] if isinstance(value, list | tuple) else value
