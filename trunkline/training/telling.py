"""What balanced runs tell, as tables over epochs, tasks and repeats."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from trunkline.training import affinity
from trunkline.training.records import Key
from trunkline.training.trainer import Fit

WEIGHT_COLUMNS = ["arm", "budget", "epoch", "task", "weight"]
CONFLICT_COLUMNS = ["arm", "budget", "epoch", "conflicts", "cosine"]
AFFINITY_COLUMNS = ["repeat", "source", "target", "affinity"]
Runs = Mapping[Key, Sequence[Fit]]


def tables(fits: Runs, tasks: Sequence[str]) -> dict[str, pd.DataFrame]:
    """Return `weights` and `conflicts` of each epoch, those of them that were told.

    Args:
        fits: the repeats of each arm; only joint networks under a balancer tell something.
        tasks: names, in the order of the losses.

    Returns:
        Means over the repeats that ran so long, for epochs that half of them reached:
        `WEIGHT_COLUMNS` and `CONFLICT_COLUMNS`.
    """
    weights, conflicts = [], []
    for key, runs in fits.items():
        told = [run.told for run in runs if run.told is not None]
        place = {"arm": key.arm, "budget": key.budget}
        for number, row in enumerate(_means([one.weights for one in told])):
            weights += [
                {**place, "epoch": number + 1, "task": task, "weight": round(float(weight), 6)}
                for task, weight in zip(tasks, row, strict=True)
                if np.isfinite(weight)
            ]
        seen = [np.stack([one.conflicts, one.cosines], 1) for one in told]
        for number, (share, cosine) in enumerate(_means(seen)):
            if np.isfinite(share):
                values = {"conflicts": round(float(share), 6), "cosine": round(float(cosine), 6)}
                conflicts.append({**place, "epoch": number + 1, **values})
    found = {
        "weights": pd.DataFrame(weights, columns=WEIGHT_COLUMNS),
        "conflicts": pd.DataFrame(conflicts, columns=CONFLICT_COLUMNS),
    }
    return {name: table for name, table in found.items() if len(table)}


def affinities(fits: Sequence[Fit], tasks: Sequence[str]) -> dict[str, object]:
    """Return the `affinity` of each repeat and the `groups` that their mean proposes.

    Args:
        fits: repeats under `affinity.build()`.
        tasks: names, in the order of the losses.

    Returns:
        A table of `AFFINITY_COLUMNS`, what a step of the source does for the target, and groups
        of names.
    """
    matrices = [affinity.mean(fit.told.state) for fit in fits if fit.told is not None]
    rows = [
        (repeat, source, target, round(float(matrix[i, j]), 9))
        for repeat, matrix in enumerate(matrices)
        for i, source in enumerate(tasks)
        for j, target in enumerate(tasks)
    ]
    groups = affinity.grouped(np.mean(matrices, axis=0))
    return {
        "affinity": pd.DataFrame(rows, columns=AFFINITY_COLUMNS),
        "groups": [[tasks[task] for task in group] for group in groups],
    }


def _means(runs: Sequence[np.ndarray]) -> list[np.ndarray]:
    """Return the mean of each epoch [E, ...] that at least half of the runs reached."""
    lengths = sorted(len(run) for run in runs)
    epochs = lengths[len(lengths) // 2] if lengths else 0
    return [
        np.mean([run[epoch].astype(np.float64) for run in runs if len(run) > epoch], axis=0)
        for epoch in range(epochs)
    ]
