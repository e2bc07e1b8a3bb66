"""The whole of params.yaml."""

from dataclasses import dataclass
from typing import Annotated

from annotated_types import Ge, MinLen

from trunkline.settings.dataset import Dataset
from trunkline.settings.runtime import Runtime
from trunkline.settings.study import Study


@dataclass(frozen=True, kw_only=True)
class Parameters:
    """One root seed, the pins, the datasets and the studies."""

    seed: Annotated[int, Ge(0)]
    runtime: Runtime
    datasets: Annotated[dict[str, Dataset], MinLen(1)]
    studies: Annotated[dict[str, Study], MinLen(1)]
