"""NCE: how certain the target's label is, once the source's answer is known."""

import numpy as np
from numpy.typing import ArrayLike

from trunkline.metrics import checks


def score(answers: ArrayLike, y: ArrayLike) -> float:
    """Return the negative conditional entropy `-H(y | z)` in nats, from `-H(y)` to 0.

    `sum_{y,z} P(y, z) log (P(y, z) / P(z))`, with P counted over the rows. In the publication
    both labels are true ones of the same rows; where only the target's are known, z is the class
    that the source's network takes the row for.

    Args:
        answers: the source class of each row, class indices `[n]`.
        y: the target's class indices, `[n]`.

    Raises:
        ValueError: if lengths differ, a label is no class index, or all rows are of one class.

    References:
        Tran, Nguyen and Hassner, "Transferability and Hardness of Supervised Classification
        Tasks", ICCV 2019.
    """
    given = checks.finite("answers", answers)
    _, classes = checks.labelled("answers", given[:, np.newaxis], y)
    _, source = np.unique(given, return_inverse=True)
    counts = np.zeros((classes.max() + 1, source.max() + 1))  # [c, z]
    np.add.at(counts, (classes, source), 1)
    seen = counts > 0
    ratio = np.divide(counts, counts.sum(axis=0), out=np.ones_like(counts), where=seen)
    return float((counts * np.log(ratio)).sum() / len(classes)) + 0.0  # -0.0 is 0
