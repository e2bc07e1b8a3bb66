"""Counts of groups of rows add up to what Great Expectations says of the whole table."""

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from trunkline.artifacts import streaming, tables
from trunkline.data import contracts, judging, outcomes, stored
from trunkline.data.stored import Stored

ROWS = 1000


def frame() -> pd.DataFrame:
    """Return rows of every type, with missing, infinite and repeated values."""
    generator = np.random.default_rng(3)
    whole = generator.integers(0, 50, ROWS)
    fraction = generator.normal(size=ROWS)
    fraction[[3, 700]], fraction[40] = np.nan, np.inf
    day = pd.Timestamp("2024-01-01") + pd.to_timedelta(np.arange(ROWS), unit="D")
    word = pd.Series(generator.choice(["a", "bb", "ccc"], ROWS), dtype="str")
    word[[1, 999]] = None
    return pd.DataFrame(
        {
            "row_id": [f"r{place}" for place in generator.permutation(ROWS)],
            "whole": whole,
            "small": whole.astype("int16"),
            "fraction": fraction,
            "single": fraction.astype("float32"),
            "name": np.arange(ROWS) % 997,
            "day": pd.Series(day).astype("datetime64[us]"),
            "word": word,
            "truth": whole > 10,
        }
    )


def clause(name: str, column: str = "", **kwargs: Any) -> dict[str, Any]:
    """Return an entry of a contract."""
    about = {"column": column} if column else {}
    return {"type": f"expect_{name}", **about, "kwargs": kwargs}


EXPECTATIONS = [
    clause("column_values_to_be_between", "whole", min_value=0, max_value=48),
    clause("column_values_to_be_between", "whole", min_value=0, max_value=48, mostly=0.5),
    clause("column_values_to_be_between", "small", min_value=1, max_value=48),
    clause("column_values_to_be_between", "fraction", min_value=-2, max_value=2, mostly=0.99),
    clause("column_values_to_be_between", "single", min_value=-2.5, max_value=2.5),
    clause("column_values_to_be_between", "word", min_value=0, max_value=2),
    clause("column_values_to_not_be_null", "fraction"),
    clause("column_values_to_not_be_null", "word", mostly=0.99),
    clause("column_values_to_be_null", "word"),
    clause("column_values_to_be_in_set", "word", value_set=["a", "bb"]),
    clause("column_values_to_not_be_in_set", "whole", value_set=[7]),
    clause("column_values_to_match_regex", "word", regex="^[ab]+$"),
    clause("column_value_lengths_to_be_between", "word", min_value=1, max_value=2),
    clause("column_values_to_be_unique", "row_id"),
    clause("column_values_to_be_unique", "name"),
    clause("column_values_to_be_unique", "name", mostly=0.9),
    clause("column_values_to_be_unique", "fraction"),
    clause("column_values_to_be_unique", "word"),
    clause("column_values_to_be_unique", "whole", row_condition='truth==True',
           condition_parser="pandas"),
    clause("compound_columns_to_be_unique", column_list=["whole", "word"]),
    clause("compound_columns_to_be_unique", column_list=["name", "fraction"]),
    clause("compound_columns_to_be_unique", column_list=["word", "fraction"],
           ignore_row_if="any_value_is_missing"),
    clause("compound_columns_to_be_unique", column_list=["word", "truth"],
           ignore_row_if="never"),
    clause("column_pair_values_a_to_be_greater_than_b", column_A="whole", column_B="name"),
    clause("column_pair_values_to_be_equal", column_A="whole", column_B="small"),
    clause("multicolumn_sum_to_equal", column_list=["whole", "small"], sum_total=20),
    clause("column_value_z_scores_to_be_less_than", "whole", threshold=1, double_sided=True),
    clause("column_values_to_be_increasing", "name"),
    clause("column_values_to_be_between", "whole", min_value=20, row_condition='word=="a"',
           condition_parser="pandas"),
    clause("column_mean_to_be_between", "whole", min_value=0, max_value=1),
    clause("column_mean_to_be_between", "single", min_value=0, max_value=1),
    clause("column_median_to_be_between", "whole", min_value=0, max_value=50),
    clause("column_stdev_to_be_between", "whole", min_value=0, max_value=50),
    clause("column_min_to_be_between", "day", min_value="2023-01-01T00:00:00"),
    clause("column_max_to_be_between", "fraction", max_value=5),
    clause("column_sum_to_be_between", "whole", max_value=5),
    clause("column_quantile_values_to_be_between", "whole",
           quantile_ranges={"quantiles": [0.1, 0.5], "value_ranges": [[0, 9], [9, 9]]}),
    clause("column_distinct_values_to_equal_set", "word", value_set=["a", "bb"]),
    clause("column_distinct_values_to_be_in_set", "truth", value_set=[True, False]),
    clause("column_distinct_values_to_contain_set", "small", value_set=[1, 2, 99]),
    clause("column_unique_value_count_to_be_between", "word", min_value=4),
    clause("column_proportion_of_unique_values_to_be_between", "whole", min_value=0.5),
    clause("column_proportion_of_non_null_values_to_be_between", "word", min_value=0.5),
    clause("column_most_common_value_to_be_in_set", "word", value_set=["a"]),
    clause("column_kl_divergence_to_be_less_than", "word", threshold=0.01,
           partition_object={"values": ["a", "bb", "ccc"], "weights": [0.2, 0.3, 0.5]}),
    clause("column_to_exist", "whole", column_index=1),
    clause("table_row_count_to_equal", value=ROWS),
    clause("table_row_count_to_be_between", min_value=ROWS + 1),
    clause("table_column_count_to_equal", value=9),
    clause("table_columns_to_match_set", column_set=["row_id", "whole"]),
]  # fmt: skip
CONTRACT = {"dataset": "many", "expectations": EXPECTATIONS}


