"""The episodes of the benchmarks of meta-learners, the same for every side."""

from typing import NamedTuple

import numpy as np

WAYS, SHOTS, QUERIES = 5, 1, 15
INPUTS, WIDTHS = 64, (64, 64)
BATCH, STEPS = 4, 200  # episodes of a step; steps of a run
INNER, RATE, OUTER = 5, 0.1, 0.001  # steps on an episode, their rate, that of Adam
ROWS = 20  # of each of 50 classes


class Episodes(NamedTuple):
    """Rows, and episodes of them."""

    x: np.ndarray  # float32 [1000, INPUTS], class after class
    support: np.ndarray  # int32 [BATCH * STEPS, WAYS * SHOTS], rows
    query: np.ndarray  # int32 [BATCH * STEPS, WAYS * QUERIES], rows
    support_y: np.ndarray  # int32 [WAYS * SHOTS], the same in each
    query_y: np.ndarray  # int32 [WAYS * QUERIES]


def draw() -> Episodes:
    """Return rows about 50 centres, and episodes of five classes each."""
    rng = np.random.default_rng(0)
    centres = rng.standard_normal((50, 1, INPUTS))
    x = (centres + rng.standard_normal((50, ROWS, INPUTS))).reshape(-1, INPUTS).astype(np.float32)
    support, query = [], []
    for _ in range(BATCH * STEPS):
        rows = np.stack(
            [k * ROWS + rng.permutation(ROWS) for k in rng.choice(50, WAYS, replace=False)]
        )
        support.append(rows[:, :SHOTS].ravel())
        query.append(rows[:, SHOTS : SHOTS + QUERIES].ravel())
    labels = [np.repeat(np.arange(WAYS, dtype=np.int32), count) for count in (SHOTS, QUERIES)]
    rows_of = [np.array(one, np.int32) for one in (support, query)]
    return Episodes(x, *rows_of, *labels)
