"""The score of an episode: the share of its queries that are told right, or how far off they are.

Shapes: E episodes, Q queries, W outputs.
"""

import numpy as np

METRICS = {"classes": "accuracy", "regression": "rmse"}


def scores(answers: np.ndarray, truth: np.ndarray, deviation: float = 1.0) -> np.ndarray:
    """Return the score of each episode, float64 [..., E].

    Of classes the accuracy: the first of the highest scores is what is answered. Of a regression
    the root of the mean squared error, in the unit of the target.

    Args:
        answers: [..., E, Q, W].
        truth: int32 [E, Q] of classes, float32 [E, Q] of a regression.
        deviation: of the target, which answers and truth are divided by.

    Raises:
        ValueError: an answer is no number.

    Example:
        >>> scores(np.array([[[0.1, 0.9], [0.8, 0.2]]]), np.array([[1, 1]], np.int32)).tolist()
        [0.5]
    """
    wrong = np.argwhere(~np.isfinite(answers).all(axis=(-1, -2)))
    if wrong.size:
        raise ValueError(
            f"expected finite answers, received none in test or validation episode "
            f"{int(wrong[0][-1]) + 1}, and in {len(wrong)} in all: steps on the episode lead "
            "nowhere; lower the rate of the method or the arm"
        )
    if truth.dtype == np.int32:
        return np.asarray(np.mean(answers.argmax(axis=-1) == truth, axis=-1, dtype=np.float64))
    errors = answers[..., 0].astype(np.float64) - truth
    return np.asarray(deviation * np.sqrt(np.mean(np.square(errors), axis=-1)))


def known(answers: np.ndarray, truth: np.ndarray, deviation: float = 1.0) -> np.ndarray:
    """Return the score of each episode after each number of steps, float64 [P, E].

    NaN for all episodes after so many steps that answers of one of them are no numbers: a mean
    over the others would be of other episodes.

    Args:
        answers: [P, E, Q, W].
        truth: as `scores`.
        deviation: likewise.

    Example:
        >>> answers = np.array([[[[0.1, 0.9]]], [[[np.nan, np.nan]]]])
        >>> known(answers, np.array([[1]], np.int32)).tolist()
        [[1.0], [nan]]
    """
    fine = np.asarray(np.isfinite(answers).all(axis=(1, 2, 3)))  # [P]
    found = scores(np.where(fine[:, None, None, None], answers, 0), truth, deviation)
    return np.where(fine[:, None], found, np.nan)


def gain(values: np.ndarray, metric: str) -> np.ndarray:
    """Return scores so that larger is better.

    Example:
        >>> gain(np.array([0.5]), "rmse").tolist()
        [-0.5]
    """
    return values if metric == "accuracy" else -values
