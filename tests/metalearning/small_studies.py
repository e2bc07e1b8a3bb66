"""Small studies of meta-learners on tables made here."""

import numpy as np
import pandas as pd

from trunkline.settings.inputs import Inputs
from trunkline.settings.judging import Evaluate
from trunkline.settings.metalearning.arms import Arms, Stepping
from trunkline.settings.metalearning.episodes import Episodes
from trunkline.settings.metalearning.study import Metalearner, Outer
from trunkline.settings.study import Network, Training

STEPS = Stepping(rates=(0.01, 0.05), steps=(2, 12))


def seeded(seed=0):
    """Return a generator, the same for the same seed."""
    return np.random.Generator(np.random.PCG64(seed))


def lines(tasks, first, seed=0):
    """Return tasks y = 3 + a x, whose slope a is their own: 16 rows each, x from -2 to 2."""
    rng = seeded(seed)
    x = rng.uniform(-2, 2, (tasks, 16))
    y = 3 + rng.normal(0, 1, (tasks, 1)) * x
    names = np.repeat([f"task {first + number:03d}" for number in range(tasks)], 16)
    frame = pd.DataFrame({"task": names, "x": x.ravel(), "y": y.ravel()})
    frame.insert(0, "row_id", [f"{first}-{row}" for row in range(len(frame))])
    return frame


def blobs(classes, first, seed=0):
    """Return 12 rows of each class, told apart by two of six numbers; the others are noise."""
    rng = seeded(seed)
    centres = rng.normal(0, 3, (classes, 2))
    x = np.concatenate([
        np.repeat(centres, 12, axis=0) + 0.3 * rng.normal(size=(classes * 12, 2)),
        3 * rng.normal(size=(classes * 12, 4)),
    ], axis=1)  # fmt: skip
    frame = pd.DataFrame(x, columns=[f"f{number}" for number in range(6)])
    frame["kind"] = np.repeat([f"class {first + number:02d}" for number in range(classes)], 12)
    frame["family"] = "family " + (frame["kind"].str[-2:].astype(int) // 4).astype(str)
    frame.insert(0, "row_id", [f"{first}-{row}" for row in range(len(frame))])
    return frame


def of_lines(methods, **changed):
    """Return a study of `lines`."""
    episodes = Episodes(
        target="y", kind="regression", group="task", shots=4, queries=8, train=160, validation=10,
        test=12,
    )  # fmt: skip
    long = Outer(learning_rate=0.01, epochs=20, patience=20, batch_size=8)
    return study(
        episodes, methods, Inputs(columns=("x",), scale="none"), **({"training": long} | changed)
    )


def of_blobs(methods, parent=None, **changed):
    """Return a study of `blobs`, three classes from two rows each."""
    episodes = Episodes(
        target="kind", ways=3, shots=2, queries=4, train=40, validation=12, test=30, parent=parent
    )
    return study(episodes, methods, Inputs(columns=("f*",)), **changed)


def study(episodes, methods, inputs, **changed):
    """Return a study that takes seconds."""
    options = {
        "title": "Small", "dataset": "small", "inputs": inputs, "episodes": episodes, "repeats": 2,
        "network": Network(widths=(16,)), "methods": methods,
        "training": Outer(learning_rate=0.01, epochs=4, patience=4, batch_size=8),
        "pretraining": Training(epochs=3, patience=3),
        "arms": Arms(scratch=STEPS, fine_tune=STEPS, linear_probe=None),
        "evaluate": Evaluate(resamples=199),
    }  # fmt: skip
    return Metalearner(**(options | changed))
