"""Another market, whose fits a study may begin with."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from trunkline.data.encoders import Encoder
from trunkline.recommending.model import Arrays


class Source(NamedTuple):
    """What another study left of its market.

    Attributes:
        study: its name.
        users: ids of the users of its final fits, sorted.
        items: of the items.
        encoders: of the facts that these fits read, by `users` and `items`.
        fitted: by model, the arrays of each repeat.
    """

    study: str
    users: np.ndarray
    items: np.ndarray
    encoders: Mapping[str, Encoder]
    fitted: Mapping[str, Sequence[Arrays]]
