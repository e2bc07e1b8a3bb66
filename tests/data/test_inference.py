"""A column of text is what all of its values are, whatever their order."""

import re
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trunkline.data import casting, inference

UTC = "2024-01-31T12:00:00Z"


def tally(values: list[str | None], decimal: str = ".", step: int = 2) -> inference.Tally:
    """Return what the values are, looked at in small batches."""
    found = inference.Tally(decimal)
    for start in range(0, len(values), step):
        found.add(pa.array(values[start : start + step], pa.large_string()), start)
    return found


def typed(values: list[str | None], decimal: str = ".") -> tuple[str, list[Any]]:
    """Return what a column is, and its values as that."""
    kind = inference.decide(tally(values, decimal), "x")
    target = casting.Target("x", kind, decimal)
    return kind, casting.cast(pa.array(values, pa.large_string()), target, 0, "f").to_pylist()


@pytest.mark.parametrize(
    ("values", "decimal", "kind", "expected"),
    [
        (["1", "-2", None, "+3", "0"], ".", "integer", [1, -2, None, 3, 0]),
        ([" 5", "6 "], ".", "integer", [5, 6]),
        (["1", "2", "3", "2.5", ".5", "1e3"], ".", "number", [1, 2, 3, 2.5, 0.5, 1000]),
        (["1,5", "2", "1e2"], ",", "number", [1.5, 2, 100]),
        (["true", "False", "TRUE", None], ".", "boolean", [True, False, True, None]),
        (["01234", "90210"], ".", "text", ["01234", "90210"]),
        (["1", "2", "3", "4", "05"], ".", "text", ["1", "2", "3", "4", "05"]),
        (["1", "12345678901234567890"], ".", "text", ["1", "12345678901234567890"]),
        (["1.5", "2", "12345678901234567890"], ".", "number", [1.5, 2, 12345678901234567890.0]),
        (["a", "b", "3", None], ".", "text", ["a", "b", "3", None]),
        (["0x1f", "b"], ".", "text", ["0x1f", "b"]),
        (["31.01.2024", "1.2.2024"], ",", "text", ["31.01.2024", "1.2.2024"]),
        (["123-45-6789", "987-65-4321"], ".", "text", ["123-45-6789", "987-65-4321"]),
    ],
)
def test_values_decide(
    values: list[str | None], decimal: str, kind: str, expected: list[Any]
) -> None:
    """Each kind is told and read; what a number would lose stays text."""
    assert typed(values, decimal) == (kind, expected)
    assert typed(values[::-1], decimal) == (kind, expected[::-1])


@pytest.mark.parametrize("values", [["2024-01-31", "2024-01-31 12:00"], [UTC]])
def test_dates_are_instants(values: list[str | None]) -> None:
    """A date is its midnight; a time with a zone is that of UTC."""
    kind, found = typed(values)
    assert kind == "timestamp"
    assert str(found[-1]) == "2024-01-31 12:00:00"


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (
            ["1", "2", "abc", "3"],
            r"column 'x' changes its type: row 1 has '1' \(integer, 3 in all\); "
            r"row 3 has 'abc' \(text, 1 in all\): .*columns.cast: \{x: text\}",
        ),
        (["true", "1"], r"column 'x' changes its type: row 1 has 'true' \(boolean"),
        (["1,5", "2"], r"row 1 has '1,5' .*state `decimal: ','`"),
        (["1.234,5", "2"], r"numbers with another decimal sign: row 1 has '1.234,5'"),
        (["1,234,567"], "leave out the signs between thousands"),
        (
            ["2024-01-31", "31/01/2024"],
            r"column 'x' has dates in two formats: .*row 2 has '31/01/2024'",
        ),
        (
            ["31/01/2024", None, "1/2/2024", "31-01-2024"],
            r"column 'x' has dates in two formats: row 1 has '31/01/2024' \(date like 31/1/2024, "
            r"2 in all\); row 4 has '31-01-2024' \(date like 31-1-2024, 1 in all\)",
        ),
        (["31.01.2024", "2024.01.31"], "column 'x' has dates in two formats"),
        (["31.01.24", "31.01.2024"], "column 'x' has dates in two formats"),
        (["2024-01-31 10:00", UTC], "column 'x' has dates in two formats"),
        (["1", "inf"], r"numbers that are none: .*row 2 has 'inf'.*under `nulls`"),
        ([None, None], r"column 'x' has no value at all: .*columns.select"),
        (["9" * 100, "1", "b"], "row 1 has '9{40}...'"),
    ],
)
def test_a_mixture_is_told(values: list[str | None], message: str) -> None:
    """The first value of each kind is named with its row, and how to mend it."""
    with pytest.raises(ValueError, match=message):
        typed(values)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("1e400", "f: column 'x', row 3: expected a finite number, received '1e400'"),
        ("-1e400", "expected a finite number"),
    ],
)
def test_numbers_beyond_a_float_are_told(value: str, message: str) -> None:
    """Written as a number, it is none that can be held."""
    with pytest.raises(ValueError, match=message):
        typed(["1.5", None, value])


