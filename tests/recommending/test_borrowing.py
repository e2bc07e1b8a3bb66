"""Both arms of a model that begins as another market's differ in nothing else."""

import dataclasses
import json

import numpy as np
import pytest

from tests.recommending import twin_markets
from trunkline.determinism import seeds
from trunkline.metrics.ranking import listed
from trunkline.recommending import borrowing, borrowing_start, borrowing_verdicts
from trunkline.recommending.borrowing import Borrowed
from trunkline.recommending.neural import two_tower
from trunkline.settings.judging import Evaluate
from trunkline.settings.recommending.models import Models
from trunkline.settings.recommending.neural_models import TwoTower
from trunkline.settings.recommending.study import FromMarket

LARGE = twin_markets.market("l", 300, 60, 10)
ALIKE = twin_markets.market("s", 80, 50, 4, seed=1)
OTHER = twin_markets.market("s", 80, 50, 4, turned=2, seed=1)
TERMS = listed.Terms(
    cutoffs=(10,), main="ndcg", baseline="most_popular", rule=Evaluate(resamples=999), seed=1
)
STUDY = twin_markets.study()


@pytest.fixture(scope="module")
def source():
    """Return what the large market left, in which facts tell the taste."""
    return twin_markets.source(*LARGE)


@pytest.fixture(scope="module")
def alike(source):
    """Return what is learned in a market where facts mean the same."""
    known, test = twin_markets.known(*ALIKE)
    return borrowing.learn(known, source, STUDY, name="small", seed=1), known, test


def verdict(learned: Borrowed, known, test):
    """Return the only row of the comparison."""
    judged = {
        key: twin_markets.judged(fits, known.final, test) for key, fits in learned.fitted.items()
    }
    (row,) = borrowing_verdicts.compare(judged, "large", TERMS)
    return row


def test_borrowed_towers_help_where_facts_mean_the_same(alike):
    """Tastes are known before anything is learned here."""
    row = verdict(*alike)
    assert row["verdict"] == "helps"
    assert row["difference"] > 0.02
    assert {name: row[name] for name in ("model", "source", "arm", "baseline", "metric", "n")} == {
        "model": "two_tower", "source": "large", "arm": "borrowed", "baseline": "scratch",
        "metric": "ndcg@10", "n": 80,
    }  # fmt: skip


def test_borrowed_towers_do_not_help_where_facts_mean_something_else(source):
    """What the facts of an item say belongs to another taste here."""
    known, test = twin_markets.known(*OTHER)
    learned = borrowing.learn(known, source, STUDY, name="small", seed=1)
    assert verdict(learned, known, test)["verdict"] in ("no evidence", "hurts", "equivalent")


def test_from_scratch_is_the_model_of_the_study(alike):
    """Epochs by validation, then a fit of both, with the seeds of each repeat."""
    learned, known, _ = alike
    own = seeds.derive(1, "small")
    options = twin_markets.OPTIONS
    at = seeds.derive(own, "tune", "two_tower", "fit")
    search = two_tower.fit(
        known.search.pairs, known.search.sides, options, seed=at, held=known.search.held
    )
    for repeat, fitted in enumerate(learned.fitted["two_tower", "scratch"]):
        at = seeds.derive(own, "two_tower", "fit", repeat)
        again = two_tower.fit(
            known.final.pairs, known.final.sides, options, seed=at, epochs=search.best_epoch
        )
        for name, values in again.arrays.items():
            assert fitted.arrays[name].tobytes() == values.tobytes()


def test_the_other_arm_begins_as_the_source(alike, source):
    """As its repeat of the same number, a share of the learning rate, and the same seeds."""
    learned, known, _ = alike
    options = dataclasses.replace(twin_markets.OPTIONS, learning_rate=0.01)
    fitted = learned.fitted["two_tower", "borrowed"]
    both = borrowing_start.shared(known.final.pairs, source, FromMarket(study="large"))
    again = two_tower.fit(
        known.final.pairs, known.final.sides, options,
        seed=seeds.derive(seeds.derive(1, "small"), "two_tower", "fit", 1),
        epochs=fitted[1].best_epoch,
        start=lambda drawn: borrowing_start.begun(drawn, source.fitted["two_tower"][1], both),
    )  # fmt: skip
    for name, values in again.arrays.items():
        assert fitted[1].arrays[name].tobytes() == values.tobytes()


def test_every_fit_has_a_row(alike):
    """With the options of its arm and the epochs that it ran."""
    learned, _, _ = alike
    runs = learned.runs
    assert list(runs) == borrowing.RUN_COLUMNS
    assert list(zip(runs["arm"], runs["repeat"], strict=True)) == [
        ("scratch", 0), ("scratch", 1), ("borrowed", 0), ("borrowed", 1),
    ]  # fmt: skip
    rates = [json.loads(options)["learning_rate"] for options in runs["options"]]
    assert rates == [0.02, 0.02, 0.01, 0.01]
    fits = [one for both in learned.fitted.values() for one in both]
    assert runs["epochs"].tolist() == [len(one.curve) for one in fits]
    assert runs["best_epoch"].tolist() == [one.best_epoch for one in fits]


def test_a_source_with_fewer_repeats_is_begun_with_in_turn(source):
    """The third repeat begins as the first of two; ids in common are enough, without facts."""
    (pairs, sides), quick = LARGE, dataclasses.replace(twin_markets.OPTIONS, epochs=1)
    known, _ = twin_markets.known(pairs, sides)
    study = twin_markets.study(
        repeats=3, models=Models(two_tower=quick),
        transfer=FromMarket(study="large", rate=1e-12),
    )  # fmt: skip
    fits = borrowing.learn(known, source, study, name="s", seed=1).fitted["two_tower", "borrowed"]
    for fitted, wanted in zip(fits, (0, 1, 0), strict=True):
        theirs = source.fitted["two_tower"][wanted]
        np.testing.assert_allclose(fitted.arrays["users"], theirs["users"], atol=1e-6)
        np.testing.assert_allclose(fitted.arrays["all_items"], theirs["all_items"], atol=1e-5)


@pytest.mark.parametrize(
    ("study", "fitted", "message"),
    [
        ({"transfer": None}, True, "expected a study with `transfer`, received one without"),
        ({"transfer": FromMarket(study="large", models=("ease",))}, True,
         "'ease' cannot begin as another market's: expected one of two_tower"),
        ({"models": Models()}, True, "'two_tower' is none of the study's models"),
        ({}, False, "study 'large' has no fit of 'two_tower' to begin with"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(study, fitted, message, source):
    """Before anything is trained."""
    known, _ = twin_markets.known(*ALIKE)
    left = source if fitted else source._replace(fitted={})
    with pytest.raises(ValueError, match=message):
        borrowing.learn(known, left, twin_markets.study(**study), name="small", seed=1)


def test_options_are_the_studys_but_for_sizes(source):
    """The source's towers have 6 numbers, whatever the study states."""
    known, _ = twin_markets.known(*ALIKE)
    study = twin_markets.study(models=Models(two_tower=TwoTower(size=9, epochs=1, l2=0.5)))
    runs = borrowing.learn(known, source, study, name="small", seed=1).runs
    options = [json.loads(text) for text in runs["options"]]
    assert {(one["size"], one["l2"]) for one in options} == {(6, 0.5)}


def test_an_arm_without_the_other_is_refused():
    """There is nothing to compare."""
    with pytest.raises(ValueError, match="'two_tower' borrowed and from scratch, received none of"):
        borrowing_verdicts.compare({("two_tower", "borrowed"): []}, "large", TERMS)
