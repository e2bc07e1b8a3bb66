"""Whether each part has what episodes ask for, before anything is trained on one of them."""

import logging
from pathlib import Path

from stages import _stage
from trunkline.artifacts import results, streaming
from trunkline.tasks import episodes_clusters, episodes_parts

LOG = logging.getLogger(__name__)


def main(*, study: str, train: Path, validation: Path, test: Path, result: Path) -> None:
    """Read the columns that name tasks, and no other; write what each part has of them."""
    asked = _stage.params(f"metalearners.{study}")
    paths = {"training": train, "validation": validation, "test": test}
    with _stage.placing(f"metalearners.{study}", asked):
        keys = {
            part: episodes_parts.keys(streaming.stored(path), asked.episodes, part)
            for part, path in paths.items()
        }
        found = episodes_parts.counted(keys, asked.episodes)
    if short := episodes_clusters.short(found["test"]["clusters"], asked):
        LOG.warning("metalearners.%s.%s", study, short)
    results.write(found, result)
