"""Names of users and items as places among sorted ones: text or whole numbers."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from trunkline.data import splits_columns, tables

UNKNOWN = -1  # the place of who is not among those known


def coded(frame: pd.DataFrame, column: str, part: str) -> tuple[np.ndarray, np.ndarray]:
    """Return the place of each row's name among the sorted ones, int32 [rows], and those, [ids].

    Args:
        frame: a table with a column `row_id`.
        column: of text or whole numbers.
        part: which rows they are, for messages.

    Raises:
        ValueError: the column names nobody in some row, or is of another type.
    """
    values = _names(pa.Array.from_pandas(frame[column]), column, part)
    nobody = pc.is_null(values)
    if pa.types.is_large_string(values.type):
        nobody = pc.or_(nobody, pc.equal(values, "").fill_null(True))
    missing = nobody.to_numpy(zero_copy_only=False)
    if missing.any():
        rows = frame["row_id"][missing].tolist()
        raise ValueError(
            f"{part}: column '{column}' names nobody in {len(rows)} rows "
            f"({tables.examples(rows)}): leave them out at the source, or set them aside with "
            "`on_violation: quarantine`"
        )
    distinct = pc.unique(values)
    ids = distinct.take(pc.array_sort_indices(distinct))
    return _index(values, ids), np.asarray(ids.to_numpy(zero_copy_only=False))


def places(ids: np.ndarray, known: np.ndarray, what: str) -> np.ndarray:
    """Return where each of some names stands among known ones, int32 [ids], or `UNKNOWN`.

    Args:
        ids: names.
        known: sorted names.
        what: whose names they are, for messages.

    Raises:
        ValueError: one are text and the others numbers.

    Example:
        >>> places(np.array([3, 7]), np.array([1, 3]), "users").tolist()
        [1, -1]
    """
    if not (ids.size and known.size):
        return np.full(ids.size, UNKNOWN, np.int32)
    one, other = _plain(ids), _plain(known)
    if one.type != other.type:
        raise ValueError(
            f"{what}: expected names of the type that training has, {_shown(other)}, received "
            f"{_shown(one)}: make them the same with `columns.cast` in the source"
        )
    return _index(one, other)


def _index(values: pa.Array, ids: pa.Array) -> np.ndarray:
    found = pc.index_in(values, ids).fill_null(UNKNOWN)
    return np.asarray(found.to_numpy(zero_copy_only=False), np.int32)


def _plain(ids: np.ndarray) -> pa.Array:
    found = pa.array(ids)
    return found if pa.types.is_int64(found.type) else found.cast(pa.large_string())


def _names(values: pa.Array | pa.ChunkedArray, column: str, part: str) -> pa.Array:
    """Return names as int64 or large_string."""
    if isinstance(values, pa.ChunkedArray):
        values = values.combine_chunks()
    if pa.types.is_dictionary(values.type):
        values = values.dictionary_decode()
    values = splits_columns.whole(splits_columns.plain(values))
    if pa.types.is_null(values.type) or pa.types.is_string(values.type):
        return values.cast(pa.large_string())
    if pa.types.is_integer(values.type) and not _beyond(values):
        return values.cast(pa.int64())
    if not pa.types.is_large_string(values.type):
        raise ValueError(
            f"{part}: column '{column}' is {values.type}, expected names: text or whole numbers "
            "below 2**63; cast it with `columns.cast` in the source"
        )
    return values


def _beyond(values: pa.Array) -> bool:
    """Return whether unsigned numbers are too large for int64."""
    most = pc.max(values).as_py() if pa.types.is_uint64(values.type) else None
    return most is not None and most >= 2**63


def _shown(ids: pa.Array) -> str:
    return f"{'numbers' if pa.types.is_int64(ids.type) else 'text'} such as {ids[0].as_py()!r}"
