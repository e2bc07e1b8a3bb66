"""How much a test must hold for a difference to be shown, and what to do where it holds less."""

from trunkline.metrics import comparisons
from trunkline.settings.metalearning.study import Metalearner


def short(clusters: int | None, study: Metalearner) -> str | None:
    """Return why no difference can be shown on the test, and how much it takes; None: one can.

    Args:
        clusters: groups or parents that test episodes can be of; None without any.
        study: the question.
    """
    asked, rule, family = study.episodes, study.evaluate, len(study.pairs)
    pairs = comparisons.needed(family, rule.alpha)
    resamples = comparisons.needed_resamples(family, rule.alpha)
    what = f"to show a difference among {family} comparisons at evaluate.alpha {rule.alpha:g} takes"
    if clusters is not None and clusters < pairs:
        lone = ", and intervals are over its episodes, which tell of no other" * (clusters == 1)
        return (
            f"episodes.{'group' if asked.group else 'parent'}: {what} {pairs} values of "
            f"'{asked.group or asked.parent}' or more in the test rows, there "
            f"{'is 1' if clusters == 1 else f'are {clusters}'}{lone}: hold more of them for the "
            "test in the dataset's split, or name fewer methods and arms"
        )
    if asked.test < pairs:
        return f"episodes.test: {what} {pairs} episodes or more, received {asked.test}: raise it"
    count = asked.test if clusters is None else min(clusters, asked.test)
    if not comparisons.listed(count) and rule.resamples < resamples:
        return (
            f"evaluate.resamples: {what} {resamples} or more where over 20 episodes, groups or "
            f"parents are judged, received {rule.resamples}: raise it"
        )
    return None
