"""A contract holds, or says what broke it, how often and where."""

import json
import logging
from typing import Any

import numpy as np
import pandas as pd
import pytest

from trunkline.data import contracts, outcomes


def frame() -> pd.DataFrame:
    """Return eight named rows of two pixels, a label and a word."""
    return pd.DataFrame(
        {
            "row_id": [f"r{place}" for place in range(8)],
            "pixel_0": np.arange(8, dtype=np.float32),
            "pixel_1": np.zeros(8, np.float32),
            "label": [0, 1] * 4,
            "word": ["a"] * 8,
        }
    )


def contract(*expectations: dict[str, Any], **others: Any) -> dict[str, Any]:
    """Return a contract of some expectations."""
    return {"dataset": "small", "expectations": list(expectations), **others}


IN_RANGE = {
    "type": "expect_column_values_to_be_between",
    "columns": ["pixel_*"],
    "kwargs": {"min_value": 0, "max_value": 7},
    "why": "A pixel is small.",
}
COUNT = {"type": "expect_table_row_count_to_equal", "kwargs": {"value": 8}}
TYPE = {
    "type": "expect_column_values_to_be_of_type",
    "column": "word",
    "kwargs": {"type_": "str"},
}
UNIQUE = {"type": "expect_column_values_to_be_unique", "column": "row_id"}


def test_a_contract_that_holds() -> None:
    """Every column of a pattern is an outcome, in the order of the contract."""
    found = contracts.check(frame(), contract(IN_RANGE, TYPE, COUNT, UNIQUE))
    assert found.success
    assert [outcome.column for outcome in found.expectations] == [
        *("pixel_0", "pixel_1", "word", "", "row_id")
    ]
    assert found.expectations[0].why == "A pixel is small."
    assert found.expectations[2].observed == "str"
    assert found.expectations[3].observed == 8
    outcomes.enforce(found)


def test_a_validation_is_json_without_times() -> None:
    """Two checks of one table give the same text, and nothing in it is of the moment."""
    one, two = (
        json.dumps(outcomes.to_json(contracts.check(frame(), contract(IN_RANGE, COUNT))))
        for _ in range(2)
    )
    assert one == two
    assert "time" not in one


def test_a_violation_is_a_table() -> None:
    """Expectation, column, count and rows stand in columns; one row an expectation."""
    broken = frame()
    broken.loc[1:, "pixel_1"] = 99
    broken.loc[2, "row_id"] = "r1"
    found = contracts.check(broken, contract(IN_RANGE, UNIQUE, COUNT | {"kwargs": {"value": 9}}))
    with pytest.raises(outcomes.ContractViolation) as caught:
        outcomes.enforce(found)
    assert str(caught.value).splitlines() == [
        "'small' breaks its contract: 3 of 4 expectations do not hold for its 8 rows.",
        "",
        "expectation                         column   count  rows",
        "expect_column_values_to_be_between  pixel_1  7      r1, r3, r4, r5, r6, ...; expected "
        "min_value=0, max_value=7",
        "expect_column_values_to_be_unique   row_id   2      r1",
        "expect_table_row_count_to_equal              -      found 8, expected value=9",
        "",
        "Nothing was written. Mend the rows at their source, or the contract where it expects the "
        "wrong thing.",
    ]


def test_what_was_expected_is_cut_short() -> None:
    """A set of a thousand values does not fill the screen."""
    known = {"type": "expect_column_values_to_be_in_set", "column": "label"}
    many = known | {"kwargs": {"value_set": list(range(1000, 2000))}}
    with pytest.raises(outcomes.ContractViolation, match=r"expected value_set=\[1000, .*\.\.\.\n"):
        outcomes.enforce(contracts.check(frame(), contract(many)))


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_values_that_are_not_finite_break_it(value: float) -> None:
    """NaN breaks "not null", infinity breaks a range; the row is named."""
    broken = frame()
    broken.loc[5, "pixel_0"] = value
    not_null = {"type": "expect_column_values_to_not_be_null", "columns": ["pixel_*"]}
    found = contracts.check(broken, contract(IN_RANGE, not_null))
    (outcome,) = (outcome for outcome in found.expectations if not outcome.success)
    assert (outcome.column, outcome.unexpected_count, outcome.examples) == ("pixel_0", 1, ("r5",))


