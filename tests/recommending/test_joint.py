"""Arms of one model with two tasks: each alone, and both under every balancer that is named."""

import dataclasses
import json

import numpy as np
import pytest

from tests.recommending import twin_markets
from trunkline.determinism import seeds
from trunkline.metrics.ranking import rated
from trunkline.recommending import joint, joint_ratings, joint_towers
from trunkline.recommending.joint import Joint
from trunkline.recommending.ratings import bias
from trunkline.settings.balancers import Balancers
from trunkline.settings.gradient_balancers import GradDrop, PcGrad
from trunkline.settings.loss_balancers import Famo, Rlw, Static
from trunkline.settings.recommending.models import Models
from trunkline.settings.recommending.rating_models import Bias
from trunkline.settings.recommending.study import ClickAndRating, Recommender

ARMS = [("click", "alone"), ("rating", "alone"), ("both", "equal"), ("both", "famo"),
        ("both", "pcgrad")]  # fmt: skip
KNOWN, TEST = twin_markets.known(*twin_markets.market("m", 60, 30, 8))
QUICK = dataclasses.replace(twin_markets.OPTIONS, epochs=12)


def study(**tasks: object) -> Recommender:
    """Return a study of both tasks."""
    return twin_markets.study(models=Models(two_tower=QUICK), tasks=ClickAndRating(**tasks))


STUDY = study(balancers=Balancers(famo=Famo(), pcgrad=PcGrad()), rating=2.0)


@pytest.fixture(scope="module")
def learned() -> Joint:
    """Return all arms."""
    return joint.learn(KNOWN, STUDY, name="small", seed=1)


def test_every_arm_has_a_fit_for_each_repeat(learned):
    """Each task alone comes first, then the balancers; a row for each fit."""
    assert list(learned.fitted) == ARMS
    assert [len(fits) for fits in learned.fitted.values()] == [2] * 5
    assert list(learned.runs) == joint.RUN_COLUMNS
    told = learned.runs[["task", "balancer", "repeat"]].to_numpy().tolist()
    assert told == [[*arm, repeat] for arm in ARMS for repeat in (0, 1)]
    assert {json.loads(options)["size"] for options in learned.runs["options"]} == {6}
    assert set(learned.runs["model"]) == {"two_tower"}
    for (task, _), fits in learned.fitted.items():
        assert ("bias" in fits[0].arrays) == (task != "rating")
        assert ("rating_product" in fits[0].arrays) == (task != "click")
        assert {one.dtype.str for one in fits[0].arrays.values()} <= {"<f4", "<i4"}


def test_arms_and_repeats_differ(learned):
    """Balancers balance, and repeats have seeds of their own."""
    users = [one.arrays["users"].tobytes() for fits in learned.fitted.values() for one in fits]
    assert len(set(users)) == len(users)


def test_a_repeat_can_be_fitted_again(learned):
    """Epochs by validation, then a fit of both parts, with the seed of the repeat."""
    way, own = joint.ways(STUDY)["both", "famo"], seeds.derive(1, "small")
    assert way.weights == {"click": 1.0, "rating": 2.0}
    search = joint_towers.prepare(way, *KNOWN.search)
    at = seeds.derive(own, "tune", "two_tower", "fit")
    epochs = joint_towers.fit(search, seed=at).best_epoch
    final = joint_towers.prepare(way, KNOWN.final.pairs, KNOWN.final.sides)
    at = seeds.derive(own, "two_tower", "fit", 1)
    again = joint_towers.fit(final, seed=at, epochs=epochs)
    fitted = learned.fitted["both", "famo"][1]
    assert fitted.best_epoch == epochs
    assert {name: values.tobytes() for name, values in again.arrays.items()} == {
        name: values.tobytes() for name, values in fitted.arrays.items()
    }


def test_both_tasks_are_learned(learned):
    """Lists hit what users of that taste take; ratings are less off than the means of both."""
    means = bias.fit(KNOWN.final.pairs, KNOWN.final.sides, Bias(), seed=0).arrays
    plain = rated.errors(TEST.user, TEST.rating, bias.ratings(means, TEST.user, TEST.item)).rmse()
    for (task, balancer), fits in learned.fitted.items():
        if task != "rating":
            lists = twin_markets.judged(fits[:1], KNOWN.final, TEST)[0]
            chance = 10 / len(TEST.items)
            assert lists.hits.sum() / lists.relevant.sum() > 1.2 * chance, balancer
        if task != "click":
            told = joint_ratings.ratings(fits[0].arrays, TEST.user, TEST.item)
            assert rated.errors(TEST.user, TEST.rating, told).rmse() < plain, balancer


def test_balancers_draw_by_the_seed():
    """The same seed gives the same bytes, another one others; of losses and of gradients."""
    for balancers in (Balancers(rlw=Rlw()), Balancers(graddrop=GradDrop())):
        way = list(joint.ways(study(balancers=balancers)).values())[-1]
        arm = joint_towers.prepare(way, *KNOWN.search)
        users = [joint_towers.fit(arm, seed=seed, epochs=2).arrays["users"] for seed in (1, 1, 2)]
        assert users[0].tobytes() == users[1].tobytes()
        assert not np.array_equal(users[0], users[2])


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        (dataclasses.replace(STUDY, tasks=None), "expected a study with `tasks`"),
        (study(model="ease"), "'ease' cannot learn two tasks: expected one of two_tower"),
        (dataclasses.replace(STUDY, models=Models()), "'two_tower' is none of the study's models"),
        (study(balancers=Balancers(static=Static(weights=(1, 2, 3)))),
         "static.weights: expected 2 weights, of what is taken and of ratings, received 3"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(asked, message):
    """Before anything is trained."""
    with pytest.raises(ValueError, match=message):
        joint.learn(KNOWN, asked, name="small", seed=1)


def test_weights_of_a_user_are_of_clicks_and_ratings():
    """Two of them make an arm."""
    ways = joint.ways(study(balancers=Balancers(static=Static(weights=(1, 2)))))
    assert list(ways)[-1] == ("both", "static")
