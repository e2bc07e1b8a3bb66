"""Weights on disk: named arrays of 32 bits in HDF5, the same values to the same bytes."""

import hashlib
import io
from collections.abc import Mapping
from pathlib import Path

import h5py
import numpy as np

from trunkline.artifacts import files

Arrays = dict[str, np.ndarray]
TYPES = ("<f4", "<i4")  # float32; int32 of counts and places


def write(arrays: Mapping[str, np.ndarray], path: Path) -> None:
    """Write arrays under their names, with a digest of them all.

    Args:
        arrays: float32 or int32 arrays of any shape by name; "/" in a name makes a group.
            Stacked repeats are arrays with a leading axis, `[repeats, ...]`.
        path: the file, by convention `*.weights.h5`.

    Raises:
        TypeError: an array is neither float32 nor int32.
        ValueError: one name is the beginning of another ("a" and "a/b").
        OSError: it could not be written; the old file is kept.
    """
    _check(arrays, path)
    content = io.BytesIO()
    with h5py.File(content, "w", libver="earliest") as file:
        for name in sorted(arrays):
            values = np.ascontiguousarray(arrays[name]).reshape(arrays[name].shape)
            file.create_dataset(name, data=values, track_order=False, track_times=False)
        file.attrs["sha256"] = _digest(arrays)
    files.write(content.getvalue(), path)


def read(path: Path) -> Arrays:
    """Return the arrays of a file by name, in order of their names.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: the file is damaged, or its arrays are not those that were written.
    """
    content = io.BytesIO(files.read(path))
    try:
        with h5py.File(content, "r") as file:
            arrays = _arrays(file)
            digest = file.attrs["sha256"]
    except (OSError, KeyError, RuntimeError, ValueError, TypeError) as error:
        raise files.damaged(path, error) from error
    if digest != _digest(arrays):
        raise files.damaged(path, "its arrays do not have the digest that was written with them")
    return arrays


def _check(arrays: Mapping[str, np.ndarray], path: Path) -> None:
    for name in sorted(arrays):
        if arrays[name].dtype.str not in TYPES:
            raise TypeError(
                f"{path} holds float32 and int32 arrays, received {arrays[name].dtype} for "
                f"{name!r}. Convert it with `.astype(np.float32)`."
            )
        parents = [other for other in arrays if other.startswith(f"{name}/")]
        if parents:
            raise ValueError(
                f"{path} cannot hold both {name!r} and {parents[0]!r}: the first would be a group "
                "and an array at once. Rename one."
            )


def _arrays(file: h5py.File) -> Arrays:
    found: Arrays = {}

    def collect(name: str, node: object) -> None:
        if isinstance(node, h5py.Dataset):
            found[name] = np.asarray(node[()], dtype=node.dtype)

    file.visititems(collect)
    return dict(sorted(found.items()))


def _digest(arrays: Mapping[str, np.ndarray]) -> str:
    digest = hashlib.sha256()
    for name in sorted(arrays):
        kind = "" if arrays[name].dtype == np.float32 else "int32\0"  # bytes alone do not tell
        digest.update(f"{name}\0{arrays[name].shape}\0{kind}".encode())
        digest.update(np.ascontiguousarray(arrays[name]).tobytes())
    return digest.hexdigest()
