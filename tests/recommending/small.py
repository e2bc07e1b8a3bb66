"""A small generated market, learned by models that need no epochs."""

import itertools
from typing import NamedTuple

import pandas as pd

from trunkline.recommending import facts, fitting, tested
from trunkline.recommending.facts import Facts
from trunkline.recommending.fitting import Known, Learned
from trunkline.recommending.tested import Tested
from trunkline.settings.judging import Evaluate
from trunkline.settings.market import Market
from trunkline.settings.recommending.interactions import Interactions
from trunkline.settings.recommending.linear_models import Ease, ItemKnn, PureSvd, Random
from trunkline.settings.recommending.models import Models
from trunkline.settings.recommending.rating_models import Bias, BiasedMf
from trunkline.settings.recommending.study import Recommender, Side
from trunkline.sources import market

SEED = 7
MARKET = {"kind": "market", "users": 60, "items": 48, "activity": 14, "cold": 0.2}
INTERACTIONS = Interactions(
    user="user_id", item="item_id", rating="rating", time="time", cold=("users", "items")
)
USERS = Side(dataset="people", columns=("age", "occupation"))
ITEMS = Side(dataset="goods", columns=("category",), title="title")


def table(name: str) -> pd.DataFrame:
    """Return a table of the market, with names of its rows."""
    frame = market.table(Market(**MARKET, table=name), SEED)
    frame.insert(0, "row_id", [f"{name}-{row}" for row in range(len(frame))])
    return frame


def study(**changed: object) -> Recommender:
    """Return a study of the market."""
    models = Models(
        random=Random(), item_knn=ItemKnn(), ease=Ease(regularisation=20),
        pure_svd=PureSvd(factors=4), bias=Bias(), biased_mf=BiasedMf(factors=2),
    )  # fmt: skip
    told = {
        "title": "Small", "dataset": "taken", "interactions": INTERACTIONS, "users": USERS,
        "items": ITEMS, "repeats": 2, "models": models, "evaluate": Evaluate(resamples=999),
    }  # fmt: skip
    return Recommender(**{**told, **changed})


class Case(NamedTuple):
    """A study that was learned, and its test."""

    study: Recommender
    known: Known
    found: dict[str, Facts]
    done: Learned
    of: Tested


def case(**changed: object) -> Case:
    """Return a study of the market, cut by time, learned on its first three quarters."""
    asked, rows = study(**changed), table("interactions")
    cuts = [0, len(rows) * 6 // 10, len(rows) * 3 // 4, len(rows)]
    parts = [rows[a:b].reset_index(drop=True) for a, b in itertools.pairwise(cuts)]
    told = {side: table(side) for side in ("users", "items")}
    found = facts.gathered(told, parts[:2], asked)
    known = fitting.gather(*parts[:2], found, asked)
    done = fitting.learn(known, asked, name="small", seed=SEED)
    return Case(asked, known, found, done, tested.tested(parts[2], known, asked))
