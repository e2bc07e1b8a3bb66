"""What is learned from and what is judged on are other classes, or other groups."""

from collections.abc import Mapping
from itertools import combinations

import pandas as pd

from trunkline.settings.metalearning.episodes import Episodes

SHOWN = 3


def check(parts: Mapping[str, pd.DataFrame], episodes: Episodes) -> None:
    """Stop where two parts have rows of the same class; with `group`, of the same group.

    Args:
        parts: the rows of each part, by what messages call it, such as `training`.
        episodes: what an episode is.

    Raises:
        ValueError: names the first that are in both, and how to split them apart.
    """
    column = episodes.group or episodes.target
    for (first, one), (second, other) in combinations(parts.items(), 2):
        both = sorted(set(one[column].dropna()) & set(other[column].dropna()))
        if both:
            more = f" and {len(both) - SHOWN} more" if len(both) > SHOWN else ""
            raise ValueError(
                f"episodes.{'group' if episodes.group else 'target'}: {first} and {second} rows "
                f"share {', '.join(map(repr, both[:SHOWN]))}{more} of '{column}', so that what is "
                f"judged on has been learned: split the dataset by `group: "
                f"{episodes.parent or column}`, or by `column:` and `values:`"
            )