def test_a_day_that_does_not_exist_is_told() -> None:
    """It has the form of a date and is none."""
    with pytest.raises(ValueError, match=r"row 2: expected a date, .* received '2024-02-30'"):
        typed(["2024-02-28", "2024-02-30"])


@pytest.mark.parametrize(
    ("values", "kind", "dates", "message"),
    [
        (["1", "1.5"], "integer", None, "row 2: expected a whole number .* received '1.5'"),
        (["9" * 19], "integer", None, "at most 18 digits"),
        (["7", "0x1F"], "integer", None, "row 2: expected a whole number .* received '0x1F'"),
        (["-0X1f"], "integer", None, "received '-0X1f'"),
        ([""], "integer", None, "received ''"),
        (["yes"], "boolean", None, "expected true or false, received 'yes'"),
        (["31.12.2024", "2024-01-01"], "timestamp", "%d.%m.%Y", "row 2: expected a date like '%d"),
        ([0.5], "integer", None, "expected a whole number .* received '0.5'"),
        ([1, 2], "boolean", None, "row 2: expected true or false, received '2'"),
    ],
)
def test_a_value_that_cannot_be_cast_is_told(
    values: list[Any], kind: str, dates: str | None, message: str
) -> None:
    """What `cast` says holds for every value."""
    with pytest.raises(ValueError, match=message):
        casting.cast(pa.array(values), casting.Target("x", kind, dates=dates), 0, "f")


@pytest.mark.parametrize(
    ("values", "kind", "expected"),
    [
        ([1, 0, None], "boolean", [True, False, None]),
        ([True, None], "integer", [1, None]),
        ([1, 2], "text", ["1", "2"]),
        (["1", None], "number", [1.0, None]),
        ([1.0, 2.0], "integer", [1, 2]),
        (["7", "007", "-7", None], "integer", [7, 7, -7, None]),
        (["7", " 7 ", "+7", "-" + "9" * 18], "integer", [7, 7, 7, -(10**18) + 1]),
    ],
)
def test_what_loses_nothing_is_cast(values: list[Any], kind: str, expected: list[Any]) -> None:
    """Types go over into each other where each value has its counterpart."""
    assert casting.cast(pa.array(values), casting.Target("x", kind), 0, "f").to_pylist() == expected


NUMERIC = st.sampled_from(["1", "22", "-3", "4.5", "1e5", "007", None, "1234567890123456789"])
ANY = st.one_of(NUMERIC, st.sampled_from(["a", "true", "2024-01-31", "1/2/2024", "1,5", "nan"]))


@settings(deadline=None, max_examples=60)
@given(st.lists(ANY, max_size=12), st.integers(1, 5), st.randoms(use_true_random=False))
def test_neither_order_nor_batches_decide(values: list[str | None], step: int, random: Any) -> None:
    """Shuffled values in other batches are the same kind, or are refused as well."""

    def decided(given: list[str | None], size: int) -> str:
        try:
            return inference.decide(tally(given, step=size), "x")
        except ValueError as error:
            return re.sub(":.*", "", str(error))

    shuffled = random.sample(values, len(values))
    assert decided(values, step) == decided(shuffled, 3)


@settings(deadline=None)
@given(st.text(max_size=12))
def test_any_text_is_of_one_kind(word: str) -> None:
    """Each value is counted exactly once, whatever it is."""
    found = tally([word, "1", word])
    assert sum(found.counts.values()) == 3


@pytest.mark.parametrize(
    ("values", "remark"),
    [
        (["1/2/2024"], "looks like dates: say their format with `columns.dates`"),
        (["007", "8"], "digits that a number would lose: kept as text"),
        (["a"], None),
    ],
)
def test_what_a_person_may_want_to_know(values: list[str | None], remark: str | None) -> None:
    """Text that could be more is remarked."""
    assert inference.remark(tally(values).counts) == remark
