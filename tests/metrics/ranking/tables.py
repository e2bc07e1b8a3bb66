"""Small tables of users and items for the tests of ranked lists."""

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from scipy import sparse


def cells(rows):
    """Return the matrix of 0 and 1 as pairs."""
    return sparse.csr_array(np.array(rows, np.float32))


def model(scores):
    """Return a model that knows every score."""
    return lambda users: np.asarray(scores)[users]


@st.composite
def cases(draw, most_users=6, most_items=8, values=(-1.5, -0.0, 0.0, 2.0, 3.25)):
    """Draw scores `[U, I]` with many ties, and seen and test pairs that share none."""
    shape = draw(st.tuples(st.integers(1, most_users), st.integers(1, most_items)))
    scores = draw(arrays.arrays(np.float32, shape, elements=st.sampled_from(values)))
    parts = draw(arrays.arrays(np.int8, shape, elements=st.integers(0, 2)))
    return scores, parts == 1, parts == 2
