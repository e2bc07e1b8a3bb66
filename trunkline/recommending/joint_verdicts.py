"""Whether learning what users take and how they rate it together is better, over users."""

from collections.abc import Mapping, Sequence

from trunkline.metrics.ranking import comparing, families, listed, summaries, values
from trunkline.metrics.ranking.judging import Judged
from trunkline.metrics.ranking.rated import Errors
from trunkline.metrics.ranking.summaries import Row

ALONE, BOTH = "alone", "both"
CLICK, RATING = "click", "rating"


def compare(
    judged: Mapping[str, Sequence[Judged]],
    errors: Mapping[str, Sequence[Errors]],
    model: str,
    terms: listed.Terms,
) -> list[Row]:
    """Return a row for each task and balancer: both tasks against that one alone.

    Lists are compared by the main metric, ratings by RMSE, both paired over users; Holm's
    correction runs over all rows.

    Args:
        judged: by balancer, and `alone`, the lists of each repeat against the test.
        errors: likewise, of the test ratings.
        model: its name.
        terms: main metric, its cutoff, and when a difference counts; its baseline is not read.

    Raises:
        ValueError: a task alone is lacking, fewer than two users have test items, or models were
            tested on other ratings.
    """
    for task, found in ((CLICK, judged), (RATING, errors)):
        if ALONE not in found:
            raise ValueError(
                f"expected '{task}' alone among {', '.join(found) or 'no arms'}: without it "
                "there is nothing to compare with; run `dvc repro`"
            )
    lists = listed.by_metric(judged, terms.cutoffs[:1])[terms.headline]
    metrics = {
        (CLICK, terms.headline): values.over_users(lists),
        (RATING, "rmse"): summaries.of_errors(errors)["rmse"],
    }
    told, contrasts = [], []
    for (task, metric), one in metrics.items():
        for balancer, contrast in comparing.against(
            one, ALONE, terms.rule, seed=terms.seed
        ).items():
            told.append({"model": model, "task": task, "balancer": balancer, "metric": metric})
            contrasts.append(contrast)
    return [
        row | {"baseline": ALONE} | summaries.contrast_row(contrast)
        for row, contrast in zip(told, families.joined(contrasts, terms.rule), strict=True)
    ]
