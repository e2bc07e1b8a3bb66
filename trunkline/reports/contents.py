"""What a report is made of: every study and dataset, and what made them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from trunkline.reports.findings import Study
from trunkline.reports.metalearning import measured as metalearning
from trunkline.reports.recommending.measured import Measured
from trunkline.settings import dataset


@dataclass(frozen=True, kw_only=True)
class Dataset:
    """What is known about one dataset: its summary, its contract's outcome, some rows of it.

    Attributes:
        summary: contents of `summary.json`.
        validation: contents of `validation.json`.
        contract: contents of its contract.
        samples: training rows to show, with all their columns.
        drift: contents of `drift.json`; empty where nothing was compared.
    """

    name: str
    settings: dataset.Dataset
    summary: Mapping[str, Any]
    validation: Mapping[str, Any]
    contract: Mapping[str, Any]
    samples: pd.DataFrame
    drift: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Report:
    """All that goes on the page.

    Attributes:
        parameters: the whole of params.yaml, as plain values.
        code: SHA-256 of the sources that made the results.
    """

    parameters: Mapping[str, Any]
    code: str
    versions: Mapping[str, str]
    studies: tuple[Study, ...]
    datasets: tuple[Dataset, ...]
    recommenders: tuple[Measured, ...] = ()
    metalearners: tuple[metalearning.Measured, ...] = ()
