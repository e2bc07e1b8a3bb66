"""A drafted contract holds for the table it was drafted from, and says what it saw."""

import json
import re
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trunkline.artifacts import results, tables
from trunkline.data import (
    contracts,
    drafting,
    drafting_words,
    outcomes,
    patterns,
    profiles,
    widening,
)
from trunkline.data import tables as rows

Draft = dict[str, Any]


def drafted(frame: pd.DataFrame, folder: Path, labels: tuple[str, ...] = ()) -> Draft:
    """Return the draft of a frame's contract, as it is read back from its file."""
    if "row_id" not in frame:
        frame.insert(0, "row_id", [f"r{i}" for i in range(len(frame))])
    tables.write(frame, folder / "table.parquet")
    schema = rows.schema(tables.read(folder / "table.parquet"))
    columns = profiles.profile(folder / "table.parquet")
    draft: Draft = json.loads(drafting_words.text(drafting.draft("made", columns, schema, labels)))
    return draft


def said(draft: Draft, column: str) -> dict[str, Any]:
    """Return the arguments of what is expected of a column, by the type of expectation."""
    return {
        entry["type"].removeprefix("expect_column_").removeprefix("values_to_"): entry.get("kwargs")
        for entry in draft["expectations"]
        if column in (*entry.get("columns", ()), entry.get("column"))
    }


def holed(values: Any, share: float, chance: np.random.Generator) -> pd.Series:
    """Return a column with a share of its values missing."""
    column = pd.Series(values)
    return column.mask(chance.uniform(size=len(column)) < share)


def generated(seed: int) -> pd.DataFrame:
    """Return a table of columns of all kinds, drawn at random."""
    chance = np.random.default_rng(seed)
    n = int(chance.integers(1, 400))
    share = float(chance.choice([0, 0.03, 0.4, 0.97]))
    words = [f"word {i} \u00e9\U0001f600'\"" for i in range(int(chance.integers(1, 40)))]
    scale = 10.0 ** chance.integers(-300, 300)
    days = pd.Timestamp("1999-12-31") + pd.to_timedelta(chance.integers(0, 9**8, n), "s")
    return pd.DataFrame(
        {
            "number": holed(chance.normal(size=n) * scale, share, chance),
            "narrow": chance.normal(1e15, 1e-3, n),
            "small": chance.uniform(-1, 0, n).astype("float32"),
            "whole": chance.integers(-(2**62), 2**62, n),
            "holed": holed(chance.integers(0, 9, n), share, chance),
            "unsigned": chance.integers(0, 2**63, n).astype("uint64") * 2,
            "constant": 0.1,
            "flag": chance.uniform(size=n) < 0.5,
            "holed_flag": pd.Series(chance.uniform(size=n) < 0.5).astype(object).where(
                chance.uniform(size=n) >= share, None
            ) if share < 0.9 else True,
            "category": chance.choice(words, n),
            "words": holed([" ".join(chance.choice(words, 3)) for _ in range(n)], share, chance),
            "empty": "",
            "key": [f"AB-{i:04d}" for i in range(n)],
            "counted": [f"n{i}" for i in range(n)],
            "when": holed(days.astype("datetime64[us]"), share / 2, chance),
            **{f"pixel_{i}": chance.integers(0, 16, n) for i in range(5)},
        }
    )  # fmt: skip


@pytest.mark.parametrize("seed", range(12))
def test_a_draft_holds_for_what_it_was_drafted_from(seed: int, tmp_path: Path) -> None:
    """Tables of every kind of column, of 1 to 400 rows, break no line of their own draft."""
    frame = generated(seed)
    draft = drafted(frame, tmp_path, ("flag", "category") if seed % 2 else ())
    held = contracts.check(tables.read(tmp_path / "table.parquet"), draft, "made")
    assert [o for o in held.expectations if not o.success] == []
    assert len(held.expectations) > 2 * len(frame.columns)
    results.write(outcomes.to_json(held), tmp_path / "validation.json")  # dates included


