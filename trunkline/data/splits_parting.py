"""Which row is for training, validation and test: by hash, strata, groups, time, user or column.

What is ranked are blocks of rows that stay together: copies of a row, rows of a group, rows of one
moment. The first blocks are for test, the next for validation, the rest for training.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trunkline.data import splits_borders, splits_each, splits_stated, splits_strata
from trunkline.data.splits_columns import Columns
from trunkline.data.splits_stated import TEST, TRAIN, VALIDATION
from trunkline.data.splits_strata import Strata
from trunkline.settings.splitting import Split


@dataclass(frozen=True)
class Parting:
    """The numbers of the rows of each part, each in the order of the rows' hashes.

    Attributes:
        told: JSON for people: the strata that went to training whole, and their rows; or of how
            many values of `each` no row is held.
    """

    train: np.ndarray
    validation: np.ndarray
    test: np.ndarray
    told: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class _Ranking:
    """Rows in the order in which they are cut, stratum by stratum.

    Attributes:
        ranked: numbers of the rows, first by stratum, then by key.
        keys: of each row, [rows]; rows of a stratum with the same key are a block.
        nearest: whether a block on a border goes where the share is nearer, else where it begins.
    """

    ranked: np.ndarray
    keys: np.ndarray
    nearest: bool


def parting(columns: Columns, settings: Split, seed: int) -> Parting:
    """Return the rows of each part.

    Args:
        columns: the table.
        settings: the shares, and what decides.
        seed: the root seed.

    Raises:
        ValueError: there are no rows; the shares leave none to train on; a column does not exist,
            is of the wrong kind or has missing values; a part would be empty.
    """
    if settings.test + settings.validation >= 1:
        raise ValueError(
            f"split: test {settings.test} and validation {settings.validation} leave no rows for "
            "training: their sum must be below 1"
        )
    if not columns.rows:
        raise ValueError("split: the table has no rows, expected some for each part")
    hashes = columns.hashes(seed)
    order = _by_hash(columns, hashes)
    if settings.whole:
        return Parting(order, order[:0], order[:0])
    told: dict[str, Any] = {}
    if settings.column is not None:
        parts = splits_stated.parts(columns, settings)
        if settings.values is not None and not settings.values.validation:
            _hold(parts, order[parts[order] == TRAIN], hashes, settings.validation)
    elif settings.each is not None:
        parts, told = splits_each.parts(columns, settings, seed, order, hashes)
    else:
        strata = splits_strata.strata(columns, settings)
        ranking = _ranking(columns, settings, seed, strata, order, hashes)
        parts = np.full(columns.rows, TRAIN, np.uint8)
        told = _cut(parts, ranking, strata, settings)
    splits_stated.check(parts, settings)
    train, validation, test = (order[parts[order] == n] for n in (TRAIN, VALIDATION, TEST))
    return Parting(train, validation, test, told)


def _by_hash(columns: Columns, hashes: np.ndarray) -> np.ndarray:
    """Return the numbers of the rows in the order of their hashes, of copies by name."""
    order = np.argsort(hashes, kind="stable")
    same = hashes[order[1:]] == hashes[order[:-1]]
    if same.any():
        tied = np.append(same, False) | np.append(False, same)
        rows = order[tied]
        names = pa.table({"hash": hashes[rows], "name": columns.row_ids(rows)})
        by = [("hash", "ascending"), ("name", "ascending")]
        order[tied] = rows[pc.sort_indices(names, by).to_numpy()]
    return order.astype(np.uint32) if columns.rows < 2**32 else order


def _ranking(
    columns: Columns,
    settings: Split,
    seed: int,
    strata: Strata,
    order: np.ndarray,
    hashes: np.ndarray,
) -> _Ranking:
    if settings.time is not None:
        keys = splits_stated.newest_first(columns, settings.time)
        return _Ranking(np.argsort(keys, kind="stable"), keys, nearest=True)
    if settings.group is not None:
        keys = splits_stated.groups(columns, settings.group, strata, seed)
        order = np.argsort(keys, kind="stable")
    else:
        keys = hashes
    if strata.codes is not None:
        order = order[np.argsort(strata.codes[order], kind="stable")]
    return _Ranking(order, keys, nearest=settings.group is not None)


def _cut(parts: np.ndarray, ranking: _Ranking, strata: Strata, settings: Split) -> dict[str, Any]:
    """Write the part of each row into `parts`; return what to tell of rare strata."""
    rare = []
    for start, stop in _sections(ranking.ranked, strata):
        section = ranking.ranked[start:stop]
        borders = splits_borders.find(section, ranking.keys, settings, nearest=ranking.nearest)
        if borders is None:
            rare.append((strata.name(int(section[0])), stop - start))
        else:
            parts[section[: borders[0]]] = TEST
            parts[section[borders[0] : borders[1]]] = VALIDATION
    if rare and settings.rare == "stop":
        splits_stated.refuse_small(sorted(rare), settings)
    return {"rare": [{"stratum": n, "rows": rows} for n, rows in sorted(rare)]} if rare else {}


def _hold(parts: np.ndarray, train: np.ndarray, hashes: np.ndarray, share: float) -> None:
    """Hold the first of the training rows, in the order of their hashes, for validation."""
    held = splits_borders.rounded(train.size * share)
    parts[train[: splits_borders.end(train, hashes, held - 1) if held else 0]] = VALIDATION


def _sections(ranked: np.ndarray, strata: Strata) -> Iterator[tuple[int, int]]:
    """Yield where each stratum begins and ends among the ranked rows."""
    if strata.codes is None:
        yield 0, ranked.size
        return
    codes = strata.codes[ranked]
    inner = np.flatnonzero(codes[1:] != codes[:-1]) + 1
    edges = [0, *inner.tolist(), ranked.size]
    yield from pairwise(edges)
