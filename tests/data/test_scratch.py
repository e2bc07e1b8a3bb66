"""Encoded rows in a temporary file."""

import numpy as np
import pytest

from trunkline.data.scratch import Scratch


def test_rows_come_back() -> None:
    """Rows are where they were written, in their shape; others are 0."""
    scratch = Scratch(5, (2, 3))
    values = np.arange(12, dtype=np.float32).reshape(2, 2, 3)
    scratch.write(1, values)
    assert scratch.shape == (5, 2, 3)
    np.testing.assert_array_equal(scratch[1:3], values)
    np.testing.assert_array_equal(scratch[2:9], np.concatenate([values[1:], np.zeros((2, 2, 3))]))
    assert scratch[5:6].shape == (0, 2, 3)


def test_a_file_that_ends_early() -> None:
    """A file that lost rows is refused, not read as zeros."""
    scratch = Scratch(5, (2,))
    scratch._file.truncate(8)
    with pytest.raises(OSError, match="ends early: expected 40 bytes of rows, received 8"):
        scratch[0:5]
