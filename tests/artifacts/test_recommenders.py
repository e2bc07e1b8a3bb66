"""Fitted recommenders come back as they were written."""

from pathlib import Path

import numpy as np
import pandas as pd

from tests.recommending import small
from trunkline.artifacts import recommenders
from trunkline.data import encoders


def test_write_then_read_is_identity(tmp_path: Path) -> None:
    """Floats and counts, by model and repeat; the tenth repeat comes after the ninth."""
    one = [
        {"items": np.full((2, 3), n, np.float32), "counts": np.array([n], np.int32)}
        for n in range(11)
    ]
    recommenders.write({"ease": one[:1], "two_tower": one}, tmp_path / "models", sides={})
    found = recommenders.read(tmp_path / "models")
    assert {name: len(repeats) for name, repeats in found.items()} == {"ease": 1, "two_tower": 11}
    for read, written in zip(found["two_tower"], one, strict=True):
        assert {name: (v.dtype, v.tolist()) for name, v in read.items()} == {
            name: (v.dtype, v.tolist()) for name, v in written.items()
        }


def test_encoders_of_facts_lie_beside_the_models(tmp_path: Path) -> None:
    """One that is not there was not read."""
    rows = pd.DataFrame({"row_id": ["a", "b"], "age": [20.0, 40.0]})
    encoder = encoders.fit("standard", rows, ["age"], {})
    recommenders.write({}, tmp_path / "models", sides={"users": encoder})
    found = recommenders.read_encoders(tmp_path / "models")
    assert list(found) == ["users"]
    assert encoders.apply(found["users"], rows, ["age"]).tolist() == [[-1.0], [1.0]]
    assert recommenders.read(tmp_path / "models") == {}


def test_another_study_can_begin_with_them(tmp_path: Path) -> None:
    """Ids, encoders and fits of a study, from the folder of all studies."""
    known = small.case().known.final.pairs
    fits = {"two_tower": [{"items": np.ones((2, 2), np.float32)}]}
    recommenders.write(fits, tmp_path / "market", sides={}, known=known)
    found = recommenders.read_source(tmp_path, "market")
    assert found.study == "market"
    assert found.users.tolist() == known.users.tolist()
    assert found.items.tolist() == known.items.tolist()
    assert found.encoders == {}
    assert found.fitted["two_tower"][0]["items"].sum() == 4
