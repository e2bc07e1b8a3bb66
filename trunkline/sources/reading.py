"""Rows from wherever a dataset says they are."""

import pandas as pd

from trunkline.settings import dataset
from trunkline.sources import bundled, latent


def read(source: dataset.Bundled | dataset.Latent, seed: int) -> pd.DataFrame:
    """Return the rows of a source, as typed columns without a row name.

    Args:
        source: a kind and its options.
        seed: the root seed; only generated tables depend on it.
    """
    match source:
        case dataset.Bundled(name="digits"):
            return bundled.digits()
        case dataset.Latent():
            return latent.table(source, seed)