def reference(rows: pd.DataFrame) -> list[dict[str, Any]]:
    """Return what Great Expectations says of the whole table at once."""
    import great_expectations as gx  # it warns of its own inside, so not at the top
    from great_expectations.data_context.types import base

    asked = [
        getattr(gx.expectations, _camel(e["type"]))(
            **({"column": e["column"]} if "column" in e else {}),
            **e["kwargs"], meta={"place": place},
        )
        for place, e in enumerate(EXPECTATIONS)
    ]  # fmt: skip
    stores = base.InMemoryStoreBackendDefaults(init_temp_docs_sites=False)
    project = base.DataContextConfig(store_backend_defaults=stores)
    context = gx.get_context(project_config=project, mode="ephemeral")
    context.variables.progress_bars = base.ProgressBarsConfig(globally=False)
    asset = context.data_sources.add_pandas("memory").add_dataframe_asset("table")
    batch = asset.add_batch_definition_whole_dataframe("rows").get_batch({"dataframe": rows})
    suite = gx.ExpectationSuite(name="contract", expectations=asked)
    naming = {
        "result_format": "COMPLETE",
        "unexpected_index_column_names": ["row_id"],
        "include_unexpected_rows": False,
    }
    found = batch.validate(suite, result_format=naming).results
    return [_told(r) for r in sorted(found, key=lambda r: r.expectation_config.meta["place"])]


def _camel(name: str) -> str:
    return {
        "expect_column_kl_divergence_to_be_less_than": "ExpectColumnKLDivergenceToBeLessThan",
        "expect_column_value_z_scores_to_be_less_than": "ExpectColumnValueZScoresToBeLessThan",
    }.get(name, "".join(word.capitalize() for word in name.split("_")))


def _told(result: Any) -> dict[str, Any]:
    found = result.result or {}
    rows = {str(entry["row_id"]) for entry in found.get("unexpected_index_list") or []}
    told = [result.exception_info, *result.exception_info.values()]
    raised = [e for e in told if isinstance(e, dict) and e.get("raised_exception")]
    return {
        "success": bool(result.success) and not raised,
        "observed": judging.rounded(found.get("observed_value")),
        "unexpected_count": int(found.get("unexpected_count") or 0),
        "examples": [] if result.success else sorted(rows)[:5],
        "error": raised[0]["exception_message"].splitlines()[0] if raised else "",
    }


@pytest.fixture(params=["frame", "file"])
def table(request: pytest.FixtureRequest, tmp_path: Path) -> Stored:
    """Return the rows in memory, and in a file."""
    if request.param == "frame":
        return stored.of_frame(frame())
    tables.write(frame(), tmp_path / "table.parquet")
    return streaming.stored(tmp_path / "table.parquet")


@pytest.mark.parametrize("group", [ROWS, 128])
def test_groups_add_up_to_the_whole(
    table: Stored, group: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Success, count, examples, observed value and error are those of the whole table."""
    monkeypatch.setattr(stored, "GROUP", group)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = reference(frame())
    found = outcomes.to_json(contracts.check(table, CONTRACT))["expectations"]
    told = [
        {**{n: one[n] for n in other}, "examples": list(one["examples"])}
        for one, other in zip(found, expected, strict=True)
    ]
    differing = [
        (one["type"], one["column"], one["kwargs"], got, other)
        for one, got, other in zip(found, told, expected, strict=True)
        if got != other
    ]
    assert differing == []


def test_a_file_that_duckdb_cannot_read_is_told(tmp_path: Path) -> None:
    """The message says what was looked for and what to do."""
    tables.write(frame(), tmp_path / "table.parquet")
    table = streaming.stored(tmp_path / "table.parquet")
    (tmp_path / "table.parquet").unlink()
    unique = {"dataset": "many", "expectations": [clause("column_values_to_be_unique", "row_id")]}
    with pytest.raises(ValueError, match="a table could not be searched: IO Err"):
        contracts.check(table, unique)


def test_bounds_of_dates_are_texts() -> None:
    """A day is the instant it begins, also beside days that nanoseconds cannot count."""
    days = {
        "type": "expect_column_values_to_be_between",
        "column": "day",
        "kwargs": {"min_value": "2024-01-03", "max_value": "2026-09-25"},
    }
    contract = {"dataset": "many", "expectations": [days]}
    (outcome,) = contracts.check(frame(), contract).expectations
    late = frame()["day"].mask(frame()["day"] == "2024-01-03", pd.Timestamp("3000-01-01"))
    (other,) = contracts.check(frame().assign(day=late), contract).expectations
    assert (outcome.error, outcome.unexpected_count) == ("", 3)
    assert (other.error, other.unexpected_count) == ("", 4)
    newest = {**days, "type": "expect_column_max_to_be_between"}
    (whole,) = contracts.check(frame(), {**contract, "expectations": [newest]}).expectations
    assert (whole.error, whole.success) == ("", False)