def test_a_negative_count_breaks_the_draft(tmp_path: Path) -> None:
    """What was never below 0 is not expected to be, and the row that is has its name told."""
    draft = drafted(pd.DataFrame({"visits": [0, 2, 5, 9] * 5}), tmp_path)
    later = tables.read(tmp_path / "table.parquet").assign(visits=[-1, *[3] * 19])
    held = contracts.check(later, draft, "made")
    words = r"expect_column_values_to_be_between +visits +1 +r0"
    with pytest.raises(outcomes.ContractViolation, match=words):
        outcomes.enforce(held)


def test_what_is_expected_of_each_kind_of_column(tmp_path: Path) -> None:
    """Ranges, sets, lengths, patterns, uniqueness, shares, dates: each where it belongs."""
    n = 200
    days = pd.date_range("2024-01-01", periods=n, freq="D").astype("datetime64[us]")
    frame = pd.DataFrame(
        {
            "age": np.arange(n) % 80 + 18,
            "price": np.linspace(0.5, 99.5, n),
            "colour": ["red", "green"] * (n // 2),
            "mail": [f"someone{i}@example.org" for i in range(n)],
            "code": [f"XY-{i:05d}" for i in range(n)],
            "title": [f"a title of {'x' * (i % 30)} {i}" for i in range(n)],
            "made": days,
            "gap": [1.5, None, 2.5, 3.5] * (n // 4),
            "label": ["yes"] * 150 + ["no"] * 50,
        }
    )
    draft = drafted(frame, tmp_path)
    assert said(draft, "age")["be_between"] == {"min_value": 10, "max_value": 105}
    assert said(draft, "price")["be_between"] == {"min_value": 0.0, "max_value": 110.0}
    assert said(draft, "colour")["be_in_set"] == {"value_set": ["green", "red"]}
    assert said(draft, "mail")["match_regex"] == {"regex": patterns.KNOWN["e-mail addresses"]}
    assert said(draft, "code")["match_regex"] == {"regex": "^[A-Z]{2}-[0-9]{5}$"}
    assert "be_unique" in said(draft, "code")
    assert {"be_unique", "match_regex"}.isdisjoint(said(draft, "title"))
    assert said(draft, "title")["value_lengths_to_be_between"] == {"min_value": 1, "max_value": 88}
    assert said(draft, "made")["max_to_be_between"] == {"min_value": "2024-07-18T00:00:00"}
    assert said(draft, "made")["be_between"] == {
        "min_value": "2023-12-12T00:00:00", "max_value": "2025-02-03T00:00:00",
    }  # fmt: skip
    assert said(draft, "gap")["not_be_null"] == {"mostly": 0.5}
    assert said(draft, "label")["distinct_values_to_equal_set"] == {"value_set": ["no", "yes"]}
    assert said(draft, "label")["kl_divergence_to_be_less_than"] == {
        "partition_object": {"values": ["no", "yes"], "weights": [0.25, 0.75]}, "threshold": 0.05,
    }  # fmt: skip
    assert "be_in_set" not in said(draft, "label")


@pytest.mark.parametrize(
    ("column", "values"),
    [("age", 200), ("colour", "blue"), ("code", "XY-1"), ("made", pd.Timestamp("2099-01-01"))],
)
def test_a_draft_refuses_what_is_not_like_it(column: str, values: Any, tmp_path: Path) -> None:
    """One value out of the range, the set, the pattern or the years breaks the draft."""
    days = pd.date_range("2024-01-01", periods=200, freq="D").astype("datetime64[us]")
    frame = pd.DataFrame(
        {
            "age": np.arange(200) % 80, "colour": ["red", "green"] * 100,
            "code": [f"XY-{i:05d}" for i in range(200)], "made": days,
        }
    )  # fmt: skip
    draft = drafted(frame, tmp_path)
    changed = frame.assign(**{column: frame[column].where(frame.index > 0, values)})
    broken = [o.column for o in contracts.check(changed, draft).expectations if not o.success]
    assert set(broken) == {column}


def test_a_family_of_columns_is_one_line(tmp_path: Path) -> None:
    """Columns that differ in their number share bounds, unless a pattern would take in more."""
    frame = pd.DataFrame({f"x_{i}": [i, 10 * i] for i in range(6)} | {"x_other": ["a", "b"]})
    entries = [e for e in drafted(frame, tmp_path)["expectations"] if "between" in e["type"]]
    ranges = [e for e in entries if e["type"] == "expect_column_values_to_be_between"]
    assert [e["columns"] for e in ranges] == [[f"x_{i}" for i in range(6)]]
    ranges = drafted(frame.drop(columns="x_other"), tmp_path)["expectations"]
    assert ["x_*"] in [e.get("columns") for e in ranges]


def test_a_draft_of_the_same_table_is_the_same_text(tmp_path: Path) -> None:
    """Neither threads nor the clock leave a trace."""
    frame = generated(3)
    texts = {json.dumps(drafted(frame.copy(), tmp_path)) for _ in range(3)}
    assert len(texts) == 1


def test_infinite_values_get_no_range_but_a_note(tmp_path: Path) -> None:
    """So do columns without a value, and names with a `*`; the draft holds nevertheless."""
    frame = pd.DataFrame(
        {"a": [1.0, np.inf], "none": pd.Series([None, None], dtype="float64"), "b*": [1, 2]}
    )
    draft = drafted(frame, tmp_path)
    assert "be_between" not in said(draft, "a")
    assert said(draft, "b*") == {}
    told = drafting_words.notes(profiles.profile(tmp_path / "table.parquet"))
    assert [note.partition(":")[0] for note in told] == ["a", "none", "b*"]
    assert contracts.check(frame, draft).success


def test_a_table_without_rows_is_refused(tmp_path: Path) -> None:
    """There is nothing to draft from."""
    with pytest.raises(ValueError, match=r"table\.parquet has no rows: there is nothing to draft"):
        drafted(pd.DataFrame({"a": pd.Series([], dtype="int64")}), tmp_path)


@given(st.floats(allow_nan=False, allow_infinity=False), st.floats(0, 1e300))
def test_bounds_hold_what_was_seen(low: float, width: float) -> None:
    """Bounds are finite, hold both ends, and never invent a sign."""
    high = min(low + width, 1.7e308)
    low = min(low, high)
    bottom, top = widening.numbers(low, high)
    assert -1.8e308 < bottom <= low <= high <= top < 1.8e308
    assert bottom >= 0 or low < 0
    assert top <= 0 or high > 0


@given(st.lists(st.integers(1, 10**9), min_size=1, max_size=50))
def test_weights_are_shares(counts: list[int]) -> None:
    """They add up to 1, none is 0, and each is near its share."""
    weights = widening.weights(tuple(enumerate(counts)))
    assert abs(sum(weights) - 1) < 1e-9
    assert min(weights) > 0
    assert np.allclose(weights, np.array(counts) / sum(counts), atol=1e-3)


def test_dates_at_the_ends_of_the_calendar() -> None:
    """No bound leaves the years that a date can have."""
    first, last = datetime(1, 1, 1), datetime(9999, 12, 31)
    assert widening.times(first, last) == (
        "0001-01-01T00:00:00",
        "9999-12-31T00:00:00",
    )


@pytest.mark.parametrize(
    ("shape", "counted", "regex", "fits"),
    [
        ("AA-999", True, "^[A-Z]{2}-[0-9]{3}$", "XY-123"),
        ("a.9 9", False, r"^[a-z]\.[0-9]+ [0-9]+$", "q.77 5"),
        ("9/9#9", True, r"^[0-9]/[0-9]\#[0-9]$", "1/2#3"),
    ],
)
def test_shapes_become_expressions(shape: str, counted: bool, regex: str, fits: str) -> None:
    """A shape's expression is plain, and fits values of that shape."""
    assert patterns.expression(shape, counted=counted) == regex
    assert re.fullmatch(regex, fits)
