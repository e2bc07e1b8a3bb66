"""LEEP: how well the source's answers alone, read as evidence, tell the target's labels."""

import numpy as np
from numpy.typing import ArrayLike

from trunkline.metrics import checks


def score(probabilities: ArrayLike, y: ArrayLike) -> float:
    """Return the log expected empirical prediction, from `-H(y)` to 0.

    `1/n sum_i log sum_z P(y_i | z) theta_iz`, where `theta_i` are the probabilities of the source
    classes that the source's network gives row i, `P(y, z) = 1/n sum_{i: y_i = y} theta_iz` and
    `P(y | z) = P(y, z) / sum_y P(y, z)`.

    It is the mean log-likelihood of a classifier that draws a source class and then a label, so
    it is at most 0. By Jensen's inequality it is at least `sum_{y,z} P(y, z) log P(y | z)`, hence
    at least `-H(y)`, which it is where all rows get the same answer.

    Args:
        probabilities: of the source classes, `[n, z]`, for the target's rows.
        y: the target's class indices, `[n]`.

    Raises:
        ValueError: if lengths differ, a row is no distribution, or all rows are of one class.

    References:
        Nguyen, Hassner, Seeger and Archambeau, "LEEP: A New Measure to Evaluate Transferability
        of Learned Representations", ICML 2020, section 3.
    """
    theta, classes = checks.labelled("probabilities", probabilities, y)
    checks.distributions("probabilities", theta)
    joint = np.stack([theta[classes == k].sum(axis=0) for k in range(classes.max() + 1)])  # [c, z]
    marginal = joint.sum(axis=0)  # [z]
    given = np.divide(joint, marginal, out=np.zeros_like(joint), where=marginal > 0)
    likelihood = (given[classes] * theta).sum(axis=1)  # [n]
    # A row's own answer is part of the joint, so no likelihood is 0; rounding may pass 1.
    return float(np.mean(np.log(np.minimum(likelihood, 1.0))))
