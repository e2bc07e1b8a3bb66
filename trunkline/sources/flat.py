"""Arrays as columns: one of each value of a row."""

from collections.abc import Iterator, Sequence

import numpy as np
import pyarrow as pa

LARGEST = 8  # bytes of a number
WIDEST = 200_000  # columns; more is an array that has its rows along another axis


def names(name: str, width: int) -> list[str]:
    """Return `name_00` and so on, with as many digits as the last one needs.

    Example:
        >>> names("pixel", 11)[-1], names("x", 3)[0]
        ('pixel_10', 'x_0')
    """
    digits = len(str(width - 1))
    return [f"{name}_{place:0{digits}d}" for place in range(width)]


def schema(arrays: Sequence[tuple[str, np.dtype, tuple[int, ...]]], place: str) -> pa.Schema:
    """Return the columns of arrays that are read row by row.

    Args:
        arrays: the name of each, its type and the shape of one row.
        place: the file, for messages.

    Raises:
        ValueError: an array holds something else than numbers and text, or rows are too wide.
    """
    fields = []
    for name, kind, shape in arrays:
        width = int(np.prod(shape, dtype=object)) if shape else 1
        if not 0 < width <= WIDEST:
            raise ValueError(
                f"{place}: array '{name}' has {width} values in a row, expected 1 to {WIDEST}: its "
                "first axis must be that of the rows"
            )
        if kind.kind not in "biufSU" or (kind.kind == "f" and kind.itemsize > LARGEST):
            raise ValueError(
                f"{place}: array '{name}' holds {kind}, expected booleans, numbers or text"
            )
        arrow = pa.large_string() if kind.kind in "SU" else pa.from_numpy_dtype(kind)
        columns = names(name, width) if shape else [name]
        fields += [pa.field(column, arrow) for column in columns]
    return pa.schema(fields)


def columns(values: np.ndarray) -> Iterator[pa.Array]:
    """Yield the columns of an array `[rows, ...]`."""
    rows = values.reshape(len(values), -1) if len(values) else values.reshape(0, 1)
    plain = rows.astype(rows.dtype.newbyteorder("="))
    for column in plain.T:
        if column.dtype.kind == "S":
            yield pa.array([bytes(value).decode() for value in column], pa.large_string())
        elif column.dtype.kind == "U":
            yield pa.array(column.tolist(), pa.large_string())
        else:
            yield pa.array(np.ascontiguousarray(column))
