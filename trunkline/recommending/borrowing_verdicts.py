"""Whether models that begin as another market's are better than from scratch, over users."""

from collections.abc import Mapping, Sequence

from trunkline.metrics.ranking import comparing, listed, summaries, values
from trunkline.metrics.ranking.judging import Judged
from trunkline.metrics.ranking.summaries import Row

BORROWED, SCRATCH = "borrowed", "scratch"


def compare(
    judged: Mapping[tuple[str, str], Sequence[Judged]], source: str, terms: listed.Terms
) -> list[Row]:
    """Return a row for each model: borrowed against scratch, paired over users.

    Holm's correction runs over all models.

    Args:
        judged: by model and arm, the lists of each repeat against the test.
        source: the study whose towers were taken over.
        terms: main metric, its cutoff, and when a difference counts; its baseline is not read.

    Raises:
        ValueError: fewer than two users have test items, or a model lacks an arm.
    """
    models = list(dict.fromkeys(model for model, _ in judged))
    for model in models:
        lacking = {BORROWED, SCRATCH} - {arm for one, arm in judged if one == model}
        if lacking:
            raise ValueError(
                f"expected lists of '{model}' borrowed and from scratch, received none of "
                f"{', '.join(sorted(lacking))}: run `dvc repro`"
            )
    by_name = {f"{model} {arm}": repeats for (model, arm), repeats in judged.items()}
    found = listed.by_metric(by_name, terms.cutoffs[:1])[terms.headline]
    pairs = [(f"{model} {BORROWED}", f"{model} {SCRATCH}") for model in models]
    contrasts = comparing.asked(values.over_users(found), pairs, terms.rule, seed=terms.seed)
    told = {"source": source, "arm": BORROWED, "baseline": SCRATCH, "metric": terms.headline}
    return [
        {"model": model} | told | summaries.contrast_row(one)
        for model, one in zip(models, contrasts, strict=True)
    ]
