"""Dates as waves and days, booleans as 1 and 0."""

import datetime
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trunkline.data import encoders
from trunkline.data.encoding import turns
from trunkline.settings.encoding import Boolean, Time

DAYS = ["2024-01-01 00:00", "2024-02-29 06:00", "2023-12-31 18:00", "2024-07-01 12:00"]


def frame(values: Any) -> pd.DataFrame:
    """Return rows with a value."""
    table = pd.DataFrame({"x": pd.Series(values)})
    return table.assign(row_id=[f"r{i}" for i in range(len(table))])


def dates(values: Any) -> pd.DataFrame:
    """Return rows with a moment."""
    return frame(pd.to_datetime(pd.Series(values)))


def fitted(table: pd.DataFrame, **options: Any) -> encoders.Encoder:
    """Return the encoder of moments."""
    return encoders.fit("standard", table, ["x"], {"x": Time(kind="time", **options)})


def encoded(encoder: encoders.Encoder, table: pd.DataFrame) -> np.ndarray:
    """Return the entries of rows."""
    return encoders.apply(encoder, table, ["x"])


@given(st.lists(st.floats(0, 1), min_size=1, max_size=20))
def test_waves_are_sines(shares: list[float]) -> None:
    """Both series equal those of the standard library to the last digits."""
    found = turns.waves(np.array(shares))
    angles = 2 * np.pi * np.array(shares)
    np.testing.assert_allclose(found, [np.sin(angles), np.cos(angles)], atol=1e-15)


def test_places_in_the_year_the_month_the_week_and_the_day() -> None:
    """Hand numbers: the first day is the beginning of each cycle, six o'clock a quarter of a day.

    2024-01-01 was a Monday; 2024-02-29 the last of 29 days; 2023-12-31 the last of the year.
    """
    table = dates(DAYS)
    encoder = fitted(table, elapsed=False)
    assert encoder.names == (
        "x year sine", "x year cosine", "x month sine", "x month cosine",
        "x week sine", "x week cosine", "x day sine", "x day cosine",
    )  # fmt: skip
    found = encoded(encoder, table)
    shares = [
        [0, 0, 0, 0],
        [59.25 / 366, 28.25 / 29, 3.25 / 7, 0.25],
        [364.75 / 365, 30.75 / 31, 6.75 / 7, 0.75],
        [182.5 / 366, 0.5 / 31, 0.5 / 7, 0.5],
    ]
    angles = 2 * np.pi * np.array(shares)
    np.testing.assert_allclose(found[:, ::2], np.sin(angles), atol=1e-6)
    np.testing.assert_allclose(found[:, 1::2], np.cos(angles), atol=1e-6)
    assert found[0].tolist() == [0, 1, 0, 1, 0, 1, 0, 1]


def test_days_that_went_by_are_standardised() -> None:
    """Mean 0 and deviation 1 on the training rows; other rows follow them."""
    moments = ["2024-01-01 00:00", "2024-01-03 00:00", "2024-01-05 12:00", "2024-01-05 12:00"]
    table = dates(moments)
    encoder = fitted(table, cycles=())
    assert encoder.names == ("x days",)
    days = np.array([0, 2, 4.5, 4.5])
    expected = (np.append(days, -1) - days.mean()) / days.std()
    more = dates([*moments, "2023-12-31 00:00"])
    np.testing.assert_allclose(encoded(encoder, more)[:, 0], expected, rtol=1e-6)
    assert not encoded(fitted(dates(["2024-01-01"] * 3), cycles=()), dates(["2024-01-01"])).any()


def test_a_missing_date_is_zeros_and_its_indicator() -> None:
    """Only where that is wanted; else the row is named."""
    table = dates(["2024-01-01", None, "2024-05-01"])
    encoder = fitted(table, missing="indicator")
    found = encoded(encoder, table)
    assert encoder.names[-1] == "x is missing"
    assert found[1].tolist() == [0] * 9 + [1]
    assert not found[[0, 2], -1].any()
    with pytest.raises(ValueError, match=r"'x' lacks 1 values, in rows r1: .*missing: indicator"):
        fitted(table)
    with pytest.raises(ValueError, match="'x' lacks 1 values, in rows r1"):
        encoded(fitted(table.iloc[[0, 2]]), table)


def test_zones_and_plain_dates_are_dates() -> None:
    """A zone becomes UTC; days without a time, as Python's own, are read too."""
    zoned = frame(pd.to_datetime(pd.Series(["2024-01-01 02:00"])).dt.tz_localize("Etc/GMT-2"))
    plain = frame([datetime.date(2024, 1, 1)])
    encoder = fitted(dates(DAYS))
    np.testing.assert_array_equal(encoded(encoder, zoned), encoded(encoder, dates(DAYS[:1])))
    np.testing.assert_array_equal(encoded(encoder, plain), encoded(encoder, dates(DAYS[:1])))


def test_order_of_training_rows_changes_nothing() -> None:
    """The same dates in another order are the same encoder, to the last bit."""
    days = pd.to_datetime(pd.Series(np.random.default_rng(3).integers(1, 10**18, 500)))
    assert fitted(dates(days)) == fitted(dates(days[::-1].reset_index(drop=True)))


@pytest.mark.parametrize("options", [{}, {"elapsed": False}, {"missing": "indicator"}])
def test_json_gives_the_same_bytes(options: dict[str, Any]) -> None:
    """Written and read, the encoder is equal, and so is every byte that it encodes."""
    encoder = fitted(dates(DAYS), **options)
    again = encoders.from_json(encoders.to_json(encoder))
    assert again == encoder
    assert encoded(again, dates(DAYS)).tobytes() == encoded(encoder, dates(DAYS)).tobytes()


def test_text_is_no_date() -> None:
    """Dates that were left as text are refused: their format is told at the source."""
    with pytest.raises(ValueError, match="column 'x' holds text, 'time' was told to read dates"):
        fitted(frame(["2024-01-01"]))


def test_booleans_are_one_and_zero() -> None:
    """Also those that come as objects because some are missing."""
    chosen = {"x": Boolean(kind="boolean", missing="indicator")}
    table = frame([True, None, False])
    encoder = encoders.fit("standard", table, ["x"], chosen)
    assert encoder.names == ("x", "x is missing")
    assert encoded(encoder, table).tolist() == [[1, 0], [0, 1], [0, 0]]
    assert encoded(encoder, frame([False, True])).tolist() == [[0, 0], [1, 0]]
    assert encoders.from_json(encoders.to_json(encoder)) == encoder


def test_missing_booleans_are_refused_unless_told() -> None:
    """By their type nullable booleans are booleans; a gap names the row and the remedy."""
    message = r"column 'x' lacks 1 values, in rows r1: .*`missing: indicator` for it in `inputs.enc"
    with pytest.raises(ValueError, match=message):
        encoders.fit("standard", frame([True, None, False]), ["x"])


def test_numbers_are_no_booleans() -> None:
    """0 and 1 are numbers unless the source says otherwise."""
    with pytest.raises(ValueError, match="holds numbers, 'boolean' was told to read booleans"):
        encoders.fit("standard", frame([0, 1]), ["x"], {"x": Boolean(kind="boolean")})
