"""The mean of few clusters, each of which counts once."""

from collections.abc import Sequence

import numpy as np
from scipy import special

from trunkline.metrics import checks
from trunkline.metrics.estimates import Estimate


def of_clusters(values: Sequence[float], clusters: Sequence[str], *, alpha: float) -> Estimate:
    """Return the mean over clusters of their means, with Student's interval over clusters.

    `m +- t(1 - alpha/2, c - 1) s / sqrt(c)` for c clusters whose means have the standard deviation
    s, cut at 0 and 1. A bootstrap of five clusters would be too narrow.

    Args:
        values: shares from 0 to 1, one of each run.
        clusters: what each run belongs to; at least 2 different ones.
        alpha: the interval covers `1 - alpha`.

    Raises:
        ValueError: fewer than two clusters, or as many names as values are not there.
    """
    array = checks.finite("values", values)
    checks.level(alpha)
    names = sorted(set(clusters))
    if len(array) != len(clusters) or len(names) < 2:
        raise ValueError(
            f"expected a cluster for each of {len(array)} values, and 2 clusters or more, received "
            f"{len(clusters)} names, {len(names)} different: judge more runs"
        )
    means = np.array([array[np.array(clusters) == name].mean() for name in names])
    value, count = float(means.mean()), len(means)
    quantile = float(special.stdtrit(count - 1, 1 - alpha / 2))
    reach = quantile * float(means.std(ddof=1)) / count**0.5
    return Estimate(value, max(0.0, value - reach), min(1.0, value + reach), count)