def test_a_wrong_type_breaks_it() -> None:
    """Types are compared by their names in pandas."""
    found = contracts.check(frame(), contract(TYPE | {"column": "label"}))
    message = (
        r"expect_column_values_to_be_of_type  label   -      found 'int64', expected type_='str'"
    )
    with pytest.raises(outcomes.ContractViolation, match=message):
        outcomes.enforce(found)


def test_an_exception_is_no_unexpected_value() -> None:
    """What cannot be checked fails with the error's own message."""
    found = contracts.check(frame(), contract(IN_RANGE | {"columns": ["word"]}))
    (outcome,) = found.expectations
    assert not outcome.success
    assert outcome.unexpected_count == 0
    assert "must either be None or of the same type" in outcome.error
    with pytest.raises(outcomes.ContractViolation, match="word    error  Column values, min_value"):
        outcomes.enforce(found)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (
            contract(IN_RANGE | {"columns": ["pixels_0"]}),
            "expectation 1 of the contract for 'small': no column matches 'pixels_0'; did you "
            r"mean 'pixel_0'\?",
        ),
        (
            contract(
                COUNT,
                {
                    "type": "expect_column_pair_values_to_be_equal",
                    "kwargs": {"column_A": "label", "column_B": "labels"},
                },
            ),
            "expectation 2 .*: no column matches 'labels'",
        ),
        (
            contract(
                {
                    "type": "expect_compound_columns_to_be_unique",
                    "kwargs": {"column_list": ["label", "wort"]},
                }
            ),
            "no column matches 'wort'",
        ),
        (
            contract(COUNT | {"type": "expect_table_row_count_to_be_equal"}),
            "there is no expectation 'expect_table_row_count_to_be_equal' in Great Expectations; "
            "did you mean 'expect_table_row_count_to_equal'",
        ),
        (
            contract(IN_RANGE | {"kwargs": {"min_value": {}}}),
            "'expect_column_values_to_be_between' does not take .*min_value.* 'pixel_0'",
        ),
        (contract(IN_RANGE | {"colums": []}), "unknown key 'colums'; did you mean 'column"),
        (contract(licenses=""), "the contract has an unknown key 'licenses'; did you mean 'licen"),
        (contract({"column": "label"}), "expectation 1 .* has no 'type', which it needs"),
        ({"dataset": "small"}, "the contract has no 'expectations', which it needs"),
    ],
)
def test_a_contract_that_is_wrong_itself(wrong: dict[str, Any], message: str) -> None:
    """A misspelt column, expectation, argument or key is answered with what was meant."""
    with pytest.raises(ValueError, match=message):
        contracts.check(frame(), wrong)


def test_nothing_is_said_on_the_side(caplog: pytest.LogCaptureFixture) -> None:
    """Great Expectations keeps its notes to itself, and its logger keeps its level."""
    logger = logging.getLogger("great_expectations")
    level = logger.level
    with caplog.at_level(logging.INFO):
        contracts.check(frame(), contract(COUNT))
    assert not caplog.records
    assert logger.level == level


def test_observed_numbers_are_rounded() -> None:
    """A mean is told to six digits, one that does not exist as text."""
    mean = {"type": "expect_column_mean_to_be_between", "columns": ["pixel_0"]}
    third = frame().assign(pixel_0=[1 / 3] * 8)
    found = contracts.check(third, contract(mean | {"kwargs": {"max_value": 1}}))
    assert found.expectations[0].observed == 0.333333
