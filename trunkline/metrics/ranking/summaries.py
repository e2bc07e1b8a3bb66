"""From the lists of several models to estimates, comparisons and verdicts, as rows of tables."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from trunkline.metrics.ranking import comparing, listed, rated, values

Row = dict[str, Any]


class Summary(NamedTuple):
    """What the scores of a study amount to."""

    estimates: list[Row]  # each model's metrics with intervals, and the spread over its repeats
    comparisons: list[Row]  # each model against the baseline, with a verdict
    rivals: list[Row]  # the first of the models against each other one


def summarise(lists: listed.Listed, terms: listed.Terms) -> Summary:
    """Return estimates of every metric and cutoff, and comparisons on the main one.

    Args:
        lists: of all models; users without test items are left out.
        terms: what is measured, and when a difference counts.

    Raises:
        ValueError: if fewer than two users have test items, or there is no such baseline.
    """
    found = listed.by_metric(lists.judged(lists.test), terms.cutoffs)
    main = values.over_users(found[terms.headline])
    return Summary(estimated(found, terms), *compared(main, terms.headline, terms))


def of_ratings(models: Mapping[str, Sequence[rated.Errors]], terms: listed.Terms) -> Summary:
    """Return RMSE and MAE over all test ratings, and comparisons on RMSE.

    Args:
        models: by name, the errors of each repeat, of the same ratings.
        terms: when a difference counts; its metric and cutoffs do not matter here.

    Raises:
        ValueError: if models were tested on other ratings, fewer than two users have any, or there
            is no such baseline.
    """
    metrics = of_errors(models)
    rows = [
        {"model": model, "metric": name} | standing_row(one)
        for name, metric in metrics.items()
        for model, one in comparing.standings(metric, terms.rule, seed=terms.seed).items()
    ]
    return Summary(rows, *compared(metrics["rmse"], "rmse", terms))


def of_errors(models: Mapping[str, Sequence[rated.Errors]]) -> dict[str, values.Metric]:
    """Return RMSE and MAE over all test ratings, as `rmse` and `mae`.

    Args:
        models: by name, the errors of each repeat, of the same ratings.

    Raises:
        ValueError: if models were tested on other ratings, or fewer than two users have any.
    """
    first = next(iter(models.values()))[0]
    for model, runs in models.items():
        if any(not np.array_equal(one.users, first.users) for one in runs) or any(
            not np.array_equal(one.counts, first.counts) for one in runs
        ):
            raise ValueError(
                f"expected errors of the same test ratings of every model and repeat, but "
                f"'{model}' has others"
            )
    return {
        name: values.over_ratings(
            {
                model: np.stack([getattr(one, sums) for one in runs])
                for model, runs in models.items()
            },
            first.counts,
            root=root,
        )
        for name, sums, root in (("rmse", "squared", True), ("mae", "absolute", False))
    }


def estimated(
    found: Mapping[str, Mapping[str, NDArray[np.float64]]], terms: listed.Terms
) -> list[Row]:
    """Return the mean over users of every metric and model, with its interval.

    Args:
        found: by metric, then by model, values of the same users `[r, n]`.
        terms: level, resamples and seed.
    """
    cases = [(model, metric) for metric in found for model in found[metric]]
    # All at once: users are drawn once, and one product gives every mean.
    columns = {f"{metric} of {model}": found[metric][model] for model, metric in cases}
    standings = comparing.standings(values.over_users(columns), terms.rule, seed=terms.seed)
    return [
        {"model": model, "metric": metric} | standing_row(standings[f"{metric} of {model}"])
        for model, metric in cases
    ]


def compared(metric: values.Metric, name: str, terms: listed.Terms) -> tuple[list[Row], list[Row]]:
    """Return each model against the baseline, and the first one against each other."""
    against = comparing.against(metric, terms.baseline, terms.rule, seed=terms.seed)
    first, others = comparing.leader(metric, terms.rule, seed=terms.seed)
    return (
        [
            {"model": model, "baseline": terms.baseline, "metric": name} | contrast_row(one)
            for model, one in against.items()
        ],
        [
            {"first": first, "other": model, "metric": name} | contrast_row(one)
            for model, one in others.items()
        ],
    )


def standing_row(standing: comparing.Standing) -> Row:
    """Return value, low, high, n, repeats and spread."""
    return vars(standing.estimate) | {"repeats": standing.repeats, "spread": standing.spread}


def contrast_row(contrast: comparing.Contrast) -> Row:
    """Return what a comparison found, in plain numbers."""
    one = contrast.comparison
    return {
        "n": one.n,
        "value": one.value,
        "baseline_value": one.baseline_value,
        "difference": one.difference.value,
        "low": one.difference.low,
        "high": one.difference.high,
        "p": one.p,
        "better": {name: getattr(one.better, name) for name in ("value", "low", "high")},
        "p_holm": contrast.p_holm,
        "family": contrast.family,
        "verdict": contrast.verdict,
    }
