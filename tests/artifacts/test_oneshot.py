"""A fitted recogniser on disk."""

from pathlib import Path

import numpy as np
import pytest

from trunkline.artifacts import oneshot, results
from trunkline.settings.metalearning.oneshot import OneShot

SETTINGS = OneShot(members=2, channels=(3, 5))
ARRAYS = [{"a/kernel": np.full((2, 3), k, np.float32)} for k in range(2)]


def test_what_is_written_is_read(tmp_path: Path) -> None:
    """Settings and the weights of each member."""
    oneshot.write(SETTINGS, ARRAYS, tmp_path / "model")
    settings, arrays = oneshot.read(tmp_path / "model")
    assert settings == SETTINGS
    for one, other in zip(arrays, ARRAYS, strict=True):
        np.testing.assert_array_equal(one["a/kernel"], other["a/kernel"])


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    """It says how to get one."""
    with pytest.raises(FileNotFoundError, match="fit one by `python -m stages learn_oneshot`"):
        oneshot.read(tmp_path)


def test_a_model_of_another_version_is_refused(tmp_path: Path) -> None:
    """Its settings have other entries."""
    oneshot.write(SETTINGS, ARRAYS, tmp_path / "model")
    results.write({"steps": 3}, tmp_path / "model" / oneshot.SETTINGS)
    with pytest.raises(ValueError, match=r"settings.json: expected the entries blocks, .*fit"):
        oneshot.read(tmp_path / "model")
