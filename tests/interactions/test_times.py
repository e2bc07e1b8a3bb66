"""Times become seconds; mixed units and a future that cannot be are told."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from trunkline.interactions import times
from trunkline.settings.recommending.interactions import Interactions

NOON = 1_704_110_400  # 2024-01-01 12:00 UTC
TIMED = Interactions(user="user", item="item", time="when")


def frame(values: object) -> pd.DataFrame:
    """Return rows with these times."""
    made = pd.DataFrame({"when": values})
    return made.assign(row_id=[f"r{n}" for n in range(len(made))])


def of(**entries: object) -> Interactions:
    """Return settings with some entries changed."""
    return dataclasses.replace(TIMED, **entries)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("values", "unit"),
    [
        ([NOON, NOON + 1], "seconds"),
        ([NOON + 0.25, NOON + 1.75], "seconds"),
        ([NOON * 1000 + 999, NOON * 1000 + 1000], "milliseconds"),
        ([NOON * 10**6, NOON * 10**6 + 1_500_000], "microseconds"),
        ([NOON * 10**9, NOON * 10**9 + 10**9], "nanoseconds"),
        (pd.to_datetime([NOON, NOON + 1], unit="s"), "seconds"),
        (pd.to_datetime([NOON, NOON + 1], unit="s").astype("datetime64[ns]"), "seconds"),
        (pd.to_datetime([NOON, NOON + 1], unit="s", utc=True), "seconds"),
        (pd.Series([NOON, NOON + 1], dtype="int64[pyarrow]"), "seconds"),
        ([NOON, NOON + 1], "steps"),
    ],
)
def test_whatever_counts_the_time(values: object, unit: str) -> None:
    """Seconds since 1970 come of all units, without their fractions."""
    found = times.seconds(frame(values), of(unit=unit), "train")
    assert found is not None
    assert found.dtype == np.int64
    assert found.tolist() == [NOON, NOON + 1]


def test_days_and_dates() -> None:
    """Days since 1970, or dates, mean their midnight."""
    dates = pd.to_datetime(["2024-01-01", "1969-12-31"]).date
    expected = [NOON - 43_200, -86_400]
    for values, unit in (([19_723, -1], "days"), (dates, "seconds")):
        found = times.seconds(frame(values), of(unit=unit), "train")
        assert found is not None
        assert found.tolist() == expected


def test_before_1970_a_fraction_is_cut_downwards() -> None:
    """Half a second before 1970 lies in the second before it."""
    found = times.seconds(frame([-0.5, 0.5]), of(), "train")
    assert found is not None
    assert found.tolist() == [-1, 0]


def test_small_numbers_tell_no_unit() -> None:
    """Times from 0 to 1000 are seconds as well as steps."""
    for unit in ("seconds", "steps"):
        found = times.seconds(frame([0, 5, 1000]), of(unit=unit), "train")
        assert found is not None
        assert found.tolist() == [0, 5, 1000]


def test_no_column_no_time() -> None:
    """Without `time` no order is known."""
    assert times.seconds(frame([1]), Interactions(user="user", item="item"), "train") is None


def test_mixed_units() -> None:
    """Seconds beside milliseconds are told with a row of each."""
    values = [NOON, NOON * 1000, NOON + 5, NOON * 1000 + 7]
    message = (
        r"train: column 'when' counts seconds, but 2 rows look like seconds since 1970 "
        r"\(r0: 1704110400\), 2 rows look like milliseconds since 1970 \(r1: 1704110400000\): "
        r"units are mixed, bring them to one unit at the source; or state `unit: steps`"
    )
    with pytest.raises(ValueError, match=message):
        times.seconds(frame(values), TIMED, "train")
    with pytest.raises(ValueError, match=r"counts milliseconds, but .*: units are mixed"):
        times.seconds(frame(values), of(unit="milliseconds"), "train")


@pytest.mark.parametrize(
    ("unit", "factor", "meant"),
    [
        ("seconds", 1000, "milliseconds"),
        ("seconds", 10**9, "nanoseconds"),
        ("milliseconds", 1, "seconds"),
        ("days", 1, "seconds"),
    ],
)
def test_another_unit_than_stated(unit: str, factor: int, meant: str) -> None:
    """All rows look like another unit, which is named."""
    message = rf"counts {unit}, but 2 rows look like {meant} since 1970 .*: state `unit: {meant}`"
    with pytest.raises(ValueError, match=message):
        times.seconds(frame([NOON * factor, NOON * factor + 9]), of(unit=unit), "train")


def test_the_future_of_a_stated_day() -> None:
    """The last second of the day may be, the next one may not."""
    midnight = NOON + 43_200
    stated = of(latest="2024-01-01")
    assert times.seconds(frame([NOON, midnight - 1]), stated, "test") is not None
    message = (
        r"test: column 'when' lies after 2024-01-01 in 2 rows \(r1, r2\), the newest at "
        r"2024-01-02T12:00:00: mend them at the source, correct `unit`, or raise `latest`"
    )
    with pytest.raises(ValueError, match=message):
        times.seconds(frame([NOON, midnight, midnight + 43_200]), stated, "test")


@pytest.mark.parametrize("lost", [np.nan, np.inf])
def test_a_row_without_a_time(lost: float) -> None:
    """It has no place in the order."""
    with pytest.raises(ValueError, match=r"train: column 'when' gives no time in 1 rows \(r1\)"):
        times.seconds(frame([1.0, lost]), TIMED, "train")


def test_words_are_no_times() -> None:
    """The type of the column is named."""
    with pytest.raises(ValueError, match=r"column 'when' is .*string, expected times or numbers"):
        times.seconds(frame(["today", "now"]), TIMED, "train")
