"""Train every meta-learner, and what the arms beside them begin with."""

from pathlib import Path

from stages import _stage
from trunkline.artifacts import metalearners, records, tables
from trunkline.metalearning import learning


def main(*, study: str, train: Path, validation: Path, models: Path, result: Path) -> None:
    """Read training and validation rows; write fits, their runs and curves, what was chosen."""
    seed, asked = _stage.params("seed", f"metalearners.{study}")
    done = learning.learn(tables.read(train), tables.read(validation), asked, name=study, seed=seed)
    metalearners.write(done.arrays, models, encoder=done.known.encoder, told=done.known.to_json())
    records.write({"runs": done.runs, "curves": done.curves, "chosen": done.chosen}, result)
