"""The whole of params.yaml."""

from dataclasses import dataclass, field
from typing import Annotated

from annotated_types import Ge, MinLen

from trunkline.settings.dataset import Dataset
from trunkline.settings.metalearning.study import Metalearner
from trunkline.settings.recommending.study import Recommender
from trunkline.settings.runtime import Runtime
from trunkline.settings.study import Study


@dataclass(frozen=True, kw_only=True)
class Parameters:
    """One root seed, the pins, the datasets, and the studies of each kind."""

    seed: Annotated[int, Ge(0)]
    runtime: Runtime
    datasets: Annotated[dict[str, Dataset], MinLen(1)]
    studies: dict[str, Study]
    recommenders: dict[str, Recommender] = field(default_factory=dict)
    metalearners: dict[str, Metalearner] = field(default_factory=dict)
