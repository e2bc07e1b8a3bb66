"""Time of one fit of every recommender as it comes, on 100,000 interactions.

`python -m benchmarks.every_recommender ease sasrec` fits these; without names all of them. A tenth
of the pairs is held, and ends the training of those that have epochs. A line of JSON for each.
"""

import argparse
import json
import logging
import time
import typing
from dataclasses import is_dataclass
from typing import Any

from trunkline.determinism import runtime
from trunkline.settings.runtime import Runtime

runtime.pin(Runtime())  # before NumPy is imported

import numpy as np  # noqa: E402

from benchmarks import interactions  # noqa: E402
from trunkline.interactions.pairs import Pairs  # noqa: E402
from trunkline.recommending import registry  # noqa: E402
from trunkline.recommending.model import Sides  # noqa: E402
from trunkline.settings.recommending import models  # noqa: E402

EACH = 106  # interactions of a user, so that there are some 100,000
FACTS = 20


def pairs() -> tuple[Pairs, Pairs]:
    """Return pairs to learn from, with ratings and an order, and a tenth that is held."""
    matrix = interactions.matrix(EACH)
    rng = np.random.default_rng(1)
    user, item = (places.astype(np.int32) for places in matrix.nonzero())
    when = rng.permutation(len(user))
    order = np.lexsort((when, user))
    rating = rng.integers(1, 6, len(user)).astype(np.float32)
    users, items = (np.arange(length) for length in matrix.shape)
    whole = Pairs(users, items, user[order], item[order], rating, when[order].astype(np.int64))
    held = rng.random(len(user)) < 0.1
    return whole.of(~held), whole.of(held)


def stated(name: str) -> Any:
    """Return the options of a model as they come."""
    hint = typing.get_type_hints(models.Models)[name]
    (kind,) = [one for one in (hint, *typing.get_args(hint)) if isinstance(one, type)
               and is_dataclass(one)]  # fmt: skip
    return kind()


def seconds(name: str, train: Pairs, held: Pairs) -> dict[str, Any]:
    """Fit a model as it comes; tell how long that took, and how many epochs it had."""
    rng = np.random.default_rng(2)
    sides = Sides(*(rng.standard_normal((len(ids), FACTS)).astype(np.float32)
                    for ids in (train.users, train.items)))  # fmt: skip
    options = stated(name)
    began = time.perf_counter()
    fitted = registry.MODELS[name].fit(train, sides, options, seed=1, held=held)
    taken = time.perf_counter() - began
    return {"model": name, "seconds": round(taken, 2), "epochs": len(fitted.curve)}


def main() -> None:
    """Print what was measured as JSON."""
    logging.basicConfig(level=logging.ERROR)
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.every_recommender", description=__doc__
    )
    parser.add_argument("models", nargs="*", metavar="model", default=[])
    named = parser.parse_args().models or models.EVERY
    train, held = pairs()
    for name in named:
        print(json.dumps(seconds(name, train, held)), flush=True)


if __name__ == "__main__":
    main()
