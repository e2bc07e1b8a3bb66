"""From the rows of a part to what episodes are drawn from, with every doubt raised first.

Letters: N rows, K classes (or groups), V variants of a picture.
"""

from dataclasses import replace

import numpy as np
import pandas as pd

from trunkline.settings.metalearning.episodes import Episodes
from trunkline.tasks import episodes_enough, episodes_rows, expanding
from trunkline.tasks.episodes import Pool


def pool(
    frame: pd.DataFrame,
    x: np.ndarray,
    episodes: Episodes,
    *,
    classes: tuple[object, ...] | None,
    part: str,
) -> Pool:
    """Return the rows of a part with the class, group and parent of each.

    Args:
        frame: the part, with the columns that `episodes` names.
        x: its encoded rows, float32 [N, *shape].
        episodes: what an episode is.
        classes: with `group`, the classes of every group, in the order of their numbers, as
            `fixed` finds them; else None.
        part: which it is, such as `training`.

    Raises:
        ValueError: a column does not exist or has missing values, or numbers that are none; there
            are too few rows, classes or groups for an episode; rows are no pictures to be turned.
    """
    episodes_rows.check(frame, episodes, part)
    if episodes.group is not None:
        return _of_groups(frame, x, episodes, classes or (), part)
    found = _of_classes(frame, x, episodes, part)
    if episodes.expands(part):
        found = _expanded(found, episodes)
    return episodes_enough.ways(found, episodes, part)


def fixed(frame: pd.DataFrame, episodes: Episodes) -> tuple[object, ...] | None:
    """Return the classes of every group, by the training rows; None: episodes have their own.

    Args:
        frame: the training rows.
        episodes: what an episode is.

    Raises:
        ValueError: a column does not exist or has missing values; there is one class.
    """
    if episodes.group is None or episodes.kind == "regression":
        return None
    episodes_rows.check(frame, episodes, "training")
    values = tuple(sorted(frame[episodes.target].unique().tolist()))
    if len(values) < 2:
        raise ValueError(
            f"episodes.target: column '{episodes.target}' has one class, {values[0]!r}, in the "
            "training rows: expected two or more to be told apart"
        )
    return values


def _of_classes(frame: pd.DataFrame, x: np.ndarray, episodes: Episodes, part: str) -> Pool:
    """Return a pool whose tasks are draws of classes; a cluster is a parent."""
    y, names = episodes_rows.numbered(frame[episodes.target])
    parents: tuple[str, ...] = ()
    parent, cluster = np.zeros(len(frame), np.int32), np.full(len(frame), -1, np.int32)
    if episodes.parent is not None:
        episodes_rows.one_parent(frame, episodes, part)
        parent, parents = episodes_rows.numbered(frame[episodes.parent])
        cluster = parent
    found = Pool(x, y, y, parent, cluster, names, episodes.ways)
    return episodes_enough.of_classes(found, parents, episodes, part)


def _expanded(found: Pool, episodes: Episodes) -> Pool:
    """Return the pool with each variant's classes behind those before it, `[V * N]` rows."""
    variants = expanding.variants(episodes.expand)
    apart = np.repeat(np.arange(len(variants), dtype=np.int32), len(found.y))  # [V * N]
    y = np.tile(found.y, len(variants)) + apart * np.int32(len(found.names))
    parents = (
        np.int32(found.parent.max(initial=0) + 1) if episodes.parent is not None else np.int32(0)
    )
    return replace(
        found,
        x=expanding.pictures(found.x, episodes.expand),
        y=y,
        group=y,
        parent=np.tile(found.parent, len(variants)) + apart * parents,
        cluster=np.tile(found.cluster, len(variants)),
        names=tuple(variant.name(name) for variant in variants for name in found.names),
    )


def _of_groups(
    frame: pd.DataFrame, x: np.ndarray, episodes: Episodes, classes: tuple[object, ...], part: str
) -> Pool:
    """Return a pool with a task for each group, which is its cluster."""
    group, names = episodes_rows.numbered(frame[str(episodes.group)])
    if episodes.kind == "regression":
        y = episodes_rows.amounts(frame[episodes.target], episodes, part)
    else:
        y = episodes_rows.among(frame[episodes.target], classes, episodes, part)
    found = Pool(x, y, group, np.zeros_like(group), group, names, len(classes))
    return episodes_enough.of_groups(found, episodes, [str(name) for name in classes], part)
