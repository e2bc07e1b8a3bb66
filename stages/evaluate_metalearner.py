"""Judge every meta-learner on test episodes, whose inputs no other stage reads."""

from pathlib import Path

from stages import _stage
from trunkline.artifacts import metalearners, records, results, tables
from trunkline.metalearning import gathering, judgement


def main(  # noqa: PLR0913  # each path is a flag
    *, study: str, train: Path, validation: Path, test: Path, models: Path, learned: Path,
    result: Path, metrics: Path, adaptation: Path,
) -> None:  # fmt: skip
    """Read models and test rows; write estimates, comparisons, curves and pictures."""
    seed, asked = _stage.params("seed", f"metalearners.{study}")
    parts = {
        "training": tables.read(train), "validation": tables.read(validation),
        "test": tables.read(test),
    }  # fmt: skip
    known = gathering.from_json(*metalearners.read_encoder(models))
    chosen = results.read(learned / "chosen.json")
    with _stage.placing(f"metalearners.{study}", asked):
        done = judgement.judge(
            parts, known, metalearners.read(models), chosen, asked, name=study, seed=seed
        )
    records.write(done.records, result)
    results.write(done.metrics, metrics)
    tables.write_csv(done.adaptation, adaptation)
