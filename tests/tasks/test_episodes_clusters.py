"""How much a test must hold for a difference to be shown."""

from dataclasses import replace
from typing import Any

import pytest

from tests.metalearning import small_studies as small
from trunkline.settings.judging import Evaluate
from trunkline.settings.metalearning.methods import Maml, MetaMethods
from trunkline.tasks import episodes_clusters

SHOW = "to show a difference among 5 comparisons at evaluate.alpha 0.05 takes"


def study(test: int = 600, resamples: int = 199, **named: str) -> Any:
    """Return a study of five comparisons, which takes 8 clusters or 99 resamples."""
    made = small.of_blobs(MetaMethods(maml=Maml()))
    return replace(
        made, episodes=replace(made.episodes, test=test, **named),
        evaluate=Evaluate(resamples=resamples),
    )  # fmt: skip


def test_a_pair_is_whom_the_page_compares() -> None:
    """A method against all it is held against; arms against scratch."""
    assert study().pairs == [
        ("maml", "fine_tune"), ("maml", "scratch"), ("maml", "nearest_neighbour"),
        ("fine_tune", "scratch"), ("nearest_neighbour", "scratch"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("clusters", "asked", "told"),
    [
        (7, study(parent="family"), f"episodes.parent: {SHOW} 8 values of 'family' or more in the "
         "test rows, there are 7: hold more of them for the test in the dataset's split, or name "),
        (7, study(group="shop"), f"episodes.group: {SHOW} 8 values of 'shop' or more in the test"),
        (1, study(parent="family"), f"episodes.parent: {SHOW} 8 values of 'family' or more in the "
         "test rows, there is 1, and intervals are over its episodes, which tell of no other: "),
        (None, study(test=7), f"episodes.test: {SHOW} 8 episodes or more, received 7: raise it"),
        (9, study(test=7, group="shop"), f"episodes.test: {SHOW} 8 episodes or more, received 7"),
    ],
)  # fmt: skip
def test_too_few_are_told(clusters: int | None, asked: Any, told: str) -> None:
    """With how many it takes, and how to get them."""
    found = episodes_clusters.short(clusters, asked)
    assert found is not None
    assert found.startswith(told)


def test_too_few_resamples_are_told() -> None:
    """Where not every pattern of signs is listed."""
    made = replace(study(), evaluate=Evaluate(resamples=100, alpha=0.01))
    found = episodes_clusters.short(None, made)
    assert found == (
        "evaluate.resamples: to show a difference among 5 comparisons at evaluate.alpha 0.01 takes "
        "499 or more where over 20 episodes, groups or parents are judged, received 100: raise it"
    )


@pytest.mark.parametrize(
    ("clusters", "asked"),
    [(8, study(parent="family")), (None, study(test=8)), (21, study(resamples=100, group="shop"))],
)
def test_enough_is_enough(clusters: int | None, asked: Any) -> None:
    """Nothing is said."""
    assert episodes_clusters.short(clusters, asked) is None
