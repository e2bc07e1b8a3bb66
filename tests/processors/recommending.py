"""What stages of recommenders run: a generated market, its facts, the search, the verdicts."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from tests.processors.work import digest
from trunkline.interactions import parts
from trunkline.interactions.pairs import Pairs
from trunkline.metrics.ranking import breakdowns, rated, summaries, topmost
from trunkline.metrics.ranking.listed import Listed, Terms
from trunkline.recommending import asking, facts, fitting, registry
from trunkline.recommending.fitting import Known, Learned
from trunkline.settings.judging import Evaluate
from trunkline.settings.market import Market
from trunkline.settings.recommending.interactions import Interactions
from trunkline.settings.recommending.linear_models import Ease, Ials, ItemKnn, Random
from trunkline.settings.recommending.models import RATING, Models
from trunkline.settings.recommending.rating_models import Bias, BiasedMf
from trunkline.settings.recommending.study import Recommender, Side, TuneModels
from trunkline.sources import market

MARKET = Market(kind="market", users=120, items=100, activity=20)
STUDY = Recommender(
    title="Made", dataset="made", repeats=2, tune=TuneModels(trials=2),
    interactions=Interactions(
        user="user_id", item="item_id", rating="rating", time="time", duplicates="last",
        cold=("users", "items"),
    ),
    users=Side(dataset="users", columns=("age", "occupation")),
    items=Side(dataset="items", columns=("length", "category", "released")),
    models=Models(
        random=Random(), item_knn=ItemKnn(), ease=Ease(), ials=Ials(factors=16, sweeps=4),
        bias=Bias(), biased_mf=BiasedMf(factors=8, sweeps=3),
    ),
)  # fmt: skip
TERMS = Terms(
    cutoffs=(10, 20), main="ndcg", baseline="most_popular", rule=Evaluate(resamples=999), seed=1
)
KEYS = {"users": "user_id", "items": "item_id"}


def results() -> Iterator[tuple[str, str]]:
    """Make a market, learn from the first rows of everybody, and judge the last ones."""
    tables = {name: table(name) for name in ("interactions", *KEYS)}
    yield "market", digest(*(frame.to_csv() for frame in tables.values()))
    rows = tables["interactions"].drop_duplicates(["user_id", "item_id"], ignore_index=True)
    part = np.arange(len(rows)) % 5
    train, validation, test = (
        rows[chosen].reset_index(drop=True) for chosen in (part < 3, part == 3, part == 4)
    )
    told = {name: facts.read(tables[name], side, KEYS[name]) for name, side in STUDY.sides.items()}
    known = fitting.gather(train, validation, told, STUDY)
    yield "facts of users and items", digest(*known.search.sides, *known.final.sides)
    learned = fitting.learn(known, STUDY, name="made", seed=1)
    yield "search of recommenders", digest(learned.trials.to_csv(), learned.runs.to_csv())
    held = parts.held(test, STUDY.interactions, known.final.pairs, "test").pairs
    yield from verdicts(known, learned, held)


def table(name: str) -> pd.DataFrame:
    """Return a table of the market, its rows named."""
    frame = market.table(MARKET.__class__(**{**vars(MARKET), "table": name}), 1)
    return frame.assign(row_id=[f"{place:06d}" for place in range(len(frame))])


def verdicts(known: Known, learned: Learned, held: Pairs) -> Iterator[tuple[str, str]]:
    """Judge all lists and ratings on pairs that nobody has seen."""
    pairs, everybody = known.final.pairs, np.arange(len(held.users))
    lists, errors = {}, {}
    for name, fits in learned.fitted.items():
        module = registry.MODELS[name]
        if name in RATING:
            said = [module.ratings(fitted.arrays, held.user, held.item) for fitted in fits]
            errors[name] = [rated.errors(held.user, held.rating, one) for one in said]
            continue
        asked = asking.known(pairs, everybody, fitting.RECENT)
        scores = [module.scores(fitted.arrays, asked) for fitted in fits]
        lists[name] = [topmost.best(one, pairs.matrix, 20) for one in scores]
    found = Listed(lists, everybody, pairs.matrix, held.matrix)
    yield "verdicts on lists", digest(summaries.summarise(found, TERMS))
    rows = [
        make(found, TERMS)
        for make in (breakdowns.shown, breakdowns.by_activity, breakdowns.by_popularity,
                     breakdowns.by_start, breakdowns.expected)
    ]  # fmt: skip
    yield "what lists show, and to whom", digest(*rows)
    of_ratings = Terms(**{**vars(TERMS), "baseline": "bias"})
    yield "verdicts on ratings", digest(summaries.of_ratings(errors, of_ratings))
