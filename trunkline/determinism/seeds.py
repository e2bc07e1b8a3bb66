"""Random numbers derived by name from the one root seed."""

import hashlib

import numpy as np


def derive(root: int, *names: str | int) -> int:
    """Return a 64-bit seed that depends on `root` and `names` only.

    Args:
        root: the seed of params.yaml.
        *names: what the numbers are for, e.g. `"digits", "labels", 3`.

    Example:
        >>> derive(7, "labels", 3) == derive(7, "labels", 3) != derive(7, "labels", 4)
        True
    """
    text = "/".join([str(root), *map(str, names)])
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8])


def generator(root: int, *names: str | int) -> np.random.Generator:
    """Return a generator of its own for these names (PCG64: the same numbers everywhere)."""
    return np.random.Generator(np.random.PCG64(derive(root, *names)))


def legacy(seed: int) -> np.random.RandomState:
    """Return the generator that `numpy.random.seed(seed)` sets, for splits published with it.

    Its numbers are frozen: MT19937, the same in every version of NumPy.

    Example:
        >>> legacy(42).random_sample()
        0.3745401188473625
    """
    return np.random.RandomState(seed)
