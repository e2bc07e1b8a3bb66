"""Splits are disjoint, exhaustive, exact in each stratum, and blind to the order of rows."""

import hashlib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from trunkline.artifacts import streaming
from trunkline.artifacts import tables as files
from trunkline.data import identity, splits, streams
from trunkline.settings import splitting
from trunkline.settings.dataset import Bundled, Dataset, Latent
from trunkline.sources import reading

SETTINGS = splitting.Split(validation=0.2, test=0.3, stratify=("label",))
sizes = st.lists(st.integers(5, 40), min_size=1, max_size=4)


def frame(rows_by_label: list[int], prefix: str = "r") -> pd.DataFrame:
    """Return rows of several labels, named one by one."""
    labels = np.repeat(np.arange(len(rows_by_label)), rows_by_label)
    names = [f"{prefix}{label}-{place}" for place, label in enumerate(labels)]
    return pd.DataFrame({"row_id": names, "label": labels})


@settings(deadline=None)
@given(sizes, st.integers(0, 2**32))
def test_parts_are_disjoint_exhaustive_and_exact(rows_by_label: list[int], seed: int) -> None:
    """Every row is in one part, and each label has its share in each, rounded to a row."""
    table = frame(rows_by_label)
    parts = splits.split(table, SETTINGS, seed)
    names = pd.concat([parts.train, parts.validation, parts.test])["row_id"]
    assert sorted(names) == sorted(table["row_id"])
    for label, rows in enumerate(rows_by_label):
        assert (parts.test["label"] == label).sum() == int(rows * 0.3 + 0.5)
        assert (parts.validation["label"] == label).sum() == int(rows * 0.2 + 0.5)


@settings(deadline=None)
@given(st.permutations(range(30)))
def test_row_order_changes_nothing(order: list[int]) -> None:
    """Shuffled rows give the same three tables, in the same order."""
    table = frame([12, 18])
    one, two = (splits.split(t, SETTINGS, 7) for t in (table, table.iloc[order]))
    for name in ("train", "validation", "test"):
        assert_frame_equal(getattr(one, name), getattr(two, name))


def test_rows_of_other_strata_change_nothing() -> None:
    """A label's rows stay where they are when another label gets more rows."""
    table = frame([12, 18])
    more = pd.DataFrame({"row_id": [f"new{i}" for i in range(50)], "label": 1})
    one = splits.split(table, SETTINGS, 7).test
    two = splits.split(pd.concat([table, more]), SETTINGS, 7).test
    assert set(one.query("label == 0")["row_id"]) == set(two.query("label == 0")["row_id"])


def test_the_seed_decides() -> None:
    """Another seed gives another split."""
    one, two = (splits.split(frame([40]), SETTINGS, seed).test["row_id"] for seed in (1, 2))
    assert set(one) != set(two)


def test_strata_are_combinations() -> None:
    """With two columns, each combination keeps its shares."""
    table = frame([20, 20]).assign(domain=["s", "t"] * 20)
    both = splitting.Split(validation=0.2, test=0.3, stratify=("domain", "label"))
    parts = splits.split(table, both, 7)
    assert set(parts.test.groupby(["domain", "label"]).size()) == {3}
    assert set(parts.validation.groupby(["domain", "label"]).size()) == {2}


def test_without_strata_all_rows_are_one() -> None:
    """A regression needs no classes to be split."""
    parts = splits.split(frame([10, 10]), splitting.Split(validation=0.2, test=0.3), 7)
    assert [len(part) for part in vars(parts).values()] == [10, 4, 6]


def test_a_stratum_that_is_too_small_is_named() -> None:
    """A label of two rows cannot be in three parts."""
    with pytest.raises(ValueError, match="label 1 has 2 rows, too few to give training, valid"):
        splits.split(frame([20, 2]), SETTINGS, 7)


def test_an_empty_table_is_refused() -> None:
    """No rows, no split."""
    with pytest.raises(ValueError, match="the table has no rows, expected some"):
        splits.split(frame([0]), SETTINGS, 7)


def test_shares_that_leave_nothing_are_refused() -> None:
    """Test and validation together must leave rows to train on."""
    with pytest.raises(ValueError, match=r"test 0\.6 and validation 0\.4 leave no rows"):
        splits.split(frame([20]), splitting.Split(validation=0.4, test=0.6), 7)


def test_a_missing_label_is_named() -> None:
    """A row without a value of the stratify column has no stratum."""
    table = frame([20]).astype({"label": "float64"})
    table.loc[3, "label"] = np.nan
    with pytest.raises(ValueError, match=r"'label' stratifies .* 1 rows have no value \(r0-3\)"):
        splits.split(table, SETTINGS, 7)


def test_an_unknown_stratify_column_is_named() -> None:
    """A misspelt column is answered with the one that was meant."""
    with pytest.raises(ValueError, match=r"no column matches 'labels'; did you mean 'label'\?"):
        splits.split(frame([20]), splitting.Split(stratify=("labels",)), 7)


def test_copies_of_a_row_go_where_it_goes(tmp_path: Path) -> None:
    """Copies, which ids number, never lie on both sides of a split."""
    frame = pd.DataFrame({"value": np.repeat(np.arange(60), 3)})
    streaming.write(streams.of_frame(frame), None, tmp_path / "table.parquet")
    frame = files.read(tmp_path / "table.parquet")
    for seed in range(5):
        parts = splits.split(frame, splitting.Split(validation=0.2, test=0.3), seed)
        sides = [set(part["value"]) for part in (parts.train, parts.validation, parts.test)]
        assert sum(map(len, sides)) == 60
        assert sum(len(part) for part in (parts.train, parts.validation, parts.test)) == 180


@pytest.mark.parametrize(
    ("source", "stratify", "digests"),
    [
        (
            Bundled(kind="bundled", name="digits"),
            ("digit",),
            ("e0e6f75708c44c1c", "19b835c0ae401634", "fd0989d284a9c420"),
        ),
        (
            Latent(kind="latent", rows=6000, factors=3),
            ("domain", "source"),
            ("7489986418e1b86a", "05dc4ddbfcaaec30", "1aefd41e1564842a"),
        ),
    ],
    ids=["digits", "latent"],
)
def test_shipped_datasets_keep_their_parts(
    source: Bundled | Latent, stratify: tuple[str, ...], digests: tuple[str, ...]
) -> None:
    """Each part holds the rows that it has always held, in the same order."""
    stream = reading.stream(Dataset(title="T", source=source), 20261122)
    chosen = splitting.Split(validation=0.15, test=0.4, stratify=stratify)
    parts = splits.split(identity.whole(stream), chosen, 20261122)
    names = ["\n".join(part["row_id"]).encode() for part in vars(parts).values()]
    assert tuple(hashlib.sha256(name).hexdigest()[:16] for name in names) == digests
