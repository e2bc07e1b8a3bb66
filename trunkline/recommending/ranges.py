"""Where the options of each model are searched: the one table of it.

An option that is not here stays as it is stated: what costs time alone (sweeps, epochs), and what
belongs to the question. `tune.ranges` of a study takes the place of single ranges.
"""

import dataclasses
from collections.abc import Mapping
from typing import Any

import numpy as np

from trunkline.determinism import seeds
from trunkline.settings.tuning import Range, numeric
from trunkline.training.tuning import spaces

Choice = tuple[str, ...]  # one of several words
Span = Range | Choice


def _log(low: float, high: float) -> Range:
    return Range(low=float(low), high=float(high), log=True)


def _even(low: float, high: float) -> Range:
    return Range(low=float(low), high=float(high))


_NEIGHBOURS: Mapping[str, Span] = {
    "neighbours": _log(10, 500),
    "shrink": _even(0, 200),
    "weighting": ("none", "tf_idf", "bm25"),
}
_RATE = _log(0.0003, 0.03)
RANGES: Mapping[str, Mapping[str, Span]] = {
    "random": {},
    "most_popular": {},
    "item_knn": _NEIGHBOURS,
    "user_knn": _NEIGHBOURS,
    "ease": {
        "regularisation": _log(10, 5000),
        "dropout": _even(0, 0.8),
        "frequency": _even(0, 1),
        "activity": _even(0, 1),
    },
    "pure_svd": {"factors": _log(4, 256)},
    "ials": {
        "factors": _log(8, 64),
        "unobserved": _log(0.02, 2),
        "regularisation": _log(0.001, 0.3),
        "frequency": _even(0, 1),
    },
    "slim": {"l1": _log(0.1, 10), "l2": _log(1, 1000)},
    "mf_bpr": {
        "factors": _log(16, 256),
        "learning_rate": _RATE,
        "l2": _log(0.003, 0.3),
        "popularity": _even(0, 1),
    },
    "two_tower": {
        "size": _log(8, 128),
        "learning_rate": _RATE,
        "l2": _log(1, 100),
        "temperature": _log(0.3, 3),
    },
    "neumf": {
        "factors": _log(4, 64),
        "learning_rate": _log(0.0003, 0.01),
        "l2": _log(0.001, 0.1),
    },
    "dot_mlp": {"learning_rate": _RATE, "l2": _log(0.3, 300)},
    "multi_vae": {
        "hidden": _log(150, 2400),
        "latent": _log(64, 512),
        "learning_rate": _log(0.0002, 0.003),
        "dropout": _even(0.4, 0.9),
        "beta": _log(0.001, 0.025),
    },
    "light_gcn": {
        "layers": _even(1, 4),
        "loss": ("bpr", "softmax"),
        "learning_rate": _log(0.004, 0.1),
        "l2": _log(0.000001, 0.01),
    },
    "sasrec": {
        "blocks": _even(1, 3),
        "learning_rate": _log(0.0005, 0.02),
        "dropout": _even(0, 0.6),
    },
    "bias": {"item_damping": _log(0.3, 50), "user_damping": _log(0.3, 50)},
    "biased_mf": {
        "factors": _log(4, 64),
        "regularisation": _log(0.02, 0.5),
        "damping": _log(0.3, 50),
    },
}


def of(name: str, own: Mapping[str, Range] | None = None) -> dict[str, Span]:
    """Return where the options of a model are searched.

    Args:
        name: of the model.
        own: by option, what takes the place of its range here.
    """
    return {**RANGES[name], **(own or {})}


def drawn(name: str, stated: Any, spans: Mapping[str, Span], *, trial: int, seed: int) -> Any:
    """Return the options of a trial: those in `spans` are drawn, the others as stated.

    Args:
        name: of the model.
        stated: its options, a frozen dataclass; they are those of trial 0.
        spans: by option, its range, or the words it may be.
        trial: its number.
        seed: of the study.

    Raises:
        ValueError: the options have no such number.
    """
    values: dict[str, object] = {}
    for option, span in spans.items() if trial else ():
        generator = seeds.generator(seed, "tune", name, trial, option)
        if isinstance(span, Range):
            values[option] = _number(name, stated, option, span, generator)
        else:
            values[option] = span[int(generator.integers(len(span)))]
    return dataclasses.replace(stated, **values)


def _number(
    name: str, stated: Any, option: str, span: Range, generator: np.random.Generator
) -> float:
    """Return a number on a grid of the range, of four digits."""
    numbers = numeric(stated)
    if option not in numbers:
        raise ValueError(
            f"model '{name}': there is a range of '{option}', which is no number among its "
            f"options: expected one of {', '.join(numbers) or 'none'}"
        )
    place = int(generator.integers(spaces.STEPS + 1))
    whole = numbers[option][0] is int
    return spaces.Dimension(span, whole, getattr(stated, option)).value(place)
