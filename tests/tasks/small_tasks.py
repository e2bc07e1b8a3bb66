"""Tables of small tasks, and pools of them."""

from typing import Any

import numpy as np
import pandas as pd

from trunkline.settings.metalearning.episodes import Episodes
from trunkline.tasks import episodes_pool
from trunkline.tasks.episodes import Pool


def of_classes(classes: int = 6, rows: int = 8, parents: int = 0) -> pd.DataFrame:
    """Return rows of each class, mixed; class k is of parent `k % parents`."""
    number = np.arange(classes * rows) % classes
    frame = pd.DataFrame({"letter": pd.Series([f"letter {k:02d}" for k in number], dtype="str")})
    if parents:
        frame["alphabet"] = pd.Series([f"alphabet {k % parents}" for k in number], dtype="str")
    return frame


def of_groups(groups: int = 4, rows: int = 12) -> pd.DataFrame:
    """Return rows of each group, mixed, half of them of each class, with an amount."""
    number = np.arange(groups * rows)
    return pd.DataFrame(
        {
            "school": pd.Series([f"school {k % groups}" for k in number], dtype="str"),
            "passed": np.where(number // groups % 2 == 0, "no", "yes"),
            "grade": (number * 0.25).astype(np.float64),
        }
    )


def pictures(rows: int, height: int = 2, width: int = 2) -> np.ndarray:
    """Return a picture of each row, all pixels different."""
    size = rows * height * width
    return np.arange(size, dtype=np.float32).reshape(rows, height, width, 1)


def asked(**options: Any) -> Episodes:
    """Return what an episode is: of letters, unless told otherwise."""
    return Episodes(**({"target": "letter", "ways": 3, "shots": 2, "queries": 3} | options))


def of_schools(**options: Any) -> Episodes:
    """Return what an episode of a school is."""
    sizes = {"target": "passed", "group": "school", "shots": 2, "queries": 3}
    return Episodes(**(sizes | options))


def pool(frame: pd.DataFrame, episodes: Episodes, x: np.ndarray | None = None) -> Pool:
    """Return the pool of training rows, expanded if that is asked."""
    rows = pictures(len(frame)) if x is None else x
    classes = episodes_pool.fixed(frame, episodes)
    return episodes_pool.pool(frame, rows, episodes, classes=classes, part="training")
