"""Judge every recommender on the test interactions, which no other stage reads."""

from pathlib import Path

from stages import _interactions, _stage
from trunkline.artifacts import recommenders, records, results, tables
from trunkline.recommending import judgement
from trunkline.recommending.arms import Arms


def main(  # noqa: PLR0913  # each path is a flag
    *, study: str, train: Path, validation: Path, test: Path, users: Path, items: Path,
    models: Path, borrowed: Path, lists: Path, result: Path, metrics: Path, trade: Path,
) -> None:  # fmt: skip
    """Read models, lists and test interactions; write estimates, comparisons, an example."""
    seed, asked = _stage.params("seed", f"recommenders.{study}")
    gathered = _interactions.read(train, validation, users, items, asked)
    beside = Arms(recommenders.read(borrowed), recommenders.read_encoders(borrowed), {})
    done = judgement.judge(
        recommenders.read(models), beside, tables.read(lists), tables.read(test), gathered, asked,
        name=study, seed=seed,
    )  # fmt: skip
    records.write(done.records, result)
    results.write(done.metrics, metrics)
    tables.write_csv(done.trade_off, trade)
