"""What episodes can be drawn from in each part, told by the columns that name tasks alone.

So that whether a test can be drawn is known before anything is trained, without a look at what the
test asks: its inputs and, of a regression, its numbers.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from trunkline.data.stored import Stored
from trunkline.settings.metalearning.episodes import Episodes
from trunkline.tasks import disjoint, episodes_pool, episodes_rows

Counts = dict[str, int | None]


def keys(table: Stored, episodes: Episodes, part: str) -> pd.DataFrame:
    """Return the columns that say which episodes a row can be of; no other is read.

    The numbers of a regression do not say it: a 0 stands for each.

    Args:
        table: the rows of a part.
        episodes: what an episode is.
        part: what messages call it.

    Raises:
        ValueError: a column does not exist.
    """
    episodes_rows.exist(list(table.types), episodes, part)
    if episodes.kind == "classes":
        return table.whole(list(dict.fromkeys(episodes.columns.values())))
    return table.whole([str(episodes.group)]).assign(**{episodes.target: 0.0})


def counted(parts: Mapping[str, pd.DataFrame], episodes: Episodes) -> dict[str, Counts]:
    """Return what each part has, where episodes can be drawn from all of them.

    Args:
        parts: the keys of `training`, `validation` and `test` rows.
        episodes: what an episode is.

    Returns:
        For each part rows, classes, groups and parents; `tasks`, the classes or groups that
        episodes are drawn from, turned ones included and rare ones left out; `clusters`, the
        parents or groups of these. None: there are none, or they were not read.

    Raises:
        ValueError: as `episodes_rows.check`, `disjoint.check` and `episodes_pool.pool`.
    """
    for part, frame in parts.items():
        episodes_rows.check(frame, episodes, part)
    disjoint.check(parts, episodes)
    classes = episodes_pool.fixed(parts["training"], episodes)
    return {
        part: _counts(frame, episodes) | _drawn_from(frame, episodes, classes, part)
        for part, frame in parts.items()
    }


def agree(
    parts: Mapping[str, pd.DataFrame], told: Mapping[str, Counts], episodes: Episodes
) -> None:
    """Pass the rows of parts that have what was counted.

    Raises:
        ValueError: they have not; names the part and what differs.
    """
    for part, frame in parts.items():
        episodes_rows.exist([str(name) for name in frame.columns], episodes, part)
        for what, count in _counts(frame, episodes).items():
            counted = told.get(part, {}).get(what)
            if counted != count:
                raise ValueError(
                    f"the {part} rows and what `episodes` counted differ in their {what}: it "
                    f"counted {counted}, there are {count}; they were not made together, run `dvc "
                    "repro` to make both again"
                )


def _counts(frame: pd.DataFrame, episodes: Episodes) -> Counts:
    named = {"classes": episodes.target, "groups": episodes.group, "parents": episodes.parent}
    if episodes.kind == "regression":
        named["classes"] = None
    found = {
        what: None if column is None else int(frame[column].nunique())
        for what, column in named.items()
    }
    return {"rows": len(frame)} | found


def _drawn_from(
    frame: pd.DataFrame, episodes: Episodes, classes: tuple[object, ...] | None, part: str
) -> Counts:
    """Return how many tasks and clusters are left, of pictures of a pixel that stand for inputs."""
    pixels = np.zeros((len(frame), 1, 1, 1), np.float32)
    pool = episodes_pool.pool(frame, pixels, episodes, classes=classes, part=part)
    clusters = len(np.unique(pool.cluster)) if episodes.group or episodes.parent else None
    return {"tasks": len(pool.names), "clusters": clusters}
