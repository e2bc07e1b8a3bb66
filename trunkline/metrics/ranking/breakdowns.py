"""What stands beside the accuracy of models: what they show, to whom and of what they are right.

All rows are of the lists' first k places, k the first cutoff. `main` is the main metric there.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trunkline.metrics.ranking import (
    catalogue,
    chance,
    comparing,
    grouping,
    judging,
    listed,
    parting,
    popular,
    summaries,
    values,
)

Row = dict[str, Any]


def shown(lists: listed.Listed, terms: listed.Terms) -> list[Row]:
    """Return coverage and Gini index of each model, and novelty and popularity of its lists.

    Coverage and Gini are of all lists together: means over the repeats, with their spread. Novelty
    (bits) and mean popularity are means over users, with intervals, of the users for whom every
    model lists something.
    """
    k, items = terms.cutoffs[0], lists.seen.shape[1]
    popularity = grouping.popularity(lists.seen)
    known = int(np.count_nonzero(np.diff(lists.seen.indptr)))  # users of training
    rows, means = [], dict[str, dict[str, NDArray[np.float64]]]()
    for name, repeats in lists.models.items():
        tops = [one[:, :k] for one in repeats]
        counts = [catalogue.shown(top, items) for top in tops]
        for metric, function in (("coverage", catalogue.coverage), ("gini", catalogue.gini)):
            rows.append(
                {"model": name, "metric": metric} | _over([function(one) for one in counts])
            )
        for metric, of_lists in (
            ("novelty", [catalogue.novelty(top, popularity, max(1, known)) for top in tops]),
            ("popularity", [catalogue.mean_popularity(top, popularity) for top in tops]),
        ):
            means.setdefault(metric, {})[name] = np.stack(of_lists)
    return rows + summaries.estimated(_for_all(means), terms)


def by_activity(lists: listed.Listed, terms: listed.Terms, parts: int = 4) -> list[Row]:
    """Return the main metric by how many pairs users have in training.

    Args:
        lists: of all models.
        terms: main metric, level and resamples.
        parts: how many parts the users with any pair are divided into.

    Returns:
        group, users, model, value, low, high, n, repeats and spread; a group of a single user has
        no interval, and is left out.
    """
    judged = lists.judged(lists.test)
    found = listed.by_metric(judged, terms.cutoffs[:1])[terms.headline]
    users = next(iter(judged.values()))[0].users
    groups = grouping.by_activity(np.diff(lists.seen.indptr)[users], parts)
    rows = []
    for place, group in enumerate(groups.names):
        rows += _of_group(found, groups.of == place, {"group": group}, terms)
    return rows


def by_popularity(lists: listed.Listed, terms: listed.Terms, share: float = 0.8) -> list[Row]:
    """Return shares of list places, hits and test items, and recall, by popularity of the items.

    Args:
        lists: of all models.
        terms: level and resamples.
        share: of the training pairs, that the head has.

    Returns:
        model, group, items (how many the group has), listed, hits and relevant (shares of the
        group, means over repeats), and the recall within the group over users who have any of its
        items in the test: value, low, high, n, repeats and spread, or None for fewer than two.
    """
    groups = grouping.by_popularity(grouping.popularity(lists.seen), share)
    parts = {
        name: [parting.by_item(one, lists.test, groups, terms.cutoffs[0]) for one in repeats]
        for name, repeats in lists.judged(lists.test).items()
    }
    rows = []
    for place, group in enumerate(groups.names):
        recalls = {
            name: np.stack([one.recall()[:, place] for one in repeats])
            for name, repeats in parts.items()
        }
        standings = _standings(recalls, terms)
        for name, repeats in parts.items():
            shares = [one.shares() for one in repeats]
            row = {"model": name, "group": group, "items": int(groups.counts[place])}
            row |= {
                key: float(np.mean([one[key][place] for one in shares]))
                for key in ("listed", "hits", "relevant")
            }
            rows.append(row | {"recall": standings.get(name)})
    return rows


def by_start(lists: listed.Listed, terms: listed.Terms) -> list[Row]:
    """Return the main metric against warm pairs, those of new users, and those of new items.

    Returns:
        start, model, value, low, high, n, repeats and spread; a part with fewer than two users
        with test items is left out.
    """
    rows = []
    for start, test in grouping.starts(lists.seen, lists.test)._asdict().items():
        found = listed.by_metric(lists.judged(test), terms.cutoffs[:1])[terms.headline]
        every = np.ones(next(iter(found.values())).shape[1], bool)
        rows += _of_group(found, every, {"start": start}, terms)
    return rows


def expected(lists: listed.Listed, terms: listed.Terms) -> dict[str, dict[str, float]]:
    """Return what random lists score on average, and the most popular items, by metric.

    Random lists also have a `coverage`, of lists for all users with test items.
    """
    users = judging.with_test(lists.test)
    candidates = lists.seen.shape[1] - np.diff(lists.seen.indptr)[users]
    relevant = np.diff(lists.test.indptr)[users]
    k = terms.cutoffs[0]
    found = {
        "random": chance.measure(relevant, candidates, terms.cutoffs),
        "most_popular": popular.measure(lists.seen, lists.test, terms.cutoffs),
    }
    means = {
        name: {metric: float(one.mean()) for metric, one in measured.items()}
        for name, measured in found.items()
    }
    means["random"][f"coverage@{k}"] = chance.coverage(lists.seen, users, k)
    return means


def _of_group(
    found: Mapping[str, NDArray[np.float64]],
    chosen: NDArray[np.bool_],
    named: Row,
    terms: listed.Terms,
) -> list[Row]:
    """Return a row for each model, of some of the users; none for fewer than two."""
    some = {name: one[:, chosen] for name, one in found.items()}
    return [named | {"model": name} | row for name, row in _standings(some, terms).items()]


def _standings(found: Mapping[str, NDArray[np.float64]], terms: listed.Terms) -> dict[str, Row]:
    defined = ~np.isnan(next(iter(found.values()))).any(axis=0)
    if np.count_nonzero(defined) < 2:
        return {}
    standings = comparing.standings(values.over_users(found), terms.rule, seed=terms.seed)
    return {name: summaries.standing_row(one) for name, one in standings.items()}


def _for_all(
    means: Mapping[str, Mapping[str, NDArray[np.float64]]],
) -> dict[str, dict[str, NDArray[np.float64]]]:
    """Return the values of users for whom every model and repeat has one."""
    every = np.concatenate([one for of in means.values() for one in of.values()])
    kept = ~np.isnan(every).any(axis=0)
    return {
        metric: {name: one[:, kept] for name, one in of.items()} for metric, of in means.items()
    }


def _over(found: Sequence[float]) -> Row:
    """Return the mean over repeats and their spread."""
    spread = float(np.std(found, ddof=1)) if len(found) > 1 else 0.0
    return {"value": float(np.mean(found)), "repeats": len(found), "spread": spread}
