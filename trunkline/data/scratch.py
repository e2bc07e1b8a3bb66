"""Encoded rows in a temporary file, for tables whose encoded rows are too many to be held."""

import tempfile
import weakref

import numpy as np


class Scratch:
    """float32 [rows, *shape], 0 until they are written; the file goes when this does."""

    def __init__(self, rows: int, shape: tuple[int, ...]) -> None:
        """Make room in the temporary folder (`TMPDIR`).

        Args:
            rows: how many there are.
            shape: of one row.
        """
        self.shape = (rows, *shape)
        self._bytes = 4 * int(np.prod(shape))  # of a row
        self._file = tempfile.TemporaryFile(prefix="trunkline-")  # noqa: SIM115  # lives on
        self._file.truncate(rows * self._bytes)
        weakref.finalize(self, self._file.close)

    def write(self, first: int, values: np.ndarray) -> None:
        """Write consecutive rows, from the row `first` on."""
        self._file.seek(first * self._bytes)
        self._file.write(np.ascontiguousarray(values, np.float32).data)

    def __getitem__(self, place: slice) -> np.ndarray:
        """Return consecutive rows in memory, [n, *shape]; they are no mapping of the file."""
        first, last, _ = place.indices(self.shape[0])
        found = np.empty((max(0, last - first), *self.shape[1:]), np.float32)
        self._file.seek(first * self._bytes)
        self._file.flush()
        done = self._file.readinto(found.reshape(-1).view(np.uint8).data)
        if done != found.nbytes:
            raise OSError(
                f"the temporary file in {tempfile.gettempdir()} ends early: expected "
                f"{found.nbytes} bytes of rows, received {done}; is the disk full?"
            )
        return found
