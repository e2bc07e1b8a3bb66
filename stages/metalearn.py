"""Train every meta-learner, and what the arms beside them begin with."""

from pathlib import Path

from stages import _stage
from trunkline.artifacts import metalearners, records, results, tables
from trunkline.metalearning import learning
from trunkline.tasks import episodes_parts


def main(
    *, study: str, train: Path, validation: Path, episodes: Path, models: Path, result: Path,
) -> None:  # fmt: skip
    """Read training and validation rows; write fits, their runs and curves, what was chosen."""
    seed, asked = _stage.params("seed", f"metalearners.{study}")
    rows = {"training": tables.read(train), "validation": tables.read(validation)}
    with _stage.placing(f"metalearners.{study}", asked):
        episodes_parts.agree(rows, results.read(episodes), asked.episodes)
        done = learning.learn(rows["training"], rows["validation"], asked, name=study, seed=seed)
    metalearners.write(done.arrays, models, encoder=done.known.encoder, told=done.known.to_json())
    records.write({"runs": done.runs, "curves": done.curves, "chosen": done.chosen}, result)
