"""Compare a dataset with the version of it that was accepted, column by column."""

import logging
from pathlib import Path

from stages import _stage
from trunkline.artifacts import agreements, results
from trunkline.data import drift

logger = logging.getLogger(__name__)


def main(*, dataset: str, table: Path, reference: Path, record: Path) -> None:
    """Compare `table` with its `reference`; write the record, or stop where it is told to."""
    settings = _stage.params(f"datasets.{dataset}")
    accepted = agreements.reference(reference, dataset)
    found = drift.compare(table, accepted, settings.drift)
    drift.enforce(found)
    if said := drift.message(found):
        logger.warning(said)
    results.write(found, record)
