"""Networks on disk come back by task, arm and budget, with their encoder."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from trunkline.artifacts import models, results
from trunkline.data import encoders
from trunkline.data.encoders import Encoder
from trunkline.data.encoding.numeric import Column, Numeric
from trunkline.settings import encoding

ENCODER = Encoder((Numeric((Column("a", 0.5, 1.0), Column("b", -1.0, 2.0))),))


def arrays(value: float) -> models.Arrays:
    """Return two repeats of a small network."""
    return {
        "trunk/dense_0/kernel": np.full((2, 3, 4), value, np.float32),
        "scale/target": np.zeros((2, 2), np.float32),
    }


def several() -> dict[models.Arm, models.Arrays]:
    """Return the networks of three arms, out of order."""
    return {
        ("b", "scratch", 10): arrays(3),
        ("a", "scratch", 10): arrays(2),
        ("a", "lp_ft", 2): arrays(1),
    }


def test_write_then_read_is_identity(tmp_path: Path) -> None:
    """All arms come back in order, each with its own arrays, and so does the encoder."""
    models.write(several(), ENCODER, {"network": {"widths": (4,)}}, tmp_path / "m")
    found = models.read_all(tmp_path / "m")
    assert list(found) == [("a", "lp_ft", 2), ("a", "scratch", 10), ("b", "scratch", 10)]
    for arm, expected in several().items():
        assert found[arm].keys() == expected.keys()
        for name, array in expected.items():
            np.testing.assert_array_equal(found[arm][name], array)
    assert models.read_encoder(tmp_path / "m") == ENCODER
    assert results.read(tmp_path / "m" / models.ARCHITECTURE) == {"network": {"widths": [4]}}


def test_same_networks_same_bytes(tmp_path: Path) -> None:
    """Two folders of the same networks hold the same files with the same bytes."""
    models.write(several(), ENCODER, {}, tmp_path / "one")
    models.write(dict(reversed(several().items())), ENCODER, {}, tmp_path / "two")
    one, two = (
        {p.relative_to(tmp_path / n): p.read_bytes() for p in (tmp_path / n).rglob("*.*")}
        for n in ("one", "two")
    )
    assert one == two


def test_budgets_are_read_as_numbers(tmp_path: Path) -> None:
    """Budgets come in the order of numbers: 2 before 10."""
    networks = {("a", "scratch", budget): arrays(budget) for budget in (10, 2)}
    models.write(networks, ENCODER, {}, tmp_path / "m")
    assert [budget for _, _, budget in models.read_all(tmp_path / "m")] == [2, 10]


def test_writing_replaces_the_folder(tmp_path: Path) -> None:
    """An arm that is no longer trained does not stay behind."""
    models.write(several(), ENCODER, {}, tmp_path / "m")
    models.write({("c", "scratch", 1): arrays(1)}, ENCODER, {}, tmp_path / "m")
    assert list(models.read_all(tmp_path / "m")) == [("c", "scratch", 1)]


def test_the_only_arm(tmp_path: Path) -> None:
    """A folder of one arm gives its arrays, one without any gives none."""
    models.write({("a", "source", 9): arrays(1)}, ENCODER, {}, tmp_path / "m")
    assert models.read_only(tmp_path / "m").keys() == arrays(1).keys()
    models.write({}, ENCODER, {}, tmp_path / "m")
    assert models.read_only(tmp_path / "m") == {}


def test_several_arms_are_not_one(tmp_path: Path) -> None:
    """Where one network is expected, several are refused, with the folder and the count."""
    models.write(several(), ENCODER, {}, tmp_path / "m")
    with pytest.raises(ValueError, match=r"m is to hold one trained network, it holds 3: run"):
        models.read_only(tmp_path / "m")


def test_a_damaged_network_is_named(tmp_path: Path) -> None:
    """A truncated file is refused by its name."""
    models.write(several(), ENCODER, {}, tmp_path / "m")
    path = tmp_path / "m" / "a" / "scratch" / "10.weights.h5"
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(ValueError, match=r"a/scratch/10\.weights\.h5 is damaged"):
        models.read_all(tmp_path / "m")


def test_no_folder(tmp_path: Path) -> None:
    """A missing encoder is named, with the way to make it."""
    with pytest.raises(FileNotFoundError, match=r"encoder\.json does not exist"):
        models.read_encoder(tmp_path / "m")


def test_an_encoder_of_every_kind_is_kept(tmp_path: Path) -> None:
    """Words, categories, dates and pixels come back from the file equal, whatever their letters."""
    rows = pd.DataFrame(
        {
            "row_id": ["a", "b", "c"],
            "title": ["the sea", "\u6d77 \U0001f30a", None],
            "city": ["K\u00f8benhavn", None, 'a "quoted" one'],
            "paid": [True, None, False],
            "sold": pd.to_datetime(
                ["2024-01-01", "2024-01-31 12:30:00.000001", "1969-12-31"], format="ISO8601"
            ),
            "pixel_0": [0, 255, 7],
            "price": [0.1, np.nan, 1e30],
            "rank": [3, 1, 2],
        }
    )
    encode: dict[str, encoding.Encoding] = {
        "title": encoding.Tokens(kind="tokens", min_count=1),
        "paid": encoding.Boolean(kind="boolean", missing="indicator"),
        "pixel_0": encoding.Picture(kind="picture", shape=(1, 1, 1), scaling="standard"),
        "price": encoding.Numeric(kind="numeric", scale="quantile", missing="mean"),
        "rank": encoding.Ordinal(kind="ordinal"),
    }
    names = [name for name in rows if name != "row_id"]
    encoder = encoders.fit("standard", rows, names, encode)
    models.write({}, encoder, {}, tmp_path / "m")
    again = models.read_encoder(tmp_path / "m")
    assert again == encoder
    one, two = (encoders.apply(e, rows, names) for e in (encoder, again))
    assert one.tobytes() == two.tobytes()
