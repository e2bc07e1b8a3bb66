"""The bundled digits are those of scikit-learn."""

import numpy as np
from sklearn.datasets import load_digits

from trunkline.sources import bundled


def test_digits_are_those_of_scikit_learn() -> None:
    """Pixels and labels agree value by value; the columns are typed."""
    frame, expected = bundled.digits(), load_digits()
    assert list(frame)[:2] == ["pixel_00", "pixel_01"]
    assert list(frame)[-2:] == ["pixel_63", "digit"]
    assert np.array_equal(frame.drop(columns="digit"), expected.data)
    assert np.array_equal(frame["digit"], expected.target)
    assert set(frame.dtypes.astype(str)) == {"int16", "int64"}
