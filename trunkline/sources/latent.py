"""A generated table of known truth: labels are functions of hidden factors, features mix them.

Half of the factors belong to the source task; it ignores the others, and a small network trained
on it learns to pass them by. Its hidden units are also those of `shared` and `amount`: transfer
helps. `unrelated` is a straight line through the ignored factors, which any network finds from
a few labels: a trunk that may move gains nothing and loses nothing, a frozen one loses.
`contradicting` needs hidden units of the ignored factors: what the source calls the same it calls
different, and the other way round, so that a trunk trained on the source is worse than none.

Only additions, products, quotients and square roots are used, in a fixed order, so that the table
has the same bits on every processor.
"""

import math

import numpy as np
import pandas as pd

from trunkline.determinism import seeds
from trunkline.settings.dataset import Latent

UNITS = 6  # hidden units behind each group of factors


def table(settings: Latent, seed: int) -> pd.DataFrame:
    """Return `rows` rows of the source domain, then as many of the target domain.

    Args:
        settings: rows, features, factors, noise, and how strong the relation is.
        seed: the root seed.

    Returns:
        `domain` (text); `feature_00` and so on, float32; `source`, `shared`, `unrelated`,
        `contradicting`, int64 0 or 1, each half of the rows (but for label noise); `amount`,
        float32 of mean 0 and deviation 1.
    """
    own = _normal(seed, "own", 2 * settings.rows, settings.factors)  # of the source task
    other = _normal(seed, "other", 2 * settings.rows, settings.factors)  # it ignores these
    units, other_units = _units(own, seed, "own"), _units(other, seed, "other")
    scores = {
        "source": _readout(units, seed, "source"),
        "shared": _mixed(units, other_units, seed, settings.strength),
        "unrelated": _line(other, seed, "unrelated"),
        "contradicting": _readout(other_units, seed, "contradicting"),
    }
    labels = {
        name: _flipped(_upper_half(score), settings.label_noise, seed, name)
        for name, score in scores.items()
    }
    amount = _standardised(_readout(units, seed, "amount")).astype(np.float32)
    domain = np.repeat(["source", "target"], settings.rows)
    features = _features(np.hstack([own, other]), settings, seed)
    frame = pd.DataFrame({"domain": pd.Series(domain, dtype="str"), **features, **labels})
    return frame.assign(amount=amount)


def _features(factors: np.ndarray, settings: Latent, seed: int) -> dict[str, np.ndarray]:
    """Return mixtures of all factors with noise, each of variance 1 + noise^2 on average."""
    weights = _normal(seed, "mixing", factors.shape[1], settings.features)
    signal = _product(factors, weights) / math.sqrt(factors.shape[1])  # [rows, features]
    noise = settings.noise * _normal(seed, "noise", *signal.shape)
    digits = max(2, len(str(settings.features - 1)))
    columns = (signal + noise).astype(np.float32).T
    return {f"feature_{place:0{digits}d}": column for place, column in enumerate(columns)}


def _units(factors: np.ndarray, seed: int, group: str) -> np.ndarray:
    """Return h = |w z| of mean 0 and deviation 1, `[rows, UNITS]`.

    An absolute value looks the same from both sides, so no straight line through the features
    separates the labels: a network must learn these units, and few labels do not show them.
    """
    weights = _normal(seed, f"{group} units", factors.shape[1], UNITS)
    columns = [_standardised(column) for column in np.abs(_product(factors, weights)).T]
    return np.column_stack(columns)


def _readout(units: np.ndarray, seed: int, name: str) -> np.ndarray:
    """Return a weighted sum of all units, `[rows]`; weights are +- 0.5 to 1.5."""
    generator = seeds.generator(seed, "latent", f"{name} readout")
    signs = generator.choice([-1.0, 1.0], units.shape[1])
    weights = signs * generator.uniform(0.5, 1.5, units.shape[1])
    return _product(units, weights[:, None])[:, 0]


def _mixed(units: np.ndarray, others: np.ndarray, seed: int, strength: float) -> np.ndarray:
    """Return `s a + sqrt(1 - s^2) b`, `[rows]`: a of the source's units, b of the others.

    Both have mean 0 and deviation 1, so that s is the correlation with a.
    """
    own = _readout(units, seed, "shared")
    if strength == 1:
        return own
    other = _standardised(_readout(others, seed, "shared, other"))
    return strength * _standardised(own) + math.sqrt(1 - strength**2) * other


def _line(factors: np.ndarray, seed: int, name: str) -> np.ndarray:
    """Return a straight line through the factors, `[rows]`: any network finds it alike."""
    return _product(factors, _normal(seed, name, factors.shape[1], 1))[:, 0]


def _upper_half(score: np.ndarray) -> np.ndarray:
    """Return 1 where the score is above its median, else 0."""
    above: np.ndarray = score > np.median(score)
    return above.astype(np.int64)


def _flipped(labels: np.ndarray, share: float, seed: int, name: str) -> np.ndarray:
    """Return the labels with each one changed at a probability of `share`."""
    drawn = seeds.generator(seed, "latent", f"{name} noise").random(len(labels))
    return np.where(drawn < share, 1 - labels, labels)


def _standardised(values: np.ndarray) -> np.ndarray:
    """Return values of mean 0 and deviation 1; sums are exact, thus the same everywhere."""
    centred = values - math.fsum(values) / len(values)
    scaled: np.ndarray = centred / math.sqrt(math.fsum(centred * centred) / len(values))
    return scaled


def _product(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Return the matrix product, summed term by term: BLAS adds in an order of its own."""
    total: np.ndarray = left[:, :1] * right[:1]
    for place in range(1, left.shape[1]):
        total = total + left[:, place : place + 1] * right[place : place + 1]
    return total


def _normal(seed: int, name: str, *shape: int) -> np.ndarray:
    return seeds.generator(seed, "latent", name).standard_normal(shape)
