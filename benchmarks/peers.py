"""The peers' side: as their documentation writes it, nothing pinned."""

import warnings
from collections.abc import Callable

import keras
from sklearn.neural_network import MLPClassifier

from benchmarks import cases


def make() -> dict[str, Callable[[], None]]:
    """Return what is timed, by name."""
    return {
        "multitask, keras fit": _keras_multitask(),
        "multitask, scikit-learn": _scikit_learn(),
        "conv, keras fit": _keras_conv(),
    }


def _keras_multitask() -> Callable[[], None]:
    """Return the two-headed model of the tutorials: Dense(128), sigmoid heads, Adam, fit."""
    x, (first, second) = cases.tables()
    inputs = keras.Input((100,))
    hidden = keras.layers.Dense(128, activation="relu")(inputs)
    heads = [keras.layers.Dense(1, activation="sigmoid")(hidden) for _ in range(2)]
    model = keras.Model(inputs, heads)
    model.compile("adam", ["binary_crossentropy"] * 2)

    def run() -> None:
        model.fit(x, [first, second], epochs=cases.EPOCHS, batch_size=cases.BATCH, verbose=0)

    return run


def _keras_conv() -> Callable[[], None]:
    """Return the network of our conv trunk with a head of ten classes."""
    x, y = cases.pictures()
    layers: list[keras.layers.Layer] = [keras.Input((28, 28, 1))]
    for _ in range(4):
        layers += [
            keras.layers.Conv2D(16, 3, strides=2, padding="same"),
            keras.layers.BatchNormalization(),
            keras.layers.ReLU(),
        ]
    layers += [keras.layers.Flatten(), keras.layers.Dense(10)]
    model = keras.Sequential(layers)
    model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))

    def run() -> None:
        model.fit(x, y, epochs=cases.CONV_EPOCHS, batch_size=cases.BATCH, verbose=0)

    return run


def _scikit_learn() -> Callable[[], None]:
    """Return MLPClassifier with the same layer, batch size and epochs."""
    x, y = cases.tables()
    model = MLPClassifier(
        (128,), batch_size=cases.BATCH, max_iter=cases.EPOCHS, tol=0, n_iter_no_change=100, alpha=0
    )

    def run() -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # ten epochs are not meant to converge
            model.fit(x, y.T)

    return run
