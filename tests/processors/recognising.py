"""The one-shot recogniser: the pieces of work whose bits are compared."""

import dataclasses
from collections.abc import Iterator

import numpy as np
import tensorflow as tf

from tests.metalearning.oneshot import examples
from tests.processors.work import digest
from trunkline.determinism import seeds
from trunkline.metalearning.oneshot import (
    baselines,
    imagining,
    learning,
    matching,
    recogniser,
    strokes,
)
from trunkline.metalearning.oneshot.network import Descriptions
from trunkline.metalearning.oneshot.strokes import Strokes
from trunkline.settings.metalearning.oneshot import OneShot

SETTINGS = OneShot(steps=2, classes=4, together=3, blocks=1, points=64)  # a trunk of its widths
CLASSES = 40  # of a step: more neighbours of a place than a product adds in one go
MAPS = (3, 3, 16)  # of a description's places


def results() -> Iterator[tuple[str, str]]:
    """Trace and match a few drawings, draw characters anew, learn from them and tell them apart."""
    known = examples.characters(each=2, drawers=2)
    learned, told = known.ink[:, 0], known.ink[:, 1]
    found = strokes.traced(known.ink.reshape(-1, *known.ink.shape[2:]), SETTINGS.points)
    yield "strokes", digest(*found)
    one, other = found.at(np.arange(0, 12, 2)), found.at(np.arange(1, 12, 2))
    yield "matched strokes", digest(matching.costs(other, one, SETTINGS.matched))
    yield "pixels and Hausdorff", digest(*(
        arm(told, learned) for arm in (baselines.pixels, baselines.hausdorff)
    ))  # fmt: skip
    yield "characters drawn anew", digest(*_imagined(found, known.alphabet))
    fitted = recogniser.fit(known, SETTINGS, 1, "processors")
    yield "recogniser: weights", digest(*(a for one in fitted.arrays() for a in one.values()))
    items, classes = fitted.see(told), fitted.see(learned)
    yield "recogniser: descriptions", digest(*(np.asarray(p) for d in items.described for p in d))
    yield "recogniser: scores of strokes", digest(fitted.by_strokes(items, classes))
    yield "recogniser: scores of networks", digest(fitted.by_network(items, classes))
    yield "loss of many characters", digest(*_slopes())


def _imagined(found: Strokes, alphabet: np.ndarray) -> Iterator[np.ndarray]:
    """Yield batches of composites alone, and of none."""
    shaped = Strokes(*(array.reshape(6, 2, *array.shape[1:]) for array in found))
    for composites in (0.0, 1.0):
        settings = dataclasses.replace(SETTINGS, composites=composites)
        rng = seeds.generator(1, "imagined", str(composites))
        yield imagining.batch(shaped, alphabet, settings, rng)


def _slopes() -> list[np.ndarray]:
    """Return the loss of two drawings each of many characters, and its gradient."""
    rng = seeds.generator(1, "descriptions")
    shapes = ((2 * CLASSES, *MAPS), (2 * CLASSES, 1024))
    parts = [tf.constant(rng.standard_normal(shape), tf.float32) for shape in shapes]
    scales = tf.constant([2.0, 2.5])

    @tf.function  # type: ignore[untyped-decorator]  # TensorFlow is untyped
    def slopes() -> list[tf.Tensor]:
        with tf.GradientTape() as tape:
            tape.watch([*parts, scales])
            value = learning.compared(Descriptions(*parts), scales)
        return [value, *tape.gradient(value, [*parts, scales])]

    return [one.numpy() for one in slopes()]
