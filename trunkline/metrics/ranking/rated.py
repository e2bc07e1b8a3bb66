"""How far predicted ratings are off: sums for each user, and over all ratings.

Both errors are of ratings, not of users: a user with many test ratings counts more. What a user
adds to the sums is kept apart, so that users can be resampled.

Shapes: m ratings in the test, U users, n users with a test rating.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from trunkline.metrics import checks


class Errors(NamedTuple):
    """Errors of predicted ratings, summed over each user's.

    Attributes:
        users: places of users with a test rating, rising: int64 [n].
        squared: sum of squared errors: float64 [n].
        absolute: sum of absolute errors: float64 [n].
        counts: ratings: int64 [n].
    """

    users: NDArray[np.int64]
    squared: NDArray[np.float64]
    absolute: NDArray[np.float64]
    counts: NDArray[np.int64]

    def rmse(self) -> float:
        """Root mean squared error over all ratings: `sqrt(sum squared / sum counts)`."""
        return float(np.sqrt(self.squared.sum() / self.counts.sum()))

    def mae(self) -> float:
        """Mean absolute error over all ratings: `sum absolute / sum counts`."""
        return float(self.absolute.sum() / self.counts.sum())

    def rmse_of_users(self) -> NDArray[np.float64]:
        """Root mean squared error of each user's ratings: [n]."""
        return np.sqrt(self.squared / self.counts)

    def mae_of_users(self) -> NDArray[np.float64]:
        """Mean absolute error of each user's ratings: [n]."""
        return self.absolute / self.counts


def errors(user: NDArray[np.integer], rating: ArrayLike, predicted: ArrayLike) -> Errors:
    """Return what each user's test ratings add to the errors.

    Args:
        user: place of each rating's user, `[m]`.
        rating: true ratings, `[m]`.
        predicted: on the same scale, `[m]`.

    Raises:
        ValueError: if lengths differ, there are no ratings, or a number is not finite.
    """
    truth, guessed = checks.finite("rating", rating), checks.finite("predicted", predicted)
    checks.same_length(user=np.asarray(user), rating=truth, predicted=guessed)
    users, place, counts = np.unique(user, return_inverse=True, return_counts=True)
    off = guessed - truth
    squared, absolute = (np.bincount(place, one).astype(np.float64) for one in (off**2, abs(off)))
    return Errors(users.astype(np.int64), squared, absolute, counts.astype(np.int64))
