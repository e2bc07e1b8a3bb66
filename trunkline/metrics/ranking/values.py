"""A metric of several models over the same users, as sums over users.

Shapes: n users, r repeats of a model.
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from trunkline.metrics import checks


class Metric(NamedTuple):
    """Values of models, ready to be resampled; `over_users` and `over_ratings` make it.

    A model's metric is `f(sum of totals / sum of counts)`, `f` the identity or the square root.

    Attributes:
        means: by model, each user's total, the mean over repeats: float64 [n].
        repeats: by model, the metric of each repeat: float64 [r].
        counts: what each user's total is a sum of: float64 [n], above 0.
        sign: 1 if higher is better, else -1.
        root: whether `f` is the square root.
    """

    means: dict[str, NDArray[np.float64]]
    repeats: dict[str, NDArray[np.float64]]
    counts: NDArray[np.float64]
    sign: int
    root: bool

    @property
    def users(self) -> int:
        """Users behind each value."""
        return len(self.counts)

    def scaled(self, mean: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return `f` of means."""
        return np.sqrt(mean) if self.root else mean

    def over(self, totals: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        """Return the value over all users, and over all but each one: [n]."""
        total, count = totals.sum(), self.counts.sum()
        # A rounded sum of squares is never below one of them, so that roots exist.
        return float(self.scaled(total / count)), self.scaled(
            (total - totals) / (count - self.counts)
        )


def over_users(models: Mapping[str, ArrayLike], *, higher_is_better: bool = True) -> Metric:
    """Return a metric that is the mean over users, such as nDCG.

    A user for whom it is not defined (NaN), such as the recall of new items without any in the
    test, is left out; it must be the same users for every model.

    Args:
        models: by name, a value for each user `[n]`, or, of a model with repeats, `[r, n]`.
        higher_is_better: which way the metric points.

    Raises:
        ValueError: if there are no models, users differ between them, fewer than 2 are left, or a
            value is infinite.
    """
    found = _repeated(models)
    first = next(iter(found))
    defined = ~np.isnan(found[first]).any(axis=0)
    for name, one in found.items():
        other = np.flatnonzero((np.isnan(one) == defined).any(axis=0))
        if other.size:
            raise ValueError(
                f"expected a metric that is defined for the same users of every model, but of "
                f"'{first}' and '{name}' only one has a value for user {other[0]}"
            )
    kept = {name: one[:, defined] for name, one in found.items()}
    return _metric(kept, np.ones(np.count_nonzero(defined)), higher_is_better, root=False)


def over_ratings(models: Mapping[str, ArrayLike], counts: ArrayLike, *, root: bool) -> Metric:
    """Return an error over ratings, of which each user has some; lower is better.

    The sign-flip test of squared errors is one of RMSE as well: flipping a user's sign swaps the
    two models' errors of that user, the sum of both stays, and the difference of the roots grows
    with the difference of the sums.

    Args:
        models: by name, the sum of each user's errors `[n]`, squared ones for RMSE; of a model with
            repeats `[r, n]` (its value is then the root of the mean squared error of all repeats).
        counts: ratings of each user, `[n]`.
        root: True for RMSE, False for MAE.

    Raises:
        ValueError: if there are no models, users differ, fewer than 2 are left, a user has no
            rating, or a value is not finite.
    """
    ratings = checks.finite("counts", counts)
    if ratings.min() < 1:
        raise ValueError(
            f"expected users with at least 1 rating, received {ratings.min():g} of user "
            f"{int(ratings.argmin())}"
        )
    found = _repeated(models)
    first = next(iter(found))
    checks.same_length(counts=ratings, **{first: found[first][0]})
    return _metric(found, ratings, higher_is_better=False, root=root)


def _repeated(models: Mapping[str, ArrayLike]) -> dict[str, NDArray[np.float64]]:
    """Return the values of each model, `[r, n]`."""
    if not models:
        raise ValueError("expected the values of at least one model, received none")
    found = {name: np.atleast_2d(np.asarray(one, np.float64)) for name, one in models.items()}
    widths = {name: one.shape[-1] for name, one in found.items()}
    for name, one in found.items():
        if one.ndim != 2 or not one.shape[0]:
            raise ValueError(
                f"expected the values of '{name}' as [users] or [repeats, users], received an "
                f"array of shape {one.shape}"
            )
    if len(set(widths.values())) > 1:
        raise ValueError(f"expected values of the same users, received so many: {widths}")
    return found


def _metric(
    found: dict[str, NDArray[np.float64]],
    counts: NDArray[np.float64],
    higher_is_better: bool,
    *,
    root: bool,
) -> Metric:
    if len(counts) < 2:
        raise ValueError(
            f"expected at least 2 users, received {len(counts)}: an interval over users needs some"
        )
    for name, one in found.items():
        checks.finite(f"values of '{name}'", one, axes=(2,))
    made = Metric({}, {}, counts, 1 if higher_is_better else -1, root)
    for name, one in found.items():
        made.means[name] = one.mean(axis=0)
        made.repeats[name] = np.array([made.over(repeat)[0] for repeat in one])
    return made
