"""One adapted function of one number, before and after; and embeddings in two directions.

Shapes: E test episodes, S rows of a support, Q queries, G more episodes, N rows.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from trunkline.data import encoders, tables
from trunkline.metalearning import registry, rotating
from trunkline.metalearning.gathering import Known
from trunkline.metalearning.judging import Said
from trunkline.settings.metalearning.study import Metalearner
from trunkline.tasks.episodes import Episodes, Pool

GRID = 100  # numbers between the least and the largest of the test rows
CLASSES, EACH = 8, 20  # of which embeddings are shown
DECIMALS = 6


class Grid(NamedTuple):
    """The numbers at which a function is drawn.

    Attributes:
        column: their name.
        values: float64 [GRID]; empty: rows have more than one number, or classes are told apart.
        x: float32 [GRID, 1], encoded.
    """

    column: str
    values: np.ndarray
    x: np.ndarray


def grid(test: pd.DataFrame, study: Metalearner, known: Known) -> Grid:
    """Return numbers from the least to the largest of the test rows, encoded."""
    columns = tables.columns(test, study.inputs.columns)
    one = len(columns) == 1 and len(known.encoder.names) == 1
    if study.episodes.kind == "classes" or not one:
        width = len(known.encoder.names)
        return Grid("", np.zeros(0), np.zeros((0, width), np.float32))
    (column,) = columns
    values = np.linspace(float(test[column].min()), float(test[column].max()), GRID)
    frame = pd.DataFrame({"row_id": [str(row) for row in range(GRID)], column: values})
    return Grid(column, values, encoders.apply(known.encoder, frame, columns))


def extended(drawn: Episodes, pool: Pool, points: Grid) -> tuple[np.ndarray, Episodes]:
    """Return rows, and episodes of which the last ask for the grid with the first one's support.

    So the grid is answered by what answers the test, without another compilation.

    Args:
        drawn: test episodes.
        pool: they were drawn from.
        points: may be empty; then everything stays.
    """
    if not points.values.size:
        return pool.x, drawn
    queries = drawn.query.shape[1]
    more = -(-GRID // queries)  # G
    numbers = np.minimum(np.arange(more * queries), GRID - 1) + len(pool.x)
    query = numbers.reshape(more, queries).astype(np.int32)
    support = np.repeat(drawn.support[:1], more, axis=0)
    added = Episodes(
        support, query, np.repeat(drawn.support_y[:1], more, axis=0),
        np.zeros(query.shape, drawn.query_y.dtype), np.repeat(drawn.cluster[:1], more),
    )  # fmt: skip
    whole = Episodes(*(np.concatenate(both) for both in zip(drawn, added, strict=True)))
    return np.concatenate([pool.x, points.x.reshape(-1, *pool.x.shape[1:])]), whole


def numbered(test: pd.DataFrame, pool: Pool, group: str | None) -> pd.DataFrame:
    """Return the test rows that episodes number: without groups that were left out as too small.

    Args:
        test: all test rows.
        pool: what episodes are drawn from.
        group: column of its groups; None: there are none, and no picture needs the rows.
    """
    return test if group is None else test[test[group].map(str).isin(pool.names)]


class Test(NamedTuple):
    """Test rows and what was drawn from them.

    Attributes:
        rows: that episodes number.
        drawn: test episodes.
        points: at which functions are drawn.
        known: the scale of the target.
        target: its column.
    """

    rows: pd.DataFrame
    drawn: Episodes
    points: Grid
    known: Known
    target: str


def adapted(
    test: Test, pictures: dict[str, np.ndarray], arm: str, baseline: str
) -> dict[str, Any] | None:
    """Return the first test episode, its function before and after, in the target's unit.

    Before is what `arm` says without a step; of one that takes none, what `baseline` says.

    Args:
        test: where the episode is from; of classes, or rows of several numbers, there is none.
        pictures: [2, G, Q] of each, before and after.
        arm: which is shown.
        baseline: beside which.
    """
    if not test.points.values.size:
        return None

    def curve(name: str, place: int) -> list[float]:
        values = pictures[name][place].reshape(-1)[:GRID].astype(np.float64)
        unit = values * test.known.deviation + test.known.mean
        return [round(float(value), DECIMALS) for value in unit]

    def rows(numbers: np.ndarray) -> list[list[float]]:
        found = test.rows.iloc[numbers][[test.points.column, test.target]].astype(np.float64)
        return sorted([float(x), float(y)] for x, y in found.to_numpy())

    begun = arm if np.isfinite(pictures[arm][0]).all() else baseline
    return {
        "arm": arm, "baseline": baseline, "support": rows(test.drawn.support[0]),
        "query": rows(test.drawn.query[0]), "grid": [float(v) for v in test.points.values],
        "before": curve(begun, 0), "after": {name: curve(name, 1) for name in (arm, baseline)},
    }  # fmt: skip


def shown(pool: Pool) -> np.ndarray:
    """Return which rows have their embedding shown: the first of the first classes."""
    classes = np.unique(pool.y)[:CLASSES]
    return np.concatenate([np.flatnonzero(pool.y == one)[:EACH] for one in classes])


def components(embedded: np.ndarray) -> np.ndarray:
    """Return the first two principal components of embeddings, float64 [N, 2].

    The largest loading of each is positive, so that a picture is not another one mirrored. A
    component without any spread is 0.

    References:
        Pearson 1901, On lines and planes of closest fit to systems of points in space.
    """
    values = np.ascontiguousarray(embedded, np.float64)
    centred = values - np.array([math.fsum(column) / len(values) for column in values.T.tolist()])
    if centred.shape[1] < 2:
        centred = np.concatenate([centred, np.zeros_like(centred)], axis=1)
    return np.asarray(np.round(rotating.principal(centred, 2), DECIMALS) + 0.0)


def embedded(
    said: Mapping[str, Said], pool: Pool, classes: Sequence[Any] | None
) -> dict[str, Any] | None:
    """Return the embeddings of classes by the best method that has any; None: none has.

    Args:
        said: of each arm, by its name.
        pool: the test rows.
        classes: as `points_of`.
    """
    able = {arm: (one.scores, one.embed) for arm, one in said.items() if one.embed is not None}
    if not able:
        return None
    arm = max(registry.fair(list(able)), key=lambda name: float(able[name][0].mean()))
    rows = shown(pool)
    points = points_of(pool, rows, able[arm][1](pool.x[rows]), classes)
    return {"arm": arm, "points": points}


def points_of(
    pool: Pool, rows: np.ndarray, embedded: np.ndarray, classes: Sequence[Any] | None
) -> list[dict[str, Any]]:
    """Return the embeddings of some rows as points of their class.

    Args:
        pool: the test rows.
        rows: which of them.
        embedded: [N, d].
        classes: that all groups have; None: those of the pool. With groups its names are theirs.
    """
    names = pool.names if classes is None else [str(one) for one in classes]
    found = components(embedded)
    return [
        {"class": names[pool.y[row]], "x": float(x), "y": float(y)}
        for row, (x, y) in zip(rows, found, strict=True)
    ]
