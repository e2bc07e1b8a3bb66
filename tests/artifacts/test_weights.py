"""Weights come back as they were written, or not at all."""

import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from trunkline.artifacts import weights

names = st.lists(st.sampled_from("abc"), min_size=2, max_size=2).map("/".join)
arrays = hnp.arrays(
    st.sampled_from([np.float32, np.int32]),
    hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=3),
)


def example() -> dict[str, np.ndarray]:
    """Return the weights of a small dense layer, three repeats of it."""
    kernel = np.arange(3 * 20 * 10, dtype=np.float32).reshape(3, 20, 10)
    return {"trunk/dense/kernel": kernel, "trunk/dense/bias": np.zeros((3, 10), np.float32)}


@settings(deadline=None)
@given(st.dictionaries(names, arrays, max_size=4))
def test_write_then_read_is_identity(written: dict[str, np.ndarray]) -> None:
    """Every array comes back with its name, shape and bits."""
    with tempfile.TemporaryDirectory() as folder:
        weights.write(written, Path(folder) / "a.weights.h5")
        found = weights.read(Path(folder) / "a.weights.h5")
    assert list(found) == sorted(written)
    for name, values in written.items():
        assert found[name].shape == values.shape
        assert found[name].tobytes() == values.tobytes()


def test_order_of_names_does_not_reach_the_bytes(tmp_path: Path) -> None:
    """Arrays in another order, or transposed in memory, give the same bytes."""
    weights.write(example(), tmp_path / "a")
    turned = {name: np.asfortranarray(v) for name, v in reversed(example().items())}
    weights.write(turned, tmp_path / "b")
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_write_refuses_other_types(tmp_path: Path) -> None:
    """A float64 array is refused by name, never rounded in silence."""
    with pytest.raises(TypeError, match="float32 and int32 arrays, received float64 for 'kernel'"):
        weights.write({"kernel": np.zeros(2)}, tmp_path / "a")


def test_write_refuses_a_name_inside_another(tmp_path: Path) -> None:
    """An array cannot also be a group of arrays."""
    one = np.zeros(1, np.float32)
    with pytest.raises(ValueError, match="cannot hold both 'a' and 'a/b'"):
        weights.write({"a": one, "a/b": one}, tmp_path / "a")


@pytest.mark.parametrize("keep", [0, 8, 100, 1500, 3000, -1])
def test_read_names_a_truncated_file(keep: int, tmp_path: Path) -> None:
    """A file cut short at any place is named, with the way to get it back."""
    path = tmp_path / "a.weights.h5"
    weights.write(example(), path)
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(ValueError, match=r"a\.weights\.h5 is damaged.*run `dvc repro`"):
        weights.read(path)


def test_read_notices_a_changed_value(tmp_path: Path) -> None:
    """A changed byte among the values is noticed by the digest."""
    path = tmp_path / "a.weights.h5"
    weights.write(example(), path)
    content = path.read_bytes()
    place = content.index(np.float32(77).tobytes())
    path.write_bytes(content[:place] + b"\1" + content[place + 1 :])
    with pytest.raises(ValueError, match="do not have the digest that was written with them"):
        weights.read(path)


def test_read_names_a_missing_file(tmp_path: Path) -> None:
    """Missing weights are named, with the way to make them."""
    with pytest.raises(FileNotFoundError, match=r"a\.weights\.h5 does not exist"):
        weights.read(tmp_path / "a.weights.h5")
