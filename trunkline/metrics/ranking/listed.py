"""What several models listed for the same users, and how each list scores.

Shapes: m users with a list, n of them with test items, r repeats, K places of a list.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from trunkline.metrics.ranking import accuracy, judging, topmost
from trunkline.settings.judging import Evaluate


@dataclass(frozen=True, eq=False)
class Listed:
    """Lists of several models for the same users.

    Attributes:
        models: by name, a fit's lists int32 [m, K] for each of its repeats; one of what draws no
            random number.
        users: places of the users, rising: [m].
        seen: what each user had in training, [U, I].
        test: what each user took later, [U, I], nothing of what was seen.
    """

    models: Mapping[str, Sequence[NDArray[np.int32]]]
    users: NDArray[np.int64]
    seen: sparse.csr_array
    test: sparse.csr_array

    def __post_init__(self) -> None:
        """Check that there are lists to be judged.

        Raises:
            ValueError: if a test pair was seen, there is no model, or one has no list of a user, or
                lists without any item.
        """
        judging.refuse_seen(self.seen, self.test)
        if not self.models:
            raise ValueError("expected the lists of at least one model, received none")
        for name, repeats in self.models.items():
            found = sorted({len(one) for one in repeats})
            if found != [len(self.users)]:
                raise ValueError(
                    f"expected lists of '{name}' for {len(self.users)} users in each repeat, "
                    f"received {found or 'no repeat'}"
                )
            if any((one == topmost.NONE).all() for one in repeats):
                raise ValueError(
                    f"expected lists of '{name}' with at least one item, received empty lists; "
                    "can it score any item that these users have not seen?"
                )

    def judged(self, test: sparse.csr_array) -> dict[str, list[judging.Judged]]:
        """Return the lists of every model and repeat against some of the test pairs."""
        return {
            name: [judging.judge(one, self.users, test) for one in repeats]
            for name, repeats in self.models.items()
        }


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What is measured, and when a difference counts.

    Attributes:
        cutoffs: lengths of the top of the list; the first is that of the main metric.
        main: metric that models are compared on, a name of `accuracy.NAMES`.
        baseline: model that the others are compared with.
        rule: margin, level and resamples.
        seed: of the bootstrap and the signs.
    """

    cutoffs: tuple[int, ...]
    main: str
    baseline: str
    rule: Evaluate
    seed: int

    def __post_init__(self) -> None:
        """Check that the main metric is one.

        Raises:
            ValueError: names those there are.
        """
        if self.main not in accuracy.NAMES:
            raise ValueError(
                f"expected a main metric among {', '.join(accuracy.NAMES)}, received '{self.main}'"
            )

    @property
    def headline(self) -> str:
        """The main metric at the first cutoff, such as `ndcg@10`."""
        return f"{self.main}@{self.cutoffs[0]}"


def by_metric(
    judged: Mapping[str, Sequence[judging.Judged]], cutoffs: Sequence[int]
) -> dict[str, dict[str, NDArray[np.float64]]]:
    """Return the values of each user, by metric such as `ndcg@10`, then by model: [r, n]."""
    measured = {
        name: [accuracy.measure(one, cutoffs) for one in repeats]
        for name, repeats in judged.items()
    }
    first = next(iter(measured.values()))[0]
    return {
        metric: {
            name: np.stack([one[metric] for one in repeats]) for name, repeats in measured.items()
        }
        for metric in first
    }
