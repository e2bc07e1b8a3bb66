"""Search, fit and list: every recommender of a study, on training and validation rows."""

from pathlib import Path

from stages import _interactions, _stage
from trunkline.artifacts import recommenders, records, streaming
from trunkline.recommending import facts, fitting, listing
from trunkline.recommending.lists import tabulating


def main(  # noqa: PLR0913  # each path is a flag
    *, study: str, train: Path, validation: Path, users: Path, items: Path, models: Path,
    result: Path, lists: Path,
) -> None:  # fmt: skip
    """Read interactions and facts; write models, trials, runs, and the lists of the best model."""
    seed, asked = _stage.params("seed", f"recommenders.{study}")
    gathered = _interactions.read(train, validation, users, items, asked)
    pairs = gathered.known.final.pairs
    done = fitting.learn(gathered.known, asked, name=study, seed=seed)
    made = listing.of_best(done, gathered, asked, name=study, seed=seed)
    recommenders.write(
        done.arrays(), models, sides=facts.encoders_of(gathered.found, asked, pairs), known=pairs
    )
    records.write({"trials": done.trials, "runs": done.runs, "lists": dict(made.told)}, result)
    columns = tabulating.schema(made.users, made.catalogue.ids)
    rows = tabulating.batches(made.made, made.users, made.catalogue, made.options.reasons)
    streaming.copy(columns, rows, lists)
