"""First weights of dense layers."""

from collections.abc import Mapping

import keras
import numpy as np

Weights = Mapping[str, keras.Variable]


def dense(made: Weights, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Return first weights: of a kernel [outputs, inputs] by chance, of all else 0.

    A kernel's are normal with the variance 2 / (outputs + inputs).

    References:
        Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural
        networks", AISTATS 2010, equation 12 (there of even numbers).
    """
    start = {name: np.zeros(weight.shape, np.float32) for name, weight in made.items()}
    for name in sorted(name for name, first in start.items() if first.ndim == 2):
        spread = np.float32((2 / sum(start[name].shape)) ** 0.5)
        start[name] = np.multiply(spread, rng.standard_normal(start[name].shape, np.float32))
    return start
