"""Fit what a study of recommenders asks for beside its models: from another market, two tasks."""

from pathlib import Path

from stages import _interactions, _stage
from trunkline.artifacts import recommenders, records
from trunkline.recommending import arms


def main(  # noqa: PLR0913  # each path is a flag
    *, study: str, train: Path, validation: Path, users: Path, items: Path, models: Path,
    borrowed: Path, result: Path,
) -> None:  # fmt: skip
    """Read interactions, facts and the models of all studies; write fits of both arms, and runs."""
    seed, asked = _stage.params("seed", f"recommenders.{study}")
    gathered = _interactions.read(train, validation, users, items, asked)
    market = asked.transfer
    source = None if market is None else recommenders.read_source(models, market.study)
    done = arms.learn(gathered, asked, source, name=study, seed=seed)
    recommenders.write(done.fits, borrowed, sides=done.encoders)
    records.write(done.runs, result)
